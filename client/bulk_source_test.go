package client_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// Result.Input shares no memory with what the sequence gave, whatever fields the contract has.
func TestResultInputIsACopy(t *testing.T) {
	t.Parallel()
	var in client.CustomerInput
	fill(reflect.ValueOf(&in).Elem())
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
	for _, r := range c.CreateCustomers(t.Context(), slices.Values([]client.CustomerInput{in})) {
		require.NoError(t, r.Err)
		assert.Equal(t, in, r.Input)
		assertNothingShared(t, "Input", reflect.ValueOf(in), reflect.ValueOf(r.Input))
	}
	for _, r := range c.CreateCustomers(t.Context(), slices.Values([]client.CustomerInput{{}})) {
		assert.Equal(t, client.CustomerInput{}, r.Input)
	}
}

// fill gives each field of a struct a value that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() { // not so what time.Time keeps to itself
				fill(field)
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	default:
		panic("a kind of field that this test does not know: " + v.Kind().String())
	}
}

func assertNothingShared(t *testing.T, path string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if !a.Type().Field(i).IsExported() {
				continue
			}
			assertNothingShared(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
		}
	case reflect.Pointer, reflect.Slice, reflect.Map:
		assert.NotEqual(t, a.Pointer(), b.Pointer(), "%s is shared", path)
		if a.Kind() == reflect.Slice {
			assertNothingShared(t, path+"[0]", a.Index(0), b.Index(0))
		}
	}
}

// slowly gives an input an hour.
func slowly(n int) func(func(client.CustomerInput) bool) {
	return func(yield func(client.CustomerInput) bool) {
		for i := range n {
			if !yield(client.CustomerInput{Email: new(fmt.Sprint("n", i))}) {
				return
			}
			time.Sleep(time.Hour)
		}
	}
}

// A result does not wait for the next input.
func TestCreateCustomersWhileTheSequenceBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
		start := time.Now()
		for i, r := range c.CreateCustomers(t.Context(), slowly(3)) {
			require.NoError(t, r.Err)
			assert.Equal(t, time.Duration(i)*time.Hour, time.Since(start), "result %d", i)
		}
	})
}

// The end of the context ends the loop, even while the sequence blocks. What it hands over later is not sent, and not
// lost either.
func TestCreateCustomersCancelledWhileTheSequenceBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{latency: func(int) time.Duration { return time.Second }}
		c := pipeClient(t, l.handle)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		seq := c.CreateCustomers(ctx, slowly(3))
		var results []int
		for i, r := range seq {
			require.NoError(t, r.Err)
			results = append(results, i)
		}
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Equal(t, []int{0}, results)
		time.Sleep(2 * time.Hour)
		for i, r := range seq {
			require.ErrorIs(t, r.Err, context.DeadlineExceeded)
			require.NotErrorIs(t, r.Err, client.ErrOutcomeUnknown)
			assert.Equal(t, "n1", *r.Input.Email)
			results = append(results, i)
		}
		assert.Equal(t, []int{0, 1}, results)
		assert.Equal(t, []string{"n0"}, l.emails)
	})
}

// The same for a loop that is left while the sequence blocks.
func TestCreateCustomersLeftWhileTheSequenceBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &ledger{latency: func(int) time.Duration { return time.Second }}
		c := pipeClient(t, l.handle)
		start := time.Now()
		seq := c.CreateCustomers(t.Context(), slowly(3))
		for range seq {
			break
		}
		assert.Equal(t, time.Second, time.Since(start))
		time.Sleep(2 * time.Hour)
		for i, r := range seq {
			assert.Equal(t, 1, i)
			require.ErrorContains(t, r.Err, "the loop had been left")
			require.NotErrorIs(t, r.Err, client.ErrOutcomeUnknown)
		}
		assert.Equal(t, []string{"n0"}, l.emails)
	})
}

func TestCreateCustomersOfAnEndedContext(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(http.ResponseWriter, *http.Request) { panic("nothing may be sent") })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var taken int
	for range c.CreateCustomers(ctx, numbered(10, &taken)) {
		require.Fail(t, "there is nothing to tell of")
	}
	assert.Zero(t, taken)
}

// A panic comes out where the caller can recover from it, after the results before it, and takes none with it.
func TestCreateCustomersPanics(t *testing.T) {
	t.Parallel()
	type bug struct{}
	for name, exits := range map[string]bool{"panic": false, "runtime.Goexit": true} {
		fall := func() {
			if exits {
				runtime.Goexit()
			}
			panic(bug{})
		}
		// collect ranges in a goroutine, since that may end.
		collect := func(seq func(func(int, client.Result) bool)) (got []int, recovered any, exited bool) {
			exited = true
			var wg sync.WaitGroup
			wg.Go(func() {
				defer func() {
					if recovered = recover(); recovered != nil {
						exited = false
					}
				}()
				for i := range seq {
					got = append(got, i)
				}
				exited = false
			})
			wg.Wait()
			return got, recovered, exited
		}
		check := func(t *testing.T, recovered any, exited bool) {
			t.Helper()
			assert.Equal(t, exits, exited)
			if !exits {
				assert.Equal(t, bug{}, recovered)
			}
		}
		t.Run(name+" of a middleware", func(t *testing.T) {
			t.Parallel()
			var calls int
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) }, client.WithConcurrency(1),
				client.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
					return roundTripper(func(r *http.Request) (*http.Response, error) {
						if calls++; calls == 3 {
							fall()
						}
						return next.RoundTrip(r)
					})
				}))
			var taken int
			seq := c.CreateCustomers(t.Context(), numbered(5, &taken))
			got, recovered, exited := collect(seq)
			assert.Equal(t, []int{0, 1}, got)
			check(t, recovered, exited)
			got, _, exited = collect(seq)
			assert.Empty(t, got, "the loop was left")
			assert.False(t, exited)
			assert.Equal(t, 3, taken)
		})
		t.Run(name+" of the sequence", func(t *testing.T) {
			t.Parallel()
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { ok(w) })
			seq := c.CreateCustomers(t.Context(), func(yield func(client.CustomerInput) bool) {
				for range 2 {
					yield(jane())
				}
				fall()
			})
			got, recovered, exited := collect(seq)
			assert.Equal(t, []int{0, 1}, got)
			check(t, recovered, exited)
		})
	}
}

// However a loop ends, no goroutine of the client is left when it has. synctest fails if one is.
func TestCreateCustomersLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(i int, cancel func()) (stop bool){
		"ended":     func(int, func()) bool { return false },
		"left":      func(i int, _ func()) bool { return i == 7 },
		"cancelled": func(i int, cancel func()) bool { cancel(); return false },
		"both":      func(i int, cancel func()) bool { cancel(); return i == 3 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := &ledger{latency: uneven}
				c := pipeClient(t, l.handle)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				cleaned := false
				seq := func(yield func(client.CustomerInput) bool) {
					defer func() { cleaned = true }()
					for i := range 40 {
						if !yield(client.CustomerInput{Email: new(fmt.Sprint("n", i))}) {
							return
						}
					}
				}
				for i := range c.CreateCustomers(ctx, seq) {
					if leave(i, cancel) {
						break
					}
				}
				synctest.Wait()
				assert.True(t, cleaned, "the sequence has come to its end")
				seen := map[string]bool{}
				for _, email := range l.emails {
					assert.False(t, seen[email], "%s was sent twice", email)
					seen[email] = true
				}
			})
		})
	}
}
