package traffic

import (
	"cmp"
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
// which is a connection and is not judged. A nil base is http.DefaultTransport.
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

// RoundTrip sends a request with the base transport and judges the exchange. An error of the base is returned as it is.
func (t *JudgingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, again, unfitRequest := peek(r.Body)
	sending := r.Clone(r.Context())
	sending.Body = again
	sent := time.Now()
	answer, err := t.base.RoundTrip(sending)
	switch {
	case err != nil:
		t.skip(brokenOff)
		return answer, err
	case answer.StatusCode == http.StatusSwitchingProtocols:
		t.skip(noMoreHTTP)
		return answer, nil
	}
	received, again, unfitAnswer := peek(answer.Body)
	answer.Body = again
	if why := cmp.Or(unfitRequest, unfitAnswer); why != "" {
		t.skip(why)
		return answer, nil
	}
	t.observe(
		r.URL.Scheme+"://"+r.URL.Host, requestOf(r, body),
		&exchange.Response{Status: answer.StatusCode, Header: answer.Header.Clone(), Body: received}, sent, time.Now(),
	)
	return answer, nil
}
