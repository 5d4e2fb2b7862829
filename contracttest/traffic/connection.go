package traffic

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
)

// connection is what became of the connection for one request. It is safe for concurrent use.
type connection struct {
	wanted   atomic.Bool // it was asked for: what is wrong with the request itself is found before
	got      atomic.Bool
	reused   atomic.Bool // it was open before
	answered atomic.Bool // a byte of the answer came
}

// follow is a context whose request tells the connection what becomes of it.
func (c *connection) follow(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { c.wanted.Store(true) },
		GotConn: func(info httptrace.GotConnInfo) {
			c.got.Store(true)
			c.reused.Store(info.Reused)
		},
		GotFirstResponseByte: func() { c.answered.Store(true) },
	})
}

// doubtful reports whether it may be nobody's fault that no answer came: the server had answered on the connection before, and may have closed it
// because it was idle.
func (c *connection) doubtful() bool { return c.reused.Load() && !c.answered.Load() }

// unreached reports whether there was no connection to the server.
func (c *connection) unreached() bool { return c.wanted.Load() && !c.got.Load() }

// callersOwn reports whether an error is none of the server's: the request could not be sent, by whatever server.
func (c *connection) callersOwn(err error) bool {
	return !c.wanted.Load() || errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}
