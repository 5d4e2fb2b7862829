package client_test

import (
	"context"
	"math"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// A wait that is beyond all bounds, or all numbers, is too long. It is not taken for none.
func TestRetryAfterForever(t *testing.T) {
	t.Parallel()
	for _, forever := range []string{
		"Fri, 31 Dec 9999 23:59:59 GMT", "2147483648", "4294967296", "9223372036", "9223372037", "99999999999999999999",
	} {
		for _, header := range []string{"Retry-After", "RateLimit-Reset"} {
			for name, failure := range map[string]func(http.ResponseWriter){
				"503": answer(503, envelope("SERVICE_UNAVAILABLE"), header, forever),
				"429": answer(429, envelope("RATE_LIMIT_EXCEEDED"), header, forever),
			} {
				if header == "RateLimit-Reset" && (name == "503" || forever[0] == 'F') {
					continue // says nothing of when to try again
				}
				t.Run(name+" "+header+" "+forever, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						s := &script{steps: []func(http.ResponseWriter){failure}}
						_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane())
						require.ErrorIs(t, err, client.ErrWaitTooLong)
						assert.Len(t, s.at, 1)
					})
				})
			}
		}
	}
}

// A policy without bounds still waits, longer each time, and as far as the context lets it. Within a year the context is the bound that
// a wait passes first; within a century a single wait may also be longer than any policy allows.
func TestRetryWithoutBounds(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for name, test := range map[string]struct {
		within time.Duration
		want   []error
	}{
		"a year":    {year, []error{client.ErrWaitTooLong, context.DeadlineExceeded}},
		"a century": {100 * year, []error{client.ErrWaitTooLong}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: []func(http.ResponseWriter){unavailable}}
				c := pipeClient(t, s.handle, client.WithRetry(client.RetryPolicy{MaxAttempts: 60, MaxWait: math.MaxInt64}))
				ctx, cancel := context.WithTimeout(t.Context(), test.within)
				defer cancel()
				_, err := c.CreateCustomer(ctx, jane())
				for _, want := range test.want {
					require.ErrorIs(t, err, want)
				}
				assert.Greater(t, s.at[len(s.at)-1].Sub(s.at[0]), test.within/1000)
			})
		})
	}
}

func TestBackoffOfMaxInt64(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(http.ResponseWriter){unavailable, limited}}
		c := pipeClient(t, s.handle, client.WithRetry(client.RetryPolicy{Backoff: math.MaxInt64}))
		for range 2 {
			_, err := c.CreateCustomer(t.Context(), jane())
			require.ErrorIs(t, err, client.ErrWaitTooLong)
		}
		assert.Len(t, s.at, 2)
	})
}

// The vendor's Retry-After never makes a wait shorter than it would be without.
func TestRetryAfterZeroBacksOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		atOnce := answer(503, envelope("SERVICE_UNAVAILABLE"), "Retry-After", "0")
		var third time.Duration
		for range 50 {
			s := &script{steps: []func(http.ResponseWriter){atOnce, atOnce, atOnce, ok}}
			_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
			third = max(third, s.wait(3))
		}
		assert.Greater(t, third, 2*time.Second)
	})
}

// By default a call sits out two whole windows.
func TestRetrySitsOutTwoWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := answer(429, envelope("RATE_LIMIT_EXCEEDED"), "RateLimit-Reset", "60")
		for range 20 {
			s := &script{steps: []func(http.ResponseWriter){full, full, ok}}
			_, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
		}
	})
}

// What the error of a transport says of sending again does not decide over our waits.
func TestRetryIgnoresForeignAdvice(t *testing.T) {
	t.Parallel()
	for name, advice := range map[string]error{
		"again": &net.DNSError{IsTemporary: true}, "never": &net.OpError{Op: "dial", Err: net.ErrClosed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				dials := 0
				transport := client.NewTransport()
				transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
					dials++
					return nil, advice
				}
				c, err := client.New(testKey, client.WithBaseURL("http://mock.test"),
					client.WithHTTPClient(&http.Client{Transport: transport}))
				require.NoError(t, err)
				start := time.Now()
				_, err = c.CreateCustomer(t.Context(), jane())
				require.ErrorContains(t, err, "not sent")
				assert.Equal(t, 4, dials)
				assert.LessOrEqual(t, time.Since(start), 7*time.Second)
			})
		})
	}
}

// No bound on the answer is a bound, too.
func TestMaxResponseOfMaxInt64(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) }, client.WithMaxResponse(math.MaxInt64))
	_, err := c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
}
