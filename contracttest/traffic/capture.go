package traffic

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// mostKept is how many bytes of bodies are kept of exchanges that pass or wait to be judged.
const mostKept = 64 << 20

// budget is how many bytes of bodies are kept.
type budget struct{ bytes atomic.Int64 }

// take reports whether n more may be kept.
func (b *budget) take(n int) bool {
	if b.bytes.Add(int64(n)) <= mostKept {
		return true
	}
	b.bytes.Add(-int64(n))
	return false
}

// capture is a copy of a body that passes. It is safe for concurrent use.
type capture struct {
	kept     *budget
	expected int // bytes, of which room is made at once

	mu            sync.Mutex
	bytes         []byte
	ended, broken bool
	unfit         string // why the copy was given up
}

// add reports whether p was added. Once it was not, the copy says why it is unfit to be judged, and nothing more is added.
func (c *capture) add(p []byte) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.unfit != "":
		return false
	case len(c.bytes)+len(p) > exchange.MostBody:
		c.unfit = tooLarge
		return false
	case !c.kept.take(len(p)):
		c.unfit = tooMany
		return false
	}
	if c.bytes == nil {
		c.bytes = make([]byte, 0, max(len(p), c.expected))
	}
	c.bytes = append(c.bytes, p...)
	return true
}

// release lets go of the copy. It is called once.
func (c *capture) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept.bytes.Add(-int64(len(c.bytes)))
	c.bytes, c.unfit = nil, "released"
}

// broke reports whether the caller's side of the body failed: it went away, or sent what is no body.
func (c *capture) broke() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.broken
}

// teeBody is the body of a request, which is copied as it is read.
type teeBody struct {
	io.ReadCloser
	copy *capture

	reading sync.Mutex
	passed  bool // nobody reads it any more but to its end
}

func (b *teeBody) Read(p []byte) (int, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	if b.passed {
		return 0, http.ErrBodyReadAfterClose
	}
	return b.read(p)
}

func (b *teeBody) read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.copy.add(p[:n])
	b.copy.mu.Lock()
	b.copy.ended = b.copy.ended || errors.Is(err, io.EOF)
	b.copy.broken = b.copy.broken || err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, os.ErrDeadlineExceeded)
	b.copy.mu.Unlock()
	return n, err
}

// Close leaves the body open: net/http reads it once more, when the exchange has passed.
func (b *teeBody) Close() error { return nil }

// How much of a request that was answered early is read, and for how long, so that its connection can be used again.
const (
	mostDrained = 256 << 10
	drainTime   = 5 * time.Second
)

// drain reads what is left of a request's body.
func (e *passing) drain(w http.ResponseWriter, body *teeBody) {
	if body == nil || e.whole() || e.sentBody.broke() || e.answer.hijacked || e.unasked() {
		return
	}
	control := http.NewResponseController(w)
	if e.answer.held == nil && e.answer.status != 0 {
		_ = control.Flush() // or the caller waits for the rest of the answer, and we for that of the request
	}
	_ = control.SetReadDeadline(time.Now().Add(drainTime))
	body.reading.Lock()
	defer body.reading.Unlock()
	body.passed = true
	_, err := io.Copy(io.Discard, io.LimitReader(readerFunc(body.read), mostDrained))
	if err == nil {
		_ = control.SetReadDeadline(time.Time{})
	}
}

// unasked reports whether the caller waits to be told that its body is wanted, which it then does not send (RFC 9110 section 10.1.1).
func (e *passing) unasked() bool {
	e.sentBody.mu.Lock()
	defer e.sentBody.mu.Unlock()
	return e.request.Header.Get("Expect") != "" && len(e.sentBody.bytes) == 0
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// queue has one goroutine judge exchanges, one after another.
type queue struct {
	work chan func()
	done chan struct{}

	mu     sync.RWMutex
	closed bool
}

func newQueue() *queue {
	q := &queue{work: make(chan func(), 256), done: make(chan struct{})}
	go func() {
		defer close(q.done)
		for judge := range q.work {
			judge()
		}
	}()
	return q
}

// do reports whether something will be done: not so once the queue is closed.
func (q *queue) do(judge func()) bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if !q.closed {
		q.work <- judge
	}
	return !q.closed
}

func (q *queue) open() bool {
	q.mu.RLock()
	defer q.mu.RUnlock()
	return !q.closed
}

func (q *queue) close() {
	q.mu.Lock()
	if !q.closed {
		close(q.work)
	}
	q.closed = true
	q.mu.Unlock()
	<-q.done
}

// buffers are what bodies are copied with. It is an httputil.BufferPool.
type buffers struct{}

var pool = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (buffers) Get() []byte  { return pool.Get().(*[32 << 10]byte)[:] }
func (buffers) Put(b []byte) { pool.Put((*[32 << 10]byte)(b)) }
