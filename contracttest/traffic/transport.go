package traffic

import (
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// JudgingTransport is an http.RoundTripper that judges what passes through it. See [Transport].
type JudgingTransport struct {
	Observer
	base http.RoundTripper
}

var _ http.RoundTripper = (*JudgingTransport)(nil)

// Transport puts a judge around the transport of any http.Client: what the client sends, and what it gets. Requests
// and answers pass unchanged, but each body is read before it is passed on, except that of 101 Switching Protocols,
// which is a connection and is not judged. An answer that does not come, or breaks off, is a finding, unless the request's context ended before, or
// the base is no *http.Transport and tells nothing of connections (net/http/httptrace). A nil base is http.DefaultTransport.
//
//	transport := traffic.Transport(nil)
//	client := &http.Client{Transport: transport}
//	// … use the client …
//	if err := transport.Err(); err != nil { … }
func Transport(base http.RoundTripper) *JudgingTransport {
	if base == nil {
		base = http.DefaultTransport
	}
	return &JudgingTransport{base: base}
}

// CloseIdleConnections closes those of the base transport, if it can, as http.Client.CloseIdleConnections has it.
func (t *JudgingTransport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// RoundTrip sends a request with the base transport and judges the exchange. An error of the base is returned as it is.
func (t *JudgingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, again, unread := peek(r.Body)
	var conn connection
	sending := r.Clone(conn.follow(r.Context()))
	sending.Body = again
	seen := observed{origin: r.URL.Scheme + "://" + r.URL.Host, request: requestOf(r, body), sent: time.Now()}
	answer, err := t.base.RoundTrip(sending)
	if err == nil && answer.StatusCode == http.StatusSwitchingProtocols {
		t.skip(noMoreHTTP)
		return answer, nil
	}
	if err != nil {
		seen.fail(failure(err), &conn)
	} else {
		seen.read(answer)
	}
	seen.received = time.Now()
	switch why := unfit(body, unread); {
	case why != "":
		t.skip(why)
	case err != nil && (conn.callersOwn(err) || r.ContentLength > 0 && r.ContentLength != int64(len(body))):
		t.skip(unsent)
	case seen.failure != nil && r.Context().Err() != nil:
		t.skip(brokenOff)
	default:
		t.judge(seen)
	}
	return answer, err
}

// read takes the answer, whose body then reads the same once more.
func (seen *observed) read(answer *http.Response) {
	var body []byte
	var err error
	if body, answer.Body, err = peek(answer.Body); err != nil {
		seen.failure = errWithin(err)
		return
	}
	seen.answer = &exchange.Response{Status: answer.StatusCode, Header: answer.Header.Clone(), Body: body}
}
