package mockserver

import (
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// AddFault sets a fault, and returns it with its ID. Faults that were set before it come first: a call is hit by one
// fault at most. A fault that says nothing, or what cannot be carried out, is an error that says what was expected; so
// is one more than 1,000.
func (s *Server) AddFault(f fault.Fault) (fault.Fault, error) { return s.faults.Add(f) }

// Faults lists the faults that are set for one API key, or all of them with "". Those that have hit as many calls as
// they should are gone.
func (s *Server) Faults(key string) []fault.Fault { return s.faults.List(key) }

// ClearFaults takes away the faults that are set for one API key, or all of them with "".
func (s *Server) ClearFaults(key string) { s.faults.Clear(key) }

// fault plays the fault that hits the call, if one does. What leaves without being judged is marked in the exchange: an
// answer outside the contract, or a connection that breaks.
func (s *Server) fault(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		hit, ok := s.faults.Draw(r.Header.Get(apikey.Header), x.operation)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		f := hit.Fault
		x.fault, x.wait = f, hit.Wait
		switch {
		case f.Store:
			next.ServeHTTP(w, r)
		case f.Status == 0 && f.Connection == "":
			if !s.holdBack(x, hit.Wait, f.Drip.Over) {
				x.lose()
				return
			}
			x.arrived = s.now() // for the rate limit and the customer it comes only now
			hit.Wait = 0
			next.ServeHTTP(w, r)
		default:
			s.judgeRequest(x)
		}
		x.replace(f)
		x.deliver = func(w http.ResponseWriter) {
			answer := fault.Response{Status: x.status, Header: x.header, Body: x.answer}
			hit.Deliver(x.request.Context(), w, answer, s.transfers.Pause, func() { s.transfers.Send(w, x.status, x.answer) })
		}
	})
}

// holdBack keeps a call waiting before it is carried out. The journal has it from the start, so that a caller who gave
// up finds it there.
func (s *Server) holdBack(x *exchange, wait, after time.Duration) bool {
	if wait == 0 {
		return true
	}
	s.keep(x, 0)
	transfer.ExtendDeadlines(x, wait)
	reserved := x.reserved
	if !s.startWaiting(x) || !s.transfers.Pause(x.request.Context(), wait, after) {
		return false
	}
	s.endWaiting(x) // first, for whoever has the other share may wait for this one
	return reserved == 0 || s.reserve(x, reserved) == nil
}

// replace puts the fault's answer in the place of the one that there is.
func (x *exchange) replace(f *fault.Fault) {
	if answer := f.Answer(x.operation); answer != nil {
		x.answerWith(answer)
	}
	if f.IsOfProxy() {
		access.RemoveQuota(x.header) // a proxy that got nothing out of the vendor knows nothing of its rate limit
		x.offContract = true
	}
	if f.Connection == "" {
		return
	}
	x.offContract = true
	if !f.Connection.AnswersInPart() {
		x.status, x.answer = 0, nil
	}
}
