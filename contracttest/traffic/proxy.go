package traffic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

// JudgingProxy is a reverse proxy that judges what passes through it. See [Proxy].
type JudgingProxy struct {
	Observer
	// Enforce answers 502 Bad Gateway with the violations in place of an answer that breaks the contract. Each answer is then held until it is
	// whole, unless its body is one that is not judged.
	Enforce bool
	// Logger gets why an exchange was not passed on (Warn). Nil is slog.Default.
	Logger *slog.Logger

	target *url.URL
	proxy  httputil.ReverseProxy
	kept   budget
	queue  *queue
	now    func() time.Time

	mu       sync.Mutex
	underWay map[*passing]struct{}
}

var _ http.Handler = (*JudgingProxy)(nil)

// Proxy passes requests on to the server of target, and its answers back, and judges them. The path of target, if it has one, says where the API is
// found there; requests to other paths pass, too. Both pass unchanged: methods, paths, queries, statuses, headers, bodies as they are streamed, trailers, informational
// answers such as 103 Early Hints, and connections that change their protocol. Not passed on are the headers of one connection (RFC 9110
// section 7.6.1), the letters of header names, whose case says nothing, and the reason phrase of a status. Where the server breaks a connection
// off or cannot be reached, the caller's connection is broken off too, the logger gets the reason, and it is a finding. Where the caller breaks off, the
// server sees that: at once, or where its answer has begun, a second later, so that the answer can be judged still. What has not come by then is
// judged by status and headers alone. A caller that had waited for two seconds, and got no answer, is a warning.
//
// An exchange is judged after it has passed, by one goroutine, in the order in which they end; [JudgingProxy.Close] waits for it. Of bodies that
// pass at the same time, and headers, 64 MiB are kept; an exchange beyond that is not judged.
//
// It is an error if target is not like https://host/path.
func Proxy(target string) (*JudgingProxy, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("traffic: the target must be like https://host/path, without a user, a query or a fragment")
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DisableCompression:    true, // it would ask for gzip, and unpack it
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   256,
		IdleConnTimeout:       idle,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
			if answer.StatusCode != http.StatusOK { // net/http would have its reason phrase alone
				return fmt.Errorf("the proxy on the way to the target answered CONNECT with %d", answer.StatusCode)
			}
			return nil
		},
	}
	p := &JudgingProxy{target: &url.URL{Scheme: u.Scheme, Host: u.Host}, queue: newQueue(), now: time.Now, underWay: map[*passing]struct{}{}}
	p.Base = strings.TrimSuffix(u.EscapedPath(), "/")
	p.proxy = httputil.ReverseProxy{Rewrite: p.rewrite, ModifyResponse: passable, ErrorHandler: p.breakOff, Transport: transport, BufferPool: buffers{}, FlushInterval: -1, ErrorLog: log.New(logWriter{p}, "", 0)}
	return p, nil
}

// idle is for how long a connection to the target is kept that nobody uses: less than a server does (Node.js: 5 s), since a request on one that
// the server closes at that moment gets no answer.
const idle = 3 * time.Second

// Close waits until every exchange that has passed is judged. What passes afterwards is not judged.
func (p *JudgingProxy) Close() { p.queue.close() }

// Wait waits until every exchange is judged that has passed by now. For the rest of answers that have begun it waits a second at most: the caller
// may have hung up when it saw the status.
func (p *JudgingProxy) Wait() {
	p.mu.Lock()
	underWay := slices.Collect(maps.Keys(p.underWay))
	p.mu.Unlock()
	late, stop := context.WithTimeout(context.Background(), lateAnswer)
	defer stop()
	for _, e := range underWay {
		if !e.answer.begun.Load() {
			continue
		}
		select {
		case <-e.done:
		case <-late.Done():
		}
	}
	judged := make(chan struct{})
	if p.queue.do(func() { close(judged) }) {
		<-judged
	}
}

