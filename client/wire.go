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
	state   wireState
	granted []grant
}

// wireState is how far a request has come, as far as is known. It only grows.
type wireState int

const (
	notSeen    wireState = iota // it may be anywhere: a middleware has it, which need not pass it on
	turnedAway                  // noReplay has refused it
	passedOn                    // noReplay has given it to the transport, which has reported nothing
	connecting                  // the transport looks for a connection; those that it got are in granted
	opaque                      // it had a connection whose writes are not known
)

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

// note tells the wire of a request's attempt, if it has one, whether noReplay refuses the request with err or passes it on.
func note(ctx context.Context, err error) {
	w, ok := ctx.Value(wireKey{}).(*wire)
	switch {
	case !ok:
	case err != nil:
		w.reached(turnedAway)
	default:
		w.reached(passedOn)
	}
}

func (w *wire) reached(s wireState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state = max(w.state, s)
}

func (w *wire) getConn(string) { w.reached(connecting) }

func (w *wire) gotConn(info httptrace.GotConnInfo) {
	conn := counted(info.Conn)
	if conn == nil {
		w.reached(opaque)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.granted = append(w.granted, grant{conn, conn.written.Load()})
}

// nothingWritten is for an attempt that failed without a response.
func (w *wire) nothingWritten() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.state != turnedAway && w.state != connecting {
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
	if c == nil || c.shared.Load() {
		return nil
	}
	return c
}
