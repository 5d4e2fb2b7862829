package mockserver

import (
	"context"
	"net/http"
)

// reply opens the exchange, and sends the answer once it is whole. The body is read here, so that a request is known in
// full whichever door turns it away.
func (s *Server) reply(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{arrived: s.now(), header: w.Header(), out: w}
		finish := func() {}
		if x.body, x.bodyError = readBody(r, s.maxBody); x.bodyError != nil {
			finish = s.linger(w, r, x.bodyError)
		}
		s.identify(x, r.Header)
		x.request = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		next.ServeHTTP(x, x.request)
		if x.deliver == nil {
			send(w, x)
		} else {
			x.deliver(w) // may abort, and then there is nothing to finish
		}
		finish()
	})
}

// send sends the answer as it is. Nothing writes to its header any more: the journal has it by now.
func send(w http.ResponseWriter, x *exchange) {
	w.WriteHeader(x.status)
	_, _ = w.Write(x.answer)
}
