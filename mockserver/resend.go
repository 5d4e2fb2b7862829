package mockserver

import "net/http"

// send carries out a request of the API that repeats an entry of the journal, as if it had come over a connection, and returns the id of its entry in the journal.
func (s *Server) send(r *http.Request, from string) (id string) {
	out := &resent{header: http.Header{}, from: from}
	defer func() {
		// A fault or a caller that left ends the request without an answer.
		if reason := recover(); reason != nil && reason != http.ErrAbortHandler { //nolint:errorlint // a panic's value, which nothing wraps
			panic(reason)
		}
		id = out.id
	}()
	s.api.ServeHTTP(out, r)
	return out.id
}

// resent is the connection of a request that is sent again. The answer goes nowhere: the journal has it. It can neither be hijacked nor have
// deadlines, as a stream of HTTP/2.
type resent struct {
	header http.Header
	id     string // of the entry in the journal
	from   string // the entry that is sent again
}

func (r *resent) Header() http.Header         { return r.header }
func (r *resent) WriteHeader(int)             {}
func (r *resent) Write(b []byte) (int, error) { return len(b), nil }
