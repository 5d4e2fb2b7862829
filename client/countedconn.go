package client

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// countedConn counts the bytes that were written for requests and can be sealed against further ones.
type countedConn struct {
	net.Conn

	mu      sync.Mutex
	quiet   *sync.Cond // no write is under way
	written int64
	writing int // writes under way
	sealed  bool
	shared  bool // it speaks HTTP/2 without TLS
	closing bool // a write deadline was set
}

func newCountedConn(conn net.Conn) *countedConn {
	c := &countedConn{Conn: conn}
	c.quiet = sync.NewCond(&c.mu)
	return c
}

// preface begins a connection of HTTP/2 (RFC 9113, 3.4). It is written before a request is given the connection.
var preface = []byte("PRI * HTTP/2.0")

// goodbye is longer than the alert that crypto/tls writes on closing, and shorter than the first write of any request.
const goodbye = 96

func (c *countedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.sealed {
		c.mu.Unlock()
		return 0, net.ErrClosed
	}
	c.writing++
	c.shared = c.shared || c.written == 0 && bytes.HasPrefix(p, preface)
	counts := !c.closing || len(p) >= goodbye
	c.mu.Unlock()

	n, err := c.Conn.Write(p)

	c.mu.Lock()
	defer c.mu.Unlock()
	if counts {
		c.written += int64(n)
	}
	if c.writing--; c.writing == 0 {
		c.quiet.Broadcast()
	}
	return n, err
}

// SetWriteDeadline is how crypto/tls begins its goodbye: when a connection is closed that no write is under way on, it
// sets a deadline and writes an alert, and refuses all later writes of its user. net/http sets none over HTTP/1. So a
// short write after it is not of a request.
func (c *countedConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	return c.Conn.SetWriteDeadline(t)
}

func (c *countedConn) count() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.written
}

func (c *countedConn) isShared() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shared
}

// sealIf ends writing if nothing was written beyond want, and tells whether that is so. It is for a connection that a
// request has failed on, which is of no further use: a write that is still under way is cut off by closing it.
func (c *countedConn) sealIf(want int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.written != want {
		return false
	}
	c.sealed = true
	if c.writing > 0 {
		_ = c.Close()
	}
	for c.writing > 0 {
		c.quiet.Wait()
	}
	return c.written == want
}
