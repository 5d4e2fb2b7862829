package mockserver

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// WithMaxBody sets how many bytes of a request body are accepted; a longer one is 400 VALIDATION_ERROR. The default is
// 1 MiB.
func WithMaxBody(bytes int64) Option {
	return func(c *config) error {
		if bytes < 1 {
			return fmt.Errorf("WithMaxBody: must be at least 1 byte, got %d", bytes)
		}
		c.maxBody = bytes
		return nil
	}
}

// firstRead is how much memory a body gets before its bytes have arrived: a length that is only announced costs the
// server nothing.
const firstRead = 64 << 10

// readBody reads a body to its end, or to one byte beyond the limit. A body that is announced to be too long is not
// read at all.
func readBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	first := int64(firstRead)
	if r.ContentLength > 0 {
		first = min(first, r.ContentLength)
	}
	body := make([]byte, 0, min(first, limit)+1)
	for {
		n, err := r.Body.Read(body[len(body):min(int64(cap(body)), limit+1)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			return body[:limit], &http.MaxBytesError{Limit: limit}
		case errors.Is(err, io.EOF) && int64(len(body)) < r.ContentLength:
			return body, io.ErrUnexpectedEOF
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, err
		case len(body) == cap(body):
			body = slices.Grow(body, len(body))
		}
	}
}

// What linger reads at most after the answer, and for how long.
const (
	lingerBytes = 16 << 20
	lingerTime  = 5 * time.Second
)

// linger prepares the connection of a body that is not read to its end, and returns what is to be done once the answer
// is written. Most clients send the whole body before they look for an answer. If the server closed the connection
// first, their system would throw the answer away together with the connection (RFC 9112 section 9.6), so what still
// comes is read for a while and dropped.
func linger(w http.ResponseWriter, r *http.Request) (finish func()) {
	w.Header().Set("Connection", "close")
	control := http.NewResponseController(w)
	// A client that asked for leave to send (RFC 9110 section 10.1.1) is not sending.
	if r.Header.Get("Expect") != "" || control.EnableFullDuplex() != nil {
		return func() {}
	}
	return func() {
		if control.Flush() != nil || control.SetReadDeadline(time.Now().Add(lingerTime)) != nil {
			return
		}
		_, _ = io.CopyN(io.Discard, r.Body, lingerBytes)
	}
}
