package mockserver

import (
	"net/http/httptest"
)

// TB is the part of testing.TB that [Start] needs.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Running is a mock that listens.
type Running struct {
	*Server
	// URL is the base URL for a client, with the contract's base path: http://127.0.0.1:PORT/customer/open/v1
	URL string
}

// Start runs a mock on a free port of the loopback interface for as long as the test lasts.
func Start(tb TB, options ...Option) *Running {
	tb.Helper()
	server, err := New(options...)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	listening := httptest.NewServer(server)
	tb.Cleanup(listening.Close)
	return &Running{Server: server, URL: listening.URL + server.judge.BasePaths()[0]}
}
