package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"sync"
)

// wire watches one attempt and answers one question about it: is it certain that no byte of the request left, or ever
// will? The certainty has two sources.
//
// First, net/http/httptrace: an http.Transport announces that it looks for a connection (GetConn) and that a request
// has one (GotConn). Name lookup, dialing, TLS and a proxy's CONNECT lie between the two, for HTTP/1 and HTTP/2
// alike. A failure after GetConn without GotConn wrote nothing. Later events would not do: headers pass through a
// buffer that may be flushed before WroteHeaders, and the goroutine that writes may still be at work when a cancelled
// RoundTrip returns.
//
// Second, countedConn, under an HTTP/1 connection of NewTransport: nothing written since GotConn, and the connection
// is sealed so that it stays so. This covers a connection that the server closed between GotConn and the first write.
// HTTP/2, with TLS or without, shares its connections among requests, so there GotConn remains the line.
type wire struct {
	mu      sync.Mutex
	held    bool // noReplay was reached, and did not pass the request on
	passed  bool // noReplay passed it on
	traced  bool // GetConn came: the transport reports to httptrace
	opaque  bool // the request had a connection whose writes are not known
	granted []grant
}

// grant is a counted connection and its count when the request was given it.
type grant struct {
	conn    *countedConn
	written int64
}

// watch returns a context that reports the attempt to w. A trace that the caller put into ctx goes on working.
func (w *wire) watch(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, wireKey{}, w)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GetConn: w.getConn, GotConn: w.gotConn})
}

type wireKey struct{}

// note takes down whether noReplay passes a request on to the transport, and err is nil, or not.
func note(ctx context.Context, err error) {
	w, ok := ctx.Value(wireKey{}).(*wire)
	if !ok {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = w.held || err != nil
	w.passed = w.passed || err == nil
}

func (w *wire) getConn(string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.traced = true
}

func (w *wire) gotConn(info httptrace.GotConnInfo) {
	conn := counted(info.Conn)
	w.mu.Lock()
	defer w.mu.Unlock()
	if conn == nil {
		w.opaque = true
		return
	}
	w.granted = append(w.granted, grant{conn, conn.count()})
}

// nothingWritten is for an attempt that failed without a response.
func (w *wire) nothingWritten() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.traced && (w.passed || !w.held) || w.opaque {
		return false
	}
	// More than one, where the transport itself found a connection dead before it wrote and took the next.
	for _, g := range w.granted {
		if !g.conn.sealIf(g.written) {
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
	if c == nil || c.isShared() {
		return nil
	}
	return c
}
