package mockserver

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// fault plays the fault that hits the call, if one does. What leaves without being judged is marked in the exchange: an
// answer outside the contract, or a connection that breaks.
func (s *Server) fault(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.faults.any.Load() {
			next.ServeHTTP(w, r)
			return
		}
		h, ok := s.faults.draw(r.Header.Get(keyHeader))
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		x := exchangeOf(r.Context())
		f := h.fault
		x.fault, x.wait = f, h.wait
		switch {
		case f.Store:
			next.ServeHTTP(w, r)
		case f.Status == 0 && f.Connection == "":
			if !s.holdBack(x, h.wait, f.Drip.Over) {
				x.lose()
				return
			}
			x.arrived = s.now() // for the rate limit and the customer it comes only now
			h.wait = 0
			next.ServeHTTP(w, r)
		default:
			s.judgeRequest(x)
		}
		s.replace(x, f)
		x.deliver = func(w http.ResponseWriter) { s.deliver(w, x, h) }
	})
}

// holdBack keeps a call waiting before it is carried out. The journal has it from the start, so that a caller who gave
// up finds it there.
func (s *Server) holdBack(x *exchange, wait, after time.Duration) bool {
	if wait == 0 {
		return true
	}
	s.journal.add(x, 0)
	extendDeadlines(x, wait)
	reserved := x.reserved
	if !s.setAside(x) || !s.pause(x.request.Context(), wait, after) {
		return false
	}
	s.takeBack(x) // first, for whoever has the other share may wait for this one
	return reserved == 0 || s.reserve(x, reserved) == nil
}

// replace puts the fault's answer in the place of the one that there is.
func (s *Server) replace(x *exchange, f *Fault) {
	switch {
	case slices.Contains(proxyStatuses, f.Status):
		answerAsProxy(x, f.Status)
	case f.Status != 0:
		f.example().answer(x)
	case f.Connection != "" && !f.Store:
		firstSuccess().answer(x)
	}
	if f.Connection == "" {
		return
	}
	x.offContract = true
	if !f.Connection.answersInPart() {
		x.status, x.answer = 0, nil
	}
}

// example is the answer of a fault with a documented status. The fault was checked when it was set.
func (f *Fault) example() *example {
	e, err := contractExamples().find(f.Status, f.Example)
	if err != nil {
		panic(err)
	}
	return e
}

func firstSuccess() *example {
	all := contractExamples()
	return all[slices.IndexFunc(all, func(e *example) bool { return e.status >= 200 && e.status < 300 })]
}

// answerAsProxy answers as a proxy does that got nothing out of the vendor: HTML, and nothing that only the vendor
// knows.
func answerAsProxy(x *exchange, status int) {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	for _, name := range []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset"} {
		delete(x.header, name)
	}
	x.header.Set("Content-Type", "text/html; charset=utf-8")
	x.status, x.offContract = status, true
	x.answer = []byte("<html>\n<head><title>" + title + "</title></head>\n" +
		"<body>\n<center><h1>" + title + "</h1></center>\n</body>\n</html>\n")
}

// deliver sends what is left of an answer after a fault, the way that the fault says.
func (s *Server) deliver(w http.ResponseWriter, x *exchange, h hit) {
	f := h.fault
	if h.wait > 0 {
		extendDeadlines(w, h.wait+f.Drip.Over)
		if !s.pause(x.request.Context(), h.wait, f.Drip.Over) {
			abort(w)
		}
	}
	switch {
	case f.Connection != "":
		s.breakConnection(w, x, h)
	case f.Drip.Chunks > 0:
		s.drip(w, x, f.Drip)
	default:
		s.send(w, x)
	}
}

// drip sends the body piece by piece.
func (s *Server) drip(w http.ResponseWriter, x *exchange, d Drip) {
	extendDeadlines(w, d.Over)
	controller := http.NewResponseController(w)
	w.WriteHeader(x.status)
	_ = controller.Flush()
	chunks := max(1, min(d.Chunks, len(x.answer)))
	for i := range chunks {
		pause := d.Over / time.Duration(chunks)
		if !s.pause(x.request.Context(), pause, time.Duration(chunks-1-i)*pause) {
			abort(w)
		}
		if _, err := w.Write(x.answer[len(x.answer)*i/chunks : len(x.answer)*(i+1)/chunks]); err != nil {
			return
		}
		_ = controller.Flush()
	}
}

// extendDeadlines keeps the timeouts of the http.Server from ending a wait that a fault asks for. Its read timeout
// would, too: to net/http a caller whose connection cannot be read any more has left.
func extendDeadlines(w http.ResponseWriter, wait time.Duration) {
	until := time.Now().Add(wait + time.Minute)
	controller := http.NewResponseController(w)
	_ = controller.SetReadDeadline(until)
	_ = controller.SetWriteDeadline(until)
}
