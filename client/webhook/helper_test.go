package webhook_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

const secret = "whsec_test_secret"

// sent is when deliveries of these tests are sent, unless they say otherwise.
var sent = time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC)

func jane() client.Customer {
	return client.Customer{ID: "cust_1", Email: new("jane.doe@private.example"), CreatedAt: sent, UpdatedAt: sent}
}

// delivery is one of jane, signed when sent.
func delivery(secrets ...string) webhooktest.Delivery {
	if len(secrets) == 0 {
		secrets = []string{secret}
	}
	d := webhooktest.New(jane(), secrets...)
	d.Timestamp = sent
	return d
}

// with returns d, changed.
func with(d webhooktest.Delivery, change func(*webhooktest.Delivery)) webhooktest.Delivery {
	change(&d)
	return d
}

func clockAt(at time.Time) webhook.Option { return webhook.WithClock(func() time.Time { return at }) }

// movable is a clock that a test moves.
type movable struct{ nanoseconds atomic.Int64 }

func (c *movable) now() time.Time { return sent.Add(time.Duration(c.nanoseconds.Load())) }

func (c *movable) move(d time.Duration) { c.nanoseconds.Add(int64(d)) }

func receiver(t *testing.T, opts ...webhook.Option) *webhook.Receiver {
	t.Helper()
	opts = append([]webhook.Option{clockAt(sent), webhook.WithLogger(slog.New(slog.DiscardHandler))}, opts...)
	r, err := webhook.New([]string{secret}, opts...)
	require.NoError(t, err)
	return r
}

// handled counts the events that a handler was called with, and fails those that it is told to.
type handled struct {
	mu     sync.Mutex
	events []webhook.Event
	fail   func(n int) error // for the n-th call, from 1
}

func (h *handled) handle(_ context.Context, e webhook.Event) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
	if h.fail != nil {
		return h.fail(len(h.events))
	}
	return nil
}

func (h *handled) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.events)
}

// post sends a request over HTTP and returns the status and the text of the answer.
func post(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r.WithContext(t.Context()))
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(text)
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// logged is a logger and what it wrote.
func logged() (*slog.Logger, *buffer) {
	var b buffer
	return slog.New(slog.NewJSONHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug})), &b
}

type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

const (
	tolerance        = gen.WebhookTolerance
	toleranceSeconds = int(tolerance / time.Second)
)
