package client

import (
	"context"
	"net"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Counted puts the counting connection of NewTransport on top of conn, so that a test can look from beneath.
func Counted(conn net.Conn) net.Conn { return &countedConn{Conn: conn} }

// Beneath returns the connection that Counted was put on.
func Beneath(conn net.Conn) net.Conn { return conn.(*countedConn).Conn }

// SealIf seals a connection of Counted if no more than want was written to it.
func SealIf(conn net.Conn, want int64) bool { return conn.(*countedConn).sealIf(want) }

// Sentinel returns the error of a code, nil if there is none.
func Sentinel(code gen.ErrorCode) error { return sentinels[code] }

// Read calls an operation that the contract does not have: of a safe method, with an id in its path.
func (c *Client) Read(ctx context.Context, opts ...CallOption) (*Customer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+"customers/cust_1", http.NoBody)
	return c.do(ctx, operation{"get customer", "/customers/{id}", http.StatusOK}, req, err, opts)
}
