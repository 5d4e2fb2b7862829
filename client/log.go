package client

import (
	"context"
	"log/slog"
	"time"
)

// attemptLog writes what calls do, at level debug, and warns of a base URL that is not safe. Nothing in it is of the key or
// of a customer.
type attemptLog struct{ *slog.Logger }

func (l attemptLog) attempt(ctx context.Context, c *call, took time.Duration, e *Error) {
	if !l.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", c.request.Method),
		slog.String("path", c.client.path+c.operation.path[1:]),
		slog.Int("status", c.meta.StatusCode),
		slog.Int("attempt", c.meta.Attempts),
		slog.Duration("duration", took),
	}
	if e != nil {
		attrs = append(attrs, slog.String("outcome", string(e.outcome)), slog.String("reason", e.reason))
	}
	l.LogAttrs(ctx, slog.LevelDebug, "bitbybit attempt", attrs...)
}

func (l attemptLog) wait(ctx context.Context, e *Error, d time.Duration) {
	l.LogAttrs(ctx, slog.LevelDebug, "bitbybit wait",
		slog.Int("after_attempt", e.Attempts), slog.Duration("wait", d), slog.String("reason", e.reason))
}

// turn logs how long a call was held back by WithPacing. Less than a millisecond is only the way through the gate.
func (l attemptLog) turn(ctx context.Context, waited time.Duration) {
	if waited >= time.Millisecond {
		l.LogAttrs(ctx, slog.LevelDebug, "bitbybit paced", slog.Duration("waited", waited))
	}
}

// unencrypted warns that whoever is on the way to host, a proxy too, can read the key.
func (l attemptLog) unencrypted(host string) {
	l.LogAttrs(context.Background(), slog.LevelWarn,
		"bitbybit: the base URL is http:// to a host that is not loopback: API key and customers are sent unencrypted",
		slog.String("host", host))
}