// rewrite addresses a request to the target, and puts back what httputil takes away.
func (p *JudgingProxy) rewrite(r *httputil.ProxyRequest) {
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.SetURL(p.target)
	raw, _, _ := strings.Cut(r.In.RequestURI, "?")
	if raw != r.Out.URL.EscapedPath() && (raw == "*" || strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//")) {
		r.Out.URL.Opaque = raw // as it was spelled
	}
	switch r.Out.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		if r.Out.Body == nil { // net/http sends a request without any again where its connection broke
			r.Out.Body, r.Out.TransferEncoding = noBody{}, []string{"identity"} // or it may send none in chunks
		}
	}
	if r.Out.Body == nil { // and one of another method by these headers, which it finds by this spelling
		for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
			if values, sent := r.Out.Header[name]; sent {
				delete(r.Out.Header, name)
				r.Out.Header[strings.ToLower(name)] = values
			}
		}
	}
	r.Out.Trailer = r.In.Trailer // the map that net/http fills when the body has ended
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, sent := r.In.Header[name]; sent {
			r.Out.Header[name] = values
		}
	}
}

// noBody is an empty body that is none of net/http's own.
type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }
func (noBody) Close() error             { return nil }

// passable refuses an answer that net/http reads and cannot write.
func passable(answer *http.Response) error {
	if answer.StatusCode < http.StatusContinue {
		return errors.New("expected a status from 100 to 999")
	}
	return nil
}

// breakOff ends the caller's connection, as that to the server ended.
func (p *JudgingProxy) breakOff(w http.ResponseWriter, r *http.Request, err error) {
	answer := w.(*answerWriter)
	answer.cause, answer.failure = err, failure(err)
	if !answer.gone() && !answer.sent.broke() { // the caller is still there
		p.logger().LogAttrs(r.Context(), slog.LevelWarn, "the target gave no answer; the connection is broken off, as it was there",
			slog.String("target", p.target.Host), slog.String("error", withoutData(err.Error())))
	}
	panic(http.ErrAbortHandler)
}

func (p *JudgingProxy) logger() *slog.Logger {
	if p.Logger == nil {
		return slog.Default()
	}
	return p.Logger
}

// logWriter takes what httputil logs: why an answer could not be passed on to its end.
type logWriter struct{ proxy *JudgingProxy }

func (w logWriter) Write(line []byte) (int, error) {
	w.proxy.logger().Warn("an answer was not passed on whole", slog.String("target", w.proxy.target.Host), slog.String("error", withoutData(strings.TrimSpace(string(line)))))
	return len(line), nil
}

// withoutData is an error of net/http without what it quotes of the other side, and what differs from one run to the next.
func withoutData(text string) string {
	return mask.Keys(varying.ReplaceAllString(quoted.ReplaceAllString(text, `"…"`), "$2…$1"))
}

// varying are the address of this side, the time at which a certificate was looked at, and the numbers of HTTP/2.
var varying = regexp.MustCompile(`\S+(->)|(current time |stream ID |LastStreamID=)[^\s,;]+`)

// ServeHTTP passes an exchange on.
func (p *JudgingProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).EnableFullDuplex() // an answer may come before its request has ended
	e := &passing{proxy: p, sent: p.now(), request: requestOf(r, nil), done: make(chan struct{})}
	p.mu.Lock()
	p.underWay[e] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.underWay, e)
		p.mu.Unlock()
		close(e.done)
	}()
	caller := r.Context()
	e.answer.gone = func() bool { return caller.Err() != nil }
	ctx, release := e.outlive(caller)
	defer release()
	e.sentBody.kept, e.answer.body.kept = &p.kept, &p.kept
	e.answer.ResponseWriter, e.answer.sent, e.answer.isHead = w, &e.sentBody, r.Method == http.MethodHead
	if p.Enforce && p.queue.open() && p.means(r) {
		e.answer.hold()
	}
	r = r.WithContext(e.conn.follow(ctx)) // a copy: net/http looks at the body of its own
	var body *teeBody
	if r.Body != nil && r.Body != http.NoBody {
		e.expected = r.ContentLength
		e.sentBody.expected = int(min(max(r.ContentLength, 0), 4<<10))
		body = &teeBody{ReadCloser: r.Body, copy: &e.sentBody}
		r.Body = body
	}
	whole := false
	defer func() {
		if !whole {
			e.drain(w, body)
			e.fail()
		}
	}()
	p.proxy.ServeHTTP(&e.answer, r)
	whole = true
	e.drain(w, body)
	e.end()
}
