package client

import (
	"net"
	"reflect"
	"time"
)

// ParseTime reads a time of an answer.
func ParseTime(s string) (time.Time, error) { return parseTime(s) }

// Counted puts the counting connection of NewTransport on top of conn, so that a test can look from beneath.
func Counted(conn net.Conn) net.Conn { return &countedConn{Conn: conn} }

// Beneath returns the connection that Counted was put on.
func Beneath(conn net.Conn) net.Conn { return conn.(*countedConn).Conn }

// SealIf seals a connection of Counted if no more than want was written to it.
func SealIf(conn net.Conn, want int64) bool { return conn.(*countedConn).sealIf(want) }

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
