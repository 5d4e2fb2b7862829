package contracttest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
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
	refusals map[int]*exchange.Exchange // by status: the first 429 and the first 503 that no case asked for; see refusalCases
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
		refusals: map[int]*exchange.Exchange{},
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
func (s *sender) send(ctx context.Context, r exchange.Request) (*exchange.Response, error) {
	path, err := url.PathUnescape(r.Path)
	if err != nil {
		return nil, err
	}
	target := &url.URL{Scheme: s.root.Scheme, Host: s.root.Host, Path: path, RawPath: r.Path, RawQuery: r.Query}
	req := &http.Request{Method: r.Method, URL: target, Host: s.root.Host, Header: r.Header.Clone(), Body: http.NoBody}
	req = req.WithContext(ctx)
	if len(r.Body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.Body)), int64(len(r.Body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.Body)), nil }
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
func receive(answer *http.Response) (*exchange.Response, error) {
	if size := exchange.HeaderSize(answer.Header); size > mostHeader {
		return nil, fmt.Errorf("expected at most %d bytes of response headers, got %d", mostHeader, size)
	}
	if answer.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the connection, in a protocol that was not asked for.
		return &exchange.Response{Status: answer.StatusCode, Header: answer.Header, Body: nil}, nil
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, exchange.MostBody+1))
	if err = cmp.Or(err, exchange.TooLarge(body)); err != nil {
		return nil, err
	}
	return &exchange.Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

// How often a request is sent again.
const (
	mostRetries     = 3  // after 429, for one request
	mostRefills     = 20 // after 429 of the mock, whose window is begun anew, for one request
	mostUnavailable = 5  // after 503, once for each request and for so many of a run, or one of twenty where that is more
)

// exchange sends a case once the gate lets it through, and again after a 429 that it did not ask for and after its
// first 503. It returns an error only where ctx ended.
func (s *sender) exchange(ctx context.Context, x *exchange.Exchange) error {
	for try := 0; ; try++ {
		if err := s.gate.enter(ctx); err != nil {
			return err
		}
		answer, err := s.once(ctx, x)
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		s.gate.arrived(err)
		if x.Dropped == nil && dropped(err) && s.gate.open() {
			x.Dropped = err
			continue
		}
		if x.Case.Asked != nil || answer == nil {
			x.Take(answer, err)
			return nil
		}
		again := s.again(ctx, x, answer, try)
		if !again || !s.gate.open() {
			x.Take(answer, nil)
			x.CutShort = answer.Status == http.StatusTooManyRequests && (again || s.gate.stopped() != "")
			return nil
		}
		if answer.Status == http.StatusServiceUnavailable {
			x.Before = answer
		}
	}
}

// Windows has numbers of its own for a connection that was aborted or reset: the names of syscall are made up there. No other system has errors of
// these numbers.
const wsaConnAborted, wsaConnReset = syscall.Errno(10053), syscall.Errno(10054)

// dropped reports whether a connection ended without an answer, as happens to one that was idle for too long.
func dropped(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, wsaConnAborted, wsaConnReset} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// once sends a case, unless a new window of the mock's rate limit is being begun.
func (s *sender) once(ctx context.Context, x *exchange.Exchange) (*exchange.Response, error) {
	s.window.RLock()
	defer s.window.RUnlock()
	x.Window, x.Sent = s.windows, time.Now()
	answer, err := s.send(ctx, x.Case.Request)
	x.Received = time.Now()
	return answer, err
}

// again reports whether a request is to be sent again, and has the gate wait for as long as its answer advises.
func (s *sender) again(ctx context.Context, x *exchange.Exchange, answer *exchange.Response, try int) bool {
	switch answer.Status {
	case http.StatusTooManyRequests:
		s.keepRefusal(x, answer)
		if x.Contract.Mode == exchange.Mock && try < mostRefills && s.refill(ctx, x) {
			return true
		}
		return s.gate.observe(answer) && try < mostRetries
	case http.StatusServiceUnavailable:
		s.keepRefusal(x, answer)
		return x.Before == nil && s.gate.unavailable(answer)
	}
	s.gate.observe(answer)
	return false
}
