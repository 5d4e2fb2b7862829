package client

import (
	"net"
	"time"
)

// ParseTime reads a time of an answer.
func ParseTime(s string) (time.Time, error) { return parseTime(s) }

// Counted puts the counting connection of NewTransport on top of conn, so that a test can look from beneath.
func Counted(conn net.Conn) net.Conn { return newCountedConn(conn) }

// Beneath returns the connection that Counted was put on.
func Beneath(conn net.Conn) net.Conn { return conn.(*countedConn).Conn }

// SealIf seals a connection of Counted if no more than want was written to it.
func SealIf(conn net.Conn, want int64) bool { return conn.(*countedConn).sealIf(want) }

// Members returns the names of a JSON object.
func Members(object []byte) (names []string) {
	for name := range members(object) {
		names = append(names, string(name))
	}
	return names
}

// Items returns the items of a JSON list.
func Items(list []byte) (all []string) {
	for item := range items(list) {
		all = append(all, string(item))
	}
	return all
}

// DecodeTime reads a time of an answer from its JSON.
func DecodeTime(b []byte) (time.Time, error) {
	var t instant
	err := t.UnmarshalJSON(b)
	return t.Time, err
}
