package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// ledger is a vendor that creates the customers that it is told to and takes its time; emails beginning with "bad" it
// refuses.
type ledger struct {
	mu      sync.Mutex
	emails  []string
	now     int
	most    int
	latency func(n int) time.Duration
}

func (l *ledger) handle(w http.ResponseWriter, r *http.Request) {
	var in client.CustomerInput
	_ = json.NewDecoder(r.Body).Decode(&in)
	l.mu.Lock()
	n := len(l.emails)
	l.emails = append(l.emails, *in.Email)
	l.now++
	l.most = max(l.most, l.now)
	l.mu.Unlock()
	time.Sleep(l.latency(n))
	l.mu.Lock()
	l.now--
	l.mu.Unlock()
	if strings.HasPrefix(*in.Email, "bad") {
		reply(w, 400, envelope("VALIDATION_ERROR"))
		return
	}
	reply(w, 201, strings.Replace(created, "cust_1", "cust_"+*in.Email, 1))
}

func numbered(n int, taken *int) iter.Seq[client.CustomerInput] {
	return func(yield func(client.CustomerInput) bool) {
		for i := range n {
			*taken++
			name := fmt.Sprint("n", i)
			if i%10 == 3 {
				name = fmt.Sprint("bad", i)
			}
			if !yield(client.CustomerInput{Email: new(name)}) {
				return
			}
		}
	}
}

// uneven lets later calls overtake earlier ones.
func uneven(n int) time.Duration { return time.Duration(7-n%7) * time.Second }

func TestCreateCustomersInOrder(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 4, 200} {
		synctest.Test(t, func(t *testing.T) {
			l := &ledger{latency: uneven}
			c := pipeClient(t, l.handle, client.WithConcurrency(concurrency))
			var taken, want int
			seq := c.CreateCustomers(t.Context(), numbered(100, &taken))
			for i, r := range seq {
				require.Equal(t, want, i)
				want++
				assert.Equal(t, 1, r.Response.Attempts)
				if i%10 == 3 {
					require.ErrorIs(t, r.Err, client.ErrValidation)
					assert.Nil(t, r.Customer)
					assert.Equal(t, fmt.Sprint("bad", i), *r.Input.Email)
					continue
				}
				require.NoError(t, r.Err)
				assert.Equal(t, fmt.Sprint("cust_n", i), r.Customer.ID)
				assert.Equal(t, 201, r.Response.StatusCode)
			}
			assert.Equal(t, 100, want)
			assert.Len(t, l.emails, 100)
			assert.Equal(t, min(concurrency, 100), l.most, "calls at once")
			for range seq {
				require.Fail(t, "a sequence that came to its end is empty")
			}
			assert.Len(t, l.emails, 100)
		})
	}
}

// A result that is there does not wait for inputs that are not.
func TestCreateCustomersStreams(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{latency: func(int) time.Duration { return time.Second }}
		c := pipeClient(t, l.handle)
		var results atomic.Int32 // the sequence runs beside the loop
		trickle := func(yield func(client.CustomerInput) bool) {
			for i := range 5 {
				if !yield(client.CustomerInput{Email: new(fmt.Sprint("n", i))}) {
					return
				}
				assert.GreaterOrEqual(t, results.Load(), int32(i), "results before input %d", i+1)
				time.Sleep(time.Minute)
			}
		}
		for range c.CreateCustomers(t.Context(), trickle) {
			results.Add(1)
		}
		assert.EqualValues(t, 5, results.Load())
	})
}

// A loop that is left early loses no result: ranging once more delivers what was under way, and takes no further input.
func TestCreateCustomersLeftEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{latency: uneven}
		c := pipeClient(t, l.handle, client.WithConcurrency(5))
		var taken int
		seq := c.CreateCustomers(t.Context(), numbered(1000, &taken))
		var seen []int
		for i := range seq {
			if seen = append(seen, i); i == 20 {
				break
			}
		}
		assert.Zero(t, l.now, "no call is under way after the loop")
		sent := len(l.emails)
		synctest.Wait()
		late := 0 // an input that was on its way when the loop was left, which cannot be ruled out
		for i, r := range seq {
			if r.Response.Attempts == 0 {
				require.ErrorContains(t, r.Err, "the loop had been left")
				late++
			}
			if seen = append(seen, i); i == 22 {
				break
			}
		}
		for i, r := range seq {
			seen = append(seen, i)
			if r.Response.Attempts == 0 {
				require.ErrorContains(t, r.Err, "the loop had been left")
				late++
			}
		}
		assert.Len(t, seen, taken, "one result for each input taken")
		assert.Len(t, l.emails, sent, "nothing was sent after the loop was left")
		assert.LessOrEqual(t, late, 1)
		assert.Equal(t, sent+late, taken)
		for i := range seen {
			assert.Equal(t, i, seen[i])
		}
	})
}

// When the context ends, each input that was taken gets its result, and no further ones are taken.
func TestCreateCustomersCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{latency: func(n int) time.Duration { return time.Duration(n) * time.Second }}
		c := pipeClient(t, l.handle, client.WithConcurrency(5))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var taken, results, good, doubtful int
		tell := func(r client.Result) {
			results++
			switch {
			case r.Err == nil, r.Response.StatusCode == 400:
				good++
			default:
				require.ErrorIs(t, r.Err, context.Canceled)
				if r.Response.Attempts > 0 {
					require.ErrorIs(t, r.Err, client.ErrOutcomeUnknown)
					doubtful++
				}
			}
		}
		seq := c.CreateCustomers(ctx, numbered(1000, &taken))
		for i, r := range seq {
			if i == 20 {
				cancel()
			}
			tell(r)
		}
		synctest.Wait()
		for _, r := range seq { // an input that was on its way when the context ended
			tell(r)
		}
		assert.Equal(t, taken, results)
		assert.Less(t, taken, 30)
		assert.Positive(t, doubtful)
		assert.Len(t, l.emails, good+doubtful)
	})
}

func TestCreateCustomersBadOption(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(http.ResponseWriter, *http.Request) { panic("nothing may be sent") })
	var taken, results int
	for _, r := range c.CreateCustomers(t.Context(), numbered(3, &taken), client.WithTimeout(-1)) {
		require.ErrorContains(t, r.Err, "bad option: WithTimeout")
		results++
	}
	assert.Equal(t, 3, results)
}

// Paced bulk: a thousand customers at 100 a minute meet no 429.
func TestCreateCustomersPaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := &window{limit: 100, round: floor, latency: quick}
		c := pipeClient(t, v.handle)
		var taken int
		for _, r := range c.CreateCustomers(t.Context(), numbered(1000, &taken), client.WithPacing(true)) {
			require.NoError(t, r.Err)
		}
		assert.Zero(t, v.refused)
		assert.Equal(t, 1000, v.served)
	})
}
