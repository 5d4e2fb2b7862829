package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// TB is the part of testing.TB that [Start] needs, so that a program which embeds the mock does not import testing.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
	Failed() bool
	Cleanup(func())
}

// Running is a mock that listens.
type Running struct {
	*Server
	// URL is the base URL for a client, with the contract's base path: http://127.0.0.1:PORT/customer/open/v1
	URL string
	// Key is an API key that works, unless [WithKeys] names others.
	Key string

	ahead atomic.Int64
}

// Start runs a mock on a free port of the loopback interface for as long as the test lasts. It speaks HTTP/1.1, and
// HTTP/2 without TLS to a client that begins with it (RFC 9113 section 3.3). Tests that run at the same
// time have nothing in common. If the test fails, the end of the journal is in its log, with what was wrong with each
// request.
func Start(tb TB, options ...Option) *Running {
	tb.Helper()
	mock := &Running{Key: gen.KeyPrefixTest + "mock"}
	server, err := New(append(slices.Clip(options), mock.movable)...)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	listening := httptest.NewUnstartedServer(server)
	listening.Config.DisableGeneralOptionsHandler = true // "OPTIONS *" is answered like everything else
	listening.Config.Protocols = new(http.Protocols)
	listening.Config.Protocols.SetHTTP1(true)
	listening.Config.Protocols.SetUnencryptedHTTP2(true)
	listening.Start()
	mock.Server = server
	mock.URL = listening.URL + server.judge.BasePaths()[0]
	tb.Cleanup(func() {
		server.Close()
		listening.Close()
		if tb.Failed() {
			tb.Logf("%s", mock.account())
		}
	})
	return mock
}

// Advance moves the clock of the server: a minute later a rate limit is fresh, and thirty seconds later a webhook that failed is sent again. The
// clock runs on from there. Delays of faults are real time, but for those of webhooks.
func (r *Running) Advance(d time.Duration) {
	r.ahead.Add(int64(d))
	r.sender.Wake()
}

// Now is the time on the clock of the server: what a receiver of its webhooks compares their timestamps with.
func (r *Running) Now() time.Time { return r.now() }

// movable is the last option: it moves the clock that there is.
func (r *Running) movable(c *config) error {
	now := c.now
	c.now = func() time.Time { return now().Add(time.Duration(r.ahead.Load())) }
	return nil
}

// account is the end of the journal for the log of a test.
func (r *Running) account() string {
	const most = 50
	var b strings.Builder
	requests := r.Requests(journal.Filter{Limit: most})
	fmt.Fprintf(&b, "mockserver: the last requests that arrived (%d, at most %d):", len(requests), most)
	for _, request := range requests {
		b.WriteString("\n  " + request.String())
	}
	return b.String()
}
