package client

import (
	"context"
	"net"
	"net/http"
	"reflect"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// ParseTime reads a time of an answer.
func ParseTime(s string) (time.Time, error) { return parseTime(s) }

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

// Spelling tells whether b is one JSON value, and whether it has a name of the type t twice or in another case.
func Spelling(t reflect.Type, b []byte) (valid, misspells bool) {
	s, err := spell(b, namesOf(t), "")
	return err == nil, err == nil && s.misspells
}

// DecodeTime reads a time of an answer from its JSON.
func DecodeTime(b []byte) (t time.Time, err error) {
	err = decodeTime(b, &t)
	return t, err
}
