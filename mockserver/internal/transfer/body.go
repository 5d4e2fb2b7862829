package transfer

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

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// ReadBody reads a body to its end, or to one byte beyond the limit. A body that is announced to be too long is not
// read at all. Before a body takes more than FirstRead, reserve is asked for as much as it may take. A body that stalls does not keep
// the server from stopping.
func (t *Transfers) ReadBody(w http.ResponseWriter, r *http.Request, limit int64, reserve func(int64) error) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	t.uploads.begin(w, r)
	body, err := readBody(r, limit, reserve)
	t.uploads.end(r, err == nil)
	return body, err
}

// FirstRead is how much memory a body gets before its bytes have arrived: a length that is only announced costs the
// server nothing.
const FirstRead = 64 << 10

func readBody(r *http.Request, limit int64, reserve func(bytes int64) error) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	first := int64(FirstRead)
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
			if len(body) <= FirstRead+1 {
				if err := reserve(cmp.Or(max(0, r.ContentLength), limit)); err != nil {
					return body, err
				}
			}
			body = slices.Grow(body, len(body))
		}
	}
}

// How long Linger goes on reading after the answer: as long as bytes keep coming, and no longer than a body that is
// accepted may take in the program. It is a bound on time alone, since what is read is dropped: a client on the same
// machine sends a gigabyte in it.
const (
	LingerTime = 30 * time.Second
	lingerIdle = 5 * time.Second
)

// Linger prepares the connection of a body that is not read to its end because of err, and returns what is to be done
// once the answer is written, which may take latency longer than else. Most clients send the whole body before they look for an answer. If the server closed the
// connection first, their system would throw the answer away together with the connection (RFC 9112 section 9.6), so
// what still comes is read for a while and dropped. Over HTTP/2 the rest of the connection is not concerned, but there
// are clients (curl 7.88) that lose an answer whose stream is reset behind it (RFC 9113 section 8.1).
func (t *Transfers) Linger(w http.ResponseWriter, r *http.Request, err error, latency time.Duration) (finish func()) {
	control := http.NewResponseController(w)
	// The body may have used up all the time that http.Server gives, that of the answer included.
	_ = control.SetWriteDeadline(time.Now().Add(latency + LingerTime))
	if r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	// Where the time to read is over, nothing comes any more.
	if errors.Is(err, os.ErrDeadlineExceeded) || r.ProtoMajor == 1 && control.EnableFullDuplex() != nil {
		return func() {}
	}
	rest := r.Body // a handler may put another in its place
	return func() { t.Drop(w, r, rest) }
}

// lingerUnasked is how long Drop waits for more of a body that the client asked leave to send, and did not get (RFC
// 9110 section 10.1.1): most clients then send nothing, and those that do not wait for an answer have begun by now.
const lingerUnasked = time.Second

// How much Drop reads over HTTP/2, and how long it waits for more: a longer body ends with the reset of its stream. A
// client that stops sending when it is refused, as that of Go does, sees the end of the answer only after the wait.
const (
	mostDropped = 8 << 20
	dropIdle    = 250 * time.Millisecond
)

// Drop sends what there is of the answer, then reads and drops what still comes of a body.
func (t *Transfers) Drop(w http.ResponseWriter, r *http.Request, rest io.Reader) {
	idle, most := lingerIdle, int64(math.MaxInt64)
	if r.ProtoMajor > 1 {
		idle, most = dropIdle, mostDropped
	} else if r.Header["Expect"] != nil {
		idle = lingerUnasked
	}
	control := t.uploads.begin(w, r)
	defer t.uploads.end(r, false)
	end := time.Now().Add(LingerTime)
	_ = control.SetWriteDeadline(end.Add(idle)) // of the answer's end
	if control.Flush() != nil {
		return
	}
	for dropped := int64(0); dropped < most && time.Now().Before(end) && t.uploads.extend(control, idle); dropped += FirstRead {
		if _, err := io.CopyN(io.Discard, rest, FirstRead); err != nil {
			return
		}
	}
}

// Violation says that a body did not arrive as it must, for the error of ReadBody.
func Violation(err error) judge.Violation {
	// The text of err is left out: it can name addresses of the machine.
	v := judge.Violation{Check: judge.SingleJSONValue, Path: "body",
		Expected: "must arrive whole, as its Content-Length or its chunks announce"}
	if tooLong, ok := errors.AsType[*http.MaxBytesError](err); ok {
		v.Expected = fmt.Sprintf("must be at most %d bytes", tooLong.Limit)
	}
	return v
}
