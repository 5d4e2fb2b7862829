package client

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

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

// SetWriteDeadline is how crypto/tls begins to close a connection that no write is under way on: it sets a deadline and
// writes an alert, and refuses all later writes of its user. net/http sets none over HTTP/1. So a short write after it is
// not of a request.
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
