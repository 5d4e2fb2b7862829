package sender

import (
	"context"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// Close, and removing the endpoint, end a request that is under way at once, wherever it is: no time of the bubble passes. Close leaves no connection either.
func TestCloseIsAtOnce(t *testing.T) {
	t.Parallel()
	silent := func(_ context.Context, client, _ net.Conn) (net.Conn, error) { return client, nil }
	for _, test := range []struct {
		name, url string
		dial      func(ctx context.Context, client, server net.Conn) (net.Conn, error)
	}{
		{"dialling", target, func(ctx context.Context, _, _ net.Conn) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		{"connected although it was late", target, func(ctx context.Context, client, _ net.Conn) (net.Conn, error) {
			<-ctx.Done()
			return client, nil
		}},
		{"writing", target, silent},
		{"TLS handshake", "https://127.0.0.1/", silent},
	} {
		for how, end := range map[string]func(s *Sender){
			"close":  func(s *Sender) { s.Close() },
			"remove": func(s *Sender) { assert.NoError(t, s.RemoveEndpoint("", "endpoint_1")) },
		} {
			t.Run(test.name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					client, server := net.Pipe()
					s := made(t, Config{
						Endpoints: []webhook.Endpoint{{URL: test.url, Secret: secret}},
						Dial:      func(ctx context.Context, _, _ string) (net.Conn, error) { return test.dial(ctx, client, server) },
					})
					defer s.Close()
					create(s, 1)
					begin := time.Now()
					synctest.Wait()
					require.Equal(t, 1, s.Overview("").Sending)
					require.NoError(t, server.SetReadDeadline(begin.Add(time.Nanosecond)))
					end(s)
					synctest.Wait()
					assert.Zero(t, s.Overview("").Sending)
					d := only(t, s)
					require.Len(t, d.Attempts, 1)
					assert.Contains(t, d.Attempts[0].Error, "interrupted")
					if test.name != "dialling" && how == "close" { // else the transport may give a handshake its time
						var err error
						for buffer := make([]byte, 1<<10); err == nil; {
							_, err = server.Read(buffer)
						}
						assert.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is still open")
					}
					assert.Equal(t, begin, time.Now().Truncate(time.Microsecond))
				})
			})
		}
	}
}

// Connections that nobody uses are closed by Close as well.
func TestCloseClosesIdleConnections(t *testing.T) {
	r := &receiver{answer: func(http.ResponseWriter, *http.Request) {}}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		create(s, 3)
		require.Len(t, r.all(), 3)
		s.Close()
		s.Close()
	})
}
