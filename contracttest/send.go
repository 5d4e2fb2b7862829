package contracttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"
)

// sender sends requests to the target.
type sender struct {
	client *http.Client
	root   *url.URL
	gate   *gate
	close  func() // lets go of idle connections, unless they are the caller's

	// window is held by each request, and held alone to begin a new window of the mock's rate limit.
	window  sync.RWMutex
	windows int // how many windows were begun that way

	refusing sync.Mutex
	refusals map[int]*exchange // by status: the first 429 and the first 503 that no case asked for; see refusalCases
}

// answerTimeout is how long one answer may take, from the first byte of the request to the last of the body.
const answerTimeout = 15 * time.Second

func newSender(s *suite, connections int) *sender {
	transport, closeIdle := transportOf(s.config.HTTPClient, connections)
	gate := newGate(s.config.Rate)
	gate.onWait = s.config.OnWait
	return &sender{
		root:     s.root,
		gate:     gate,
		close:    closeIdle,
		refusals: map[int]*exchange{},
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       answerTimeout,
		},
	}
}

// transportOf is the transport of a run. That of the caller is left as it is: a *http.Transport is cloned, with
// connections of its own and a bound for headers, and any other is used as it comes.
func transportOf(c *http.Client, connections int) (transport http.RoundTripper, closeIdle func()) {
	own := &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: connections,
		DisableCompression:  true, // the media type and encoding are judged as they come
	}
	if c != nil && c.Transport != nil {
		given, ok := c.Transport.(*http.Transport)
		if !ok {
			return c.Transport, func() {}
		}
		own = given.Clone()
	}
	if own.MaxResponseHeaderBytes <= 0 || own.MaxResponseHeaderBytes > mostHeader {
		own.MaxResponseHeaderBytes = mostHeader
	}
	return own, own.CloseIdleConnections
}

// send sends one request and reads its answer.
func (s *sender) send(ctx context.Context, r request) (*response, error) {
	path, err := url.PathUnescape(r.path)
	if err != nil {
		return nil, err
	}
	target := &url.URL{Scheme: s.root.Scheme, Host: s.root.Host, Path: path, RawPath: r.path, RawQuery: r.query}
	req := &http.Request{Method: r.method, URL: target, Host: s.root.Host, Header: r.header.Clone(), Body: http.NoBody}
	req = req.WithContext(ctx)
	if len(r.body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.body)), nil }
	}
	req.Header.Set("User-Agent", "bitbybit-contract")
	answer, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return receive(answer)
}

// receive reads an answer, unless it is too large to be judged.
func receive(answer *http.Response) (*response, error) {
	if size := headerSize(answer.Header); size > mostHeader {
		return nil, fmt.Errorf("expected at most %d bytes of response headers, got %d", mostHeader, size)
	}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the connection, in a protocol that nobody asked for.
		return &response{answer.StatusCode, answer.Header, nil}, nil
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > mostAnswer:
		return nil, fmt.Errorf("expected a body of at most %d bytes, got more", mostAnswer)
	case tooManyValues(body):
		return nil, fmt.Errorf("expected a body of at most %d JSON values, got more", mostValues)
	}
	return &response{answer.StatusCode, answer.Header, body}, nil
}

// How often a request is sent again.
const (
	mostRetries     = 3  // after 429, for one request
	mostRefills     = 20 // after 429 of the mock, whose window is begun anew, for one request
	mostUnavailable = 5  // after 503, once for each request and for so many of a run, or one of twenty where that is more
)

// exchange sends a case once the gate lets it through, and again after a 429 that it did not ask for and after its
// first 503. It returns an error only where ctx ended.
func (s *sender) exchange(ctx context.Context, x *exchange) error {
	for try := 0; ; try++ {
		if err := s.gate.enter(ctx); err != nil {
			return err
		}
		answer, err := s.once(ctx, x)
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		s.gate.arrived(err)
		if x.dropped == nil && dropped(err) && s.gate.open() {
			x.dropped = err
			continue
		}
		if x.c.asked != nil || answer == nil {
			x.take(answer, err)
			return nil
		}
		again := s.again(ctx, x, answer, try)
		if !again || !s.gate.open() {
			x.take(answer, nil)
			x.cutShort = answer.status == http.StatusTooManyRequests && (again || s.gate.stopped() != "")
			return nil
		}
		if answer.status == http.StatusServiceUnavailable {
			x.before = answer
		}
	}
}

// dropped reports whether a connection ended without an answer, as happens to one that was idle for too long.
func dropped(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// once sends a case, unless a new window of the mock's rate limit is being begun.
func (s *sender) once(ctx context.Context, x *exchange) (*response, error) {
	s.window.RLock()
	defer s.window.RUnlock()
	x.window, x.sent = s.windows, time.Now()
	answer, err := s.send(ctx, x.c.request)
	x.received = time.Now()
	return answer, err
}

// again reports whether a request is to be sent again, and has the gate wait for as long as its answer advises.
func (s *sender) again(ctx context.Context, x *exchange, answer *response, try int) bool {
	switch answer.status {
	case http.StatusTooManyRequests:
		s.keepRefusal(x, answer)
		if x.contract.mode == theMock && try < mostRefills && s.refill(ctx, x) {
			return true
		}
		return s.gate.observe(answer) && try < mostRetries
	case http.StatusServiceUnavailable:
		s.keepRefusal(x, answer)
		return x.before == nil && s.gate.unavailable(answer)
	}
	s.gate.observe(answer)
	return false
}
