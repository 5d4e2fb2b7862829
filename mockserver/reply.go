package mockserver

import (
	"context"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// reply opens the exchange, and sends the answer once it is whole. The body is read here, so that a request is known in
// full whichever middleware turns it away. Only a client that asks before it sends the body (Expect: 100-continue, RFC 9110
// section 10.1.1) is first told what speaks against the request without it: the first read is what asks for the body.
// Over HTTP/2 the body is always asked for, since net/http takes the header away.
func (s *Server) reply(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{arrived: s.now(), header: w.Header(), out: w}
		x.request = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		if r.Header["Expect"] == nil || r.Body == nil || r.Body == http.NoBody {
			s.receive(x)
		}
		s.identify(x, r.Header)
		defer s.release(x)
		defer s.endWaiting(x)
		next.ServeHTTP(x, x.request)
		x.body = nil // the answer may take long to send
		if !s.startWaiting(x) {
			transfer.Abort(w)
		}
		if x.deliver == nil {
			s.transfers.Send(w, x.status, x.answer) // nothing writes to its header any more: the journal has it by now
		} else {
			x.deliver(w) // may abort, and then there is nothing to finish
		}
		if x.finish != nil {
			x.finish()
		} else if !x.received {
			s.transfers.Drop(w, r, r.Body) // net/http closes the connection after the answer
		}
	})
}
