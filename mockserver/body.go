package mockserver

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
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

// receive reads the body of an exchange, if it has not been read yet.
func (s *Server) receive(x *exchange) {
	if x.received {
		return
	}
	x.received = true
	reserve := func(bytes int64) error { return s.reserve(x, bytes) }
	if x.body, x.bodyError = s.readBody(x.out, x.request, s.maxBody, reserve); x.bodyError != nil {
		x.finish = s.linger(x.out, x.request, x.bodyError)
	}
}

// readBody reads a body within a limit. A body that stalls does not keep the server from stopping.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, limit int64, reserve func(int64) error) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	s.uploads.begin(w, r)
	body, err := readBody(r, limit, reserve)
	s.uploads.end(r, err == nil)
	return body, err
}

// firstRead is how much memory a body gets before its bytes have arrived: a length that is only announced costs the
// server nothing.
const firstRead = 64 << 10

// readBody reads a body to its end, or to one byte beyond the limit. A body that is announced to be too long is not
// read at all. Before a body takes more than its first memory, reserve is asked for as much as it may take.
func readBody(r *http.Request, limit int64, reserve func(bytes int64) error) ([]byte, error) {
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
			if len(body) <= firstRead+1 {
				if err := reserve(cmp.Or(max(0, r.ContentLength), limit)); err != nil {
					return body, err
				}
			}
			body = slices.Grow(body, len(body))
		}
	}
}

// How long linger goes on reading after the answer: as long as bytes keep coming, and no longer than a body that is
// accepted may take in the program. It is a bound on time alone, since what is read is dropped: a client on the same
// machine sends a gigabyte in it.
const (
	lingerTime = 30 * time.Second
	lingerIdle = 5 * time.Second
)

// linger prepares the connection of a body that is not read to its end because of err, and returns what is to be done
// once the answer is written. Most clients send the whole body before they look for an answer. If the server closed the
// connection first, their system would throw the answer away together with the connection (RFC 9112 section 9.6), so
// what still comes is read for a while and dropped. Over HTTP/2 the rest of the connection is not concerned, but there
// are clients (curl 7.88) that lose an answer whose stream is reset behind it (RFC 9113 section 8.1).
func (s *Server) linger(w http.ResponseWriter, r *http.Request, err error) (finish func()) {
	control := http.NewResponseController(w)
	// The body may have used up all the time that http.Server gives, that of the answer included.
	_ = control.SetWriteDeadline(time.Now().Add(s.latency + lingerTime))
	if r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	// Where the time to read is over, nothing comes any more.
	if errors.Is(err, os.ErrDeadlineExceeded) || r.ProtoMajor == 1 && control.EnableFullDuplex() != nil {
		return func() {}
	}
	rest := r.Body // a handler may put another in its place
	return func() { s.drop(w, r, rest) }
}

// lingerUnasked is how long drop waits for more of a body that the client asked leave to send, and did not get (RFC
// 9110 section 10.1.1): most clients then send nothing, and those that do not wait for an answer have begun by now.
const lingerUnasked = time.Second

// How much drop reads over HTTP/2, and how long it waits for more: a longer body ends with the reset of its stream. A
// client that stops sending when it is refused, as that of Go does, sees the end of the answer only after the wait.
const (
	mostDropped = 8 << 20
	dropIdle    = 250 * time.Millisecond
)

// drop sends what there is of the answer, then reads and drops what still comes of a body.
func (s *Server) drop(w http.ResponseWriter, r *http.Request, rest io.Reader) {
	idle, most := lingerIdle, int64(math.MaxInt64)
	if r.ProtoMajor > 1 {
		idle, most = dropIdle, mostDropped
	} else if r.Header["Expect"] != nil {
		idle = lingerUnasked
	}
	control := s.uploads.begin(w, r)
	defer s.uploads.end(r, false)
	end := time.Now().Add(lingerTime)
	_ = control.SetWriteDeadline(end.Add(idle)) // of the answer's end
	if control.Flush() != nil {
		return
	}
	for dropped := int64(0); dropped < most && time.Now().Before(end) && s.uploads.extend(control, idle); dropped += firstRead {
		if _, err := io.CopyN(io.Discard, rest, firstRead); err != nil {
			return
		}
	}
}
