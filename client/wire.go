package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// wire watches one attempt and answers one question about it: is it certain that no byte of the request left, or ever
// will? The certainty has two sources.
//
// First, net/http/httptrace: an http.Transport announces that it looks for a connection (GetConn) and that a request
// has one (GotConn). Name lookup, dialing, TLS and a proxy's CONNECT lie between the two. A failure after GetConn without
// GotConn wrote nothing. Later events would not do: headers may be flushed before WroteHeaders, and the goroutine that writes
// may still be at work when a cancelled RoundTrip returns.
//
// Second, countedConn, under an HTTP/1 connection of NewTransport: nothing written since GotConn, and the connection
// is sealed so that it stays so. This covers a connection that the server closed between GotConn and the first write.
// HTTP/2, with TLS or without, shares its connections among requests, so there GotConn remains the line.
type wire struct {
	mu    sync.Mutex
	state wireState
	seals []func() bool // of the counted connections that the request had: whether nothing was written, from now on either
}

// wireState is how far a request has come, as far as is known. It only grows.
type wireState int

const (
	notSeen    wireState = iota // it may be anywhere: a middleware has it, which need not pass it on
	turnedAway                  // noReplay has refused it
	passedOn                    // noReplay has given it to the transport, which has reported nothing
	connecting                  // the transport looks for a connection; of those that it got the writes are known
	opaque                      // it had a connection whose writes are not known
)

type wireKey struct{}

// watch returns a context that reports the attempt to w. A trace that the caller put into ctx goes on working.
func (w *wire) watch(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, wireKey{}, w)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { w.reached(connecting, nil) },
		GotConn: func(info httptrace.GotConnInfo) {
			conn := counted(info.Conn)
			if conn == nil {
				w.reached(opaque, nil)
				return
			}
			before := conn.written.Load()
			w.reached(connecting, func() bool { return conn.sealIf(before) })
		},
	})
}

// note tells the wire of a request's attempt, if it has one, how far it has come.
func note(ctx context.Context, s wireState) {
	if w, ok := ctx.Value(wireKey{}).(*wire); ok {
		w.reached(s, nil)
	}
}

func (w *wire) reached(s wireState, seal func() bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = max(w.state, s)
	if seal != nil {
		w.seals = append(w.seals, seal)
	}
}

// nothingWritten is for an attempt that failed without a response.
func (w *wire) nothingWritten() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != turnedAway && w.state != connecting {
		return false
	}
	// More than one, where the transport itself found a connection dead before it wrote and took the next.
	for _, seal := range w.seals {
		if !seal() {
			return false
		}
	}
	return true
}

// counted finds the countedConn that carries conn alone for one request at a time.
func counted(conn net.Conn) *countedConn {
	if t, ok := conn.(*tls.Conn); ok {
		if t.ConnectionState().NegotiatedProtocol == "h2" {
			return nil
		}
		conn = t.NetConn()
	}
	c, _ := conn.(*countedConn)
	if c == nil || c.shared.Load() {
		return nil
	}
	return c
}

// countedConn is a connection that counts the bytes written for requests and can be sealed against further ones.
type countedConn struct {
	net.Conn

	writing sync.Mutex // held while bytes are written
	written atomic.Int64
	closing atomic.Bool // a write deadline was set
	sealed  atomic.Bool
	shared  atomic.Bool // it speaks HTTP/2 without TLS, so several requests at a time use it
}

// preface begins a connection of HTTP/2 (RFC 9113, 3.4). It is written before a request is given the connection.
var preface = []byte("PRI * HTTP/2.0")

// maxCloseNotify bounds the alert that crypto/tls writes on closing. The first write of any request is longer.
const maxCloseNotify = 96

// Write counts what it has written, unless it is an alert of TLS.
func (c *countedConn) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.sealed.Load() {
		return 0, net.ErrClosed
	}
	if c.written.Load() == 0 && bytes.HasPrefix(p, preface) {
		c.shared.Store(true)
	}
	counts := !c.closing.Load() || len(p) >= maxCloseNotify
	n, err := c.Conn.Write(p)
	if counts {
		c.written.Add(int64(n))
	}
	return n, err
}

// SetWriteDeadline is how crypto/tls begins to close a connection: it sets a deadline, writes an alert and refuses all later
// writes of its user. net/http sets none over HTTP/1. So a short write after it is not of a request.
func (c *countedConn) SetWriteDeadline(t time.Time) error {
	c.closing.Store(true)
	return c.Conn.SetWriteDeadline(t)
}

// sealIf ends writing if nothing was written beyond want, and tells whether that is so. It is for a connection that a
// request has failed on, which is of no further use: a write that is still under way is cut off by closing it.
func (c *countedConn) sealIf(want int64) bool {
	if c.written.Load() != want {
		return false
	}
	c.sealed.Store(true)
	if !c.writing.TryLock() {
		_ = c.Close()
		c.writing.Lock()
	}
	defer c.writing.Unlock()
	return c.written.Load() == want
}
