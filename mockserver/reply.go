package mockserver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// reply opens the exchange, and sends the answer once it is whole. The body is read here, so that a request is known in full whichever door
// turns it away.
func (s *Server) reply(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{arrived: s.now(), header: w.Header()}
		x.body, x.bodyError = readBody(w, r, s.maxBody)
		s.identify(x, r.Header)
		x.request = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		next.ServeHTTP(x, x.request)
		x.header.Set("Content-Length", strconv.Itoa(len(x.answer)))
		w.WriteHeader(x.status)
		_, _ = w.Write(x.answer)
	})
}

// readBody reads a body to its end, or to the limit: what is beyond it is not read, and net/http closes the connection after the answer.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	limited := http.MaxBytesReader(w, r.Body, limit)
	if r.ContentLength < 0 {
		return io.ReadAll(limited)
	}
	body := make([]byte, r.ContentLength)
	n, err := io.ReadFull(limited, body)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return body[:n], err
}
