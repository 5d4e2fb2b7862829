package client

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// NewTransport returns a transport like the one that New uses by default: like http.DefaultTransport, with more idle
// connections to a host, and with connections that count what is written to them. Change its Proxy, TLSClientConfig
// and so on as you need and hand it to WithHTTPClient. Only a DialContext of your own ends the counting. Proxy is asked
// twice for each attempt, so that its failure is known to be one before anything was sent.
//
// The count tells a request that never left from one that may have arrived. With any other transport, and over HTTP/2, a
// request counts as sent as soon as it was given a connection: ErrOutcomeUnknown is a little more frequent, for instance
// when the server closes an idle connection at that moment.
//
// Some failures are unknown although nothing was written, since nothing proves it: those of a middleware that does not
// call the next transport, such as a circuit breaker that is open; a header of a middleware that net/http refuses; and
// all of a RoundTripper that is not an http.Transport and does not report to net/http/httptrace.
func NewTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return &countedConn{Conn: conn}, nil
		},
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          100,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// sharedTransport is one for all clients, so that a program that makes a client per task keeps its connections.
var sharedTransport = sync.OnceValue(NewTransport)

// sendOnce returns a copy of hc that cannot send a request a second time by itself.
func sendOnce(hc *http.Client, middleware []func(http.RoundTripper) http.RoundTripper) (*http.Client, error) {
	if hc == nil {
		hc = &http.Client{Transport: sharedTransport()}
	}
	once := *hc
	// A redirect followed would repeat the POST (307, 308), or turn it into a GET, and hand the key to another host.
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	once.Transport = noReplay{cmp.Or(once.Transport, http.DefaultTransport)}
	for i, wrap := range slices.Backward(middleware) {
		if wrap == nil {
			return nil, fmt.Errorf("WithMiddleware: middleware %d of %d is nil", i+1, len(middleware))
		}
		if once.Transport = wrap(once.Transport); once.Transport == nil {
			return nil, fmt.Errorf("WithMiddleware: middleware %d of %d returns nil", i+1, len(middleware))
		}
	}
	once.Transport = noBadLocation{once.Transport}
	return &once, nil
}

// noBadLocation drops a Location that does not parse. http.Client would turn the answer into an error that quotes it,
// though no redirect is followed.
type noBadLocation struct{ next http.RoundTripper }

func (t noBadLocation) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err == nil && resp != nil && resp.StatusCode/100 == 3 {
		if _, bad := req.URL.Parse(resp.Header.Get("Location")); bad != nil {
			resp.Header.Del("Location")
		}
	}
	return resp, err
}

// noReplay takes from http.Transport the means to send a POST again after bytes of it went out: GetBody. It would use
// it after HTTP/2 stream resets and GOAWAY, some of which prove nothing, and for a request with the header Idempotency-Key,
// which a middleware may add. What a transport refuses without a word to httptrace, it refuses itself, where it is noted: a
// context that has ended, and a proxy that cannot be told.
type noReplay struct{ next http.RoundTripper }

func (t noReplay) RoundTrip(req *http.Request) (*http.Response, error) {
	err := req.Context().Err()
	if tr, ok := t.next.(*http.Transport); ok && err == nil && tr.Proxy != nil {
		if _, bad := tr.Proxy(req); bad != nil {
			err = &net.OpError{Op: "proxyconnect", Net: "tcp", Err: bad}
		}
	}
	if err != nil {
		note(req.Context(), turnedAway)
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	note(req.Context(), passedOn)
	if req.GetBody != nil {
		req = req.WithContext(req.Context()) // a copy, since a request is not a transport's to change
		req.GetBody = nil
	}
	return t.next.RoundTrip(req)
}
