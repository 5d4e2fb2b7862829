package sender

import (
	"context"
	"errors"
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

type dial func(ctx context.Context, network, address string) (net.Conn, error)

// newClient makes one whose connections end with the context. Where dial is nil, it dials what is allowed.
func newClient(ctx context.Context, allow []netip.Prefix, dial dial) *client {
	if dial == nil {
		dial = newDialer(allow).DialContext
	}
	c := &client{transport: &http.Transport{
		DialContext:            endingWith(ctx, dial),
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

// Do sends one request. http.Client would follow redirects.
func (c *client) Do(r *http.Request) (*http.Response, error) { return c.transport.RoundTrip(r) }

func (c *client) close() { c.transport.CloseIdleConnections() }

// endingWith dials connections that are closed when the context ends: the transport itself would let a handshake or a body go on.
func endingWith(ctx context.Context, dial dial) dial {
	return func(request context.Context, network, address string) (net.Conn, error) {
		request, cancel := context.WithCancel(request)
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		conn, err := dial(request, network, address)
		if err != nil {
			return nil, err
		}
		if ctx.Err() != nil {
			return nil, errors.Join(ctx.Err(), conn.Close())
		}
		return &connection{conn, context.AfterFunc(ctx, func() { _ = conn.Close() })}, nil
	}
}

// connection is one that is closed when a context ends.
type connection struct {
	net.Conn
	stop func() bool
}

// Close closes it.
func (c *connection) Close() error {
	c.stop()
	return c.Conn.Close()
}
