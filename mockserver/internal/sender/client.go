package sender

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// client is the HTTP client of a sender: no proxies, no redirects, no cookies, HTTP/1.1, and no address that is not allowed.
type client struct {
	transport *http.Transport
	initiator *gen.CallbackInitiator
}

// newClient makes one. Where dial is nil, it dials what is allowed.
func newClient(allow []netip.Prefix, dial func(ctx context.Context, network, address string) (net.Conn, error)) *client {
	if dial == nil {
		dial = newDialer(allow).DialContext
	}
	c := &client{transport: &http.Transport{
		DialContext:            dial,
		Protocols:              new(http.Protocols),
		DisableCompression:     true, // the history shows an answer as it came
		MaxIdleConns:           sendingInAll,
		MaxIdleConnsPerHost:    sendingPerTarget,
		IdleConnTimeout:        10 * time.Second,
		TLSHandshakeTimeout:    gen.WebhookAnswerTime,
		MaxResponseHeaderBytes: 64 << 10,
	}}
	c.transport.Protocols.SetHTTP1(true)
	c.initiator = &gen.CallbackInitiator{Client: c}
	return c
}

// newDialer makes one that checks the address that is dialled, after the name was resolved: what a name resolves to at another time does not matter.
func newDialer(allow []netip.Prefix) *net.Dialer {
	return &net.Dialer{
		Timeout: gen.WebhookAnswerTime,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			dialled, err := netip.ParseAddrPort(address)
			if err != nil {
				return refused("refused to send to what is not an address")
			}
			return checkAddress(dialled.Addr(), allow)
		},
	}
}

// Do sends one request. http.Client would follow redirects. A status of less than three digits is none (RFC 9110 section 15), though net/http takes 000.
func (c *client) Do(r *http.Request) (*http.Response, error) {
	response, err := c.transport.RoundTrip(r)
	if err == nil && response.StatusCode < 100 {
		_ = response.Body.Close()
		return nil, fmt.Errorf("malformed HTTP status code %03d", response.StatusCode)
	}
	return response, err
}

// close ends the connections that nobody uses. The others end with their requests, whose contexts have ended, and the transport keeps none from then on.
func (c *client) close() { c.transport.CloseIdleConnections() }
