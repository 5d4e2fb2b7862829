package contracttest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"time"
)

// sender sends requests to the target.
type sender struct {
	client *http.Client
	root   *url.URL
	gate   *gate
}

// mostAnswer is how much of an answer is read.
const mostAnswer = 8 << 20

// patience is how long one answer may take.
const patience = 30 * time.Second

func newSender(s *suite, connections int) *sender {
	var transport http.RoundTripper = &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		MaxIdleConnsPerHost: connections,
		DisableCompression:  true, // the media type and encoding are judged as they come
	}
	if s.config.HTTPClient != nil {
		transport = s.config.HTTPClient.Transport
	}
	gate := newGate(s.config.Rate)
	gate.onWait = s.config.OnWait
	return &sender{
		root: s.root,
		gate: gate,
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       patience,
		},
	}
}

// close lets go of idle connections.
func (s *sender) close() { s.client.CloseIdleConnections() }

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
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, err
	}
	return &response{answer.StatusCode, answer.Header, body}, nil
}

// mostRetries is how often a request is sent again after a 429.
const mostRetries = 3

// exchange sends a case once the gate lets it through, and again after a 429 that it did not ask for. It returns an
// error only when the run must end.
func (s *sender) exchange(ctx context.Context, x *exchange) error {
	for try := 0; ; try++ {
		if err := s.gate.enter(ctx); err != nil {
			return err
		}
		x.sent = time.Now()
		answer, err := s.send(ctx, x.c.request)
		x.received = time.Now()
		if err != nil && ctx.Err() != nil {
			return ctx.Err()
		}
		x.take(answer, err)
		if x.c.asked != nil || answer == nil {
			return nil
		}
		hope := s.gate.observe(answer)
		if answer.status != http.StatusTooManyRequests || !hope || try == mostRetries {
			return nil
		}
		if !s.gate.open() {
			x.cutShort = true
			return nil
		}
	}
}
