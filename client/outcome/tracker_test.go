package outcome_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

var (
	lostBefore = step{lostBefore: true}
	lostAfter  = step{lostAfter: true}
)

// in runs a test in a bubble of its own, where hours pass at once.
func in(t *testing.T, test func(t *testing.T, tr *tracked)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { test(t, track(t)) })
}

func TestAnEventSettlesACall(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		begun := time.Now()
		tr.lose(siti(), "order 7", lostAfter)
		time.Sleep(time.Second)
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		require.Len(t, tr.all, 1)
		assert.NotEmpty(t, tr.all[0].CallID)
		want := outcome.Outcome{Ref: "order 7", CallID: tr.all[0].CallID, Status: outcome.Created, CustomerID: tr.event().ID, Begun: begun.UTC()}
		assert.Equal(t, want, tr.all[0])

		require.NoError(t, tr.Created(t.Context(), tr.event()), "once more")
		tr.hears()
		tr.lives(30 * time.Hour)
		assert.Len(t, tr.all, 1)
	})
}

func TestAnEventMayComeBeforeTheCallIsUnknown(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", step{lostAfter: true, between: func(c *client.Customer) {
			require.NoError(t, tr.Created(t.Context(), *c))
			assert.Empty(t, tr.all, "the call may succeed")
			time.Sleep(time.Second)
		}})
		tr.lives(time.Minute)
		require.Len(t, tr.all, 1)
		assert.Equal(t, tr.event().ID, tr.all[0].CustomerID)
	})
}

func TestNoEvent(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostBefore)
		time.Sleep(time.Second)
		tr.hears()
		tr.lives(outcome.Wait() - 2*time.Second)
		assert.Empty(t, tr.all)
		tr.lives(time.Second)
		require.Len(t, tr.all, 1)
		assert.Equal(t, outcome.NotCreated, tr.all[0].Status)
		assert.Empty(t, tr.all[0].CustomerID+tr.all[0].Reason)
		tr.lives(30 * time.Hour)
		assert.Len(t, tr.all, 1)
	})
}

// The vendor's last attempt may be late by the three hours that it is waited for.
func TestALateEvent(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostAfter)
		tr.lives(outcome.Wait() - time.Second)
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

// The absence of an event says nothing where none could come.
func TestTheReceiverWasDown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after time.Duration // how long the process lives after the call, and after an outage
		down          time.Duration
		restarts      int
		status        outcome.Status
		reason        string
	}{
		"a restart":             {time.Hour, 5 * time.Hour, time.Minute, 1, outcome.NotCreated, ""},
		"four restarts":         {time.Hour, 2 * time.Hour, time.Minute, 4, outcome.NotCreated, ""},
		"at once":               {0, 6 * time.Hour, 3 * time.Hour, 1, outcome.Undecided, "down for 3h0m0s"},
		"for hours":             {time.Hour, 6 * time.Hour, 3 * time.Hour, 1, outcome.Undecided, "down for 3h0m0s"},
		"until it is too late":  {time.Hour, time.Minute, 6 * time.Hour, 1, outcome.Undecided, "down for 6h0m0s"},
		"it crashes in a loop":  {time.Minute, 6 * time.Hour, time.Minute, 10, outcome.Undecided, "down for 10m0s"},
		"it crashes all day":    {time.Minute, 6 * time.Hour, 90 * time.Second, 700, outcome.Undecided, "down for 3h"},
		"it is down for a week": {time.Minute, time.Minute, 7 * 24 * time.Hour, 1, outcome.Undecided, "down for 168h"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.lose(siti(), "a", lostBefore)
				for range test.restarts {
					tr.lives(test.before)
					time.Sleep(test.down)
					tr.start()
					tr.hears()
				}
				tr.lives(test.after)
				require.Len(t, tr.all, 1)
				assert.Equal(t, test.status, tr.all[0].Status)
				assert.Contains(t, tr.all[0].Reason, test.reason)
			})
		})
	}
}

// A process that stands still, as a virtual machine may, was not alive, though it was never restarted.
func TestTheProcessStoodStill(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostBefore)
		time.Sleep(3 * time.Hour)
		tr.hears()
		tr.lives(3 * time.Hour)
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Undecided}, tr.statuses())
	})
}

// A call before any Settle is one of which nothing is known.
func TestTheReceiverWasNotThere(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.store.MemoryStore = outcome.NewMemoryStore(0)
		tr.Tracker, _ = outcome.New(tr.store, tr.settled)
		tr.lose(siti(), "a", lostBefore)
		time.Sleep(10 * time.Minute)
		require.NoError(t, tr.Settle(t.Context()))
		tr.hears()
		tr.lives(outcome.Wait())
		require.Len(t, tr.all, 1)
		assert.Equal(t, outcome.Undecided, tr.all[0].Status)
		assert.Equal(t, "the receiver was down for 10m0s, or its clock was wrong", tr.all[0].Reason)
	})
}

// Where a clock was set, the absence of an event says nothing either, nor that a customer seems to be older than the call.
func TestTheClockIsSet(t *testing.T) {
	t.Parallel()
	// fast has the clock an hour fast for an hour, which ends with the call.
	fast := func(t *testing.T, tr *tracked) {
		t.Helper()
		tr.fast = time.Hour
		tr.lives(time.Hour)
		tr.fast, tr.deaf = 0, true
		require.NoError(t, tr.Settle(t.Context()))
		tr.lose(siti(), "a", lostBefore)
	}
	// back has the clock set back by four hours during the call, after which the process is down.
	back := func(down time.Duration) func(*testing.T, *tracked) {
		return func(t *testing.T, tr *tracked) {
			t.Helper()
			tr.fast = 4 * time.Hour
			require.NoError(t, tr.Settle(t.Context()))
			tr.lose(siti(), "a", step{lostAfter: true, between: func(*client.Customer) { tr.fast = 0 }})
			time.Sleep(down)
			tr.start()
		}
	}
	for name, test := range map[string]struct {
		happens func(*testing.T, *tracked)
		reason  string
	}{
		"back before the event": {func(t *testing.T, tr *tracked) {
			t.Helper()
			tr.fast = gen.WebhookTolerance + time.Minute
			tr.lose(siti(), "a", lostAfter)
			tr.fast = 0
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			assert.Empty(t, tr.all)
			tr.lives(time.Minute)
		}, "the event of the customer cust_"},
		"back before the call": {fast, "or its clock was wrong"},
		"back before the call, and then it is down": {func(t *testing.T, tr *tracked) {
			t.Helper()
			fast(t, tr)
			time.Sleep(55 * time.Minute)
			tr.start()
		}, "or its clock was wrong"},
		"back during the call, and then it is down":   {back(170 * time.Minute), "or its clock was wrong"},
		"back during the call, as long as it is down": {back(4 * time.Hour), "the clock was set back during the call"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.lives(time.Hour)
				test.happens(t, tr)
				tr.lives(2 * outcome.Wait())
				require.Len(t, tr.all, 1)
				assert.Equal(t, outcome.Undecided, tr.all[0].Status)
				assert.Contains(t, tr.all[0].Reason, test.reason)
			})
		})
	}
}

// Nor does it say anything where the vendor may not have reached the receiver when it tried: an event of anything is asked for between its later attempts.
func TestTheVendorDidNotReachTheReceiver(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		heard  []time.Duration // after the call, when events of other customers come
		status outcome.Status
		reason string
	}{
		"no event at all":                      {nil, outcome.Undecided, "between 2000-01-01T01:07:00Z and 2000-01-01T01:35:30Z"},
		"an outage after an event":             {[]time.Duration{time.Second}, outcome.Undecided, "no event came"},
		"an outage before events":              {[]time.Duration{3 * time.Hour, 4 * time.Hour}, outcome.Undecided, "no event came"},
		"events before the third attempt only": {[]time.Duration{time.Second, 5 * time.Minute}, outcome.Undecided, "no event came"},
		"no event before the last attempt":     {[]time.Duration{10 * time.Minute, 3 * time.Hour}, outcome.Undecided, "between 2000-01-01T01:37:30Z and 2000-01-01T03:35:30Z"},
		"no event before the fourth attempt":   {[]time.Duration{time.Second, time.Hour}, outcome.Undecided, "between 2000-01-01T01:07:00Z and 2000-01-01T01:35:30Z"},
		"early events":                         {[]time.Duration{8 * time.Minute, 39 * time.Minute}, outcome.NotCreated, ""},
		"late events":                          {[]time.Duration{34 * time.Minute, 154 * time.Minute}, outcome.NotCreated, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.lives(time.Hour)
				tr.deaf = true
				tr.lose(siti(), "a", lostAfter) // the vendor's five attempts fail
				var past time.Duration
				for _, at := range test.heard {
					tr.lives(at - past)
					tr.hears()
					past = at
				}
				tr.lives(outcome.Wait() - past)
				require.Len(t, tr.all, 1)
				assert.Equal(t, test.status, tr.all[0].Status)
				assert.Contains(t, tr.all[0].Reason, test.reason)
			})
		})
	}
}

// What came is remembered by the next process.
func TestEventsBeforeARestart(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostBefore)
		tr.lives(time.Hour)
		tr.deaf = true
		tr.start()
		tr.lives(outcome.Wait())
		assert.Equal(t, map[string]outcome.Status{"a": outcome.NotCreated}, tr.statuses())
	})
}

func TestTheSameCustomerTwice(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "first", lostBefore)
		time.Sleep(time.Second)
		tr.lose(siti(), "second", lostAfter)
		tr.lives(time.Minute)
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		tr.lives(6 * time.Hour)
		want := map[string]outcome.Status{"first": outcome.NotCreated, "second": outcome.Created} // one of them, and the later by rule
		assert.Equal(t, want, tr.statuses())
	})
}

// An event that comes late finds its call, though that of a later customer with the same content came before it.
func TestEventsInAnotherOrder(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "first", lostAfter)
		first := tr.event()
		tr.lives(time.Hour)
		tr.lose(siti(), "second", lostAfter)
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		require.NoError(t, tr.Created(t.Context(), first))
		assert.Equal(t, map[string]outcome.Status{"first": outcome.Created, "second": outcome.Created}, tr.statuses())
		assert.Equal(t, first.ID, tr.all[1].CustomerID)
	})
}

// Each call has its own time.
func TestTheSameCustomerAnHourLater(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "first", lostBefore)
		tr.lives(time.Hour)
		tr.lose(siti(), "second", lostBefore)
		tr.hears()
		tr.lives(outcome.Wait() - time.Minute)
		assert.Equal(t, map[string]outcome.Status{"first": outcome.NotCreated}, tr.statuses())
		tr.lives(time.Minute)
		assert.Equal(t, map[string]outcome.Status{"first": outcome.NotCreated, "second": outcome.NotCreated}, tr.statuses())
	})
}

// An event that waits for a call under way is one that has come.
func TestAnEventThatWaitsAtTheEnd(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "lost", lostAfter)
		lost := tr.event()
		lost.CreatedAt = time.Time{} // so that it may be that of the other call
		tr.lives(outcome.Wait() - time.Minute)
		tr.next(step{between: func(*client.Customer) {
			require.NoError(t, tr.Created(t.Context(), lost))
			tr.lives(2 * time.Minute)
			assert.Empty(t, tr.all)
		}})
		_, err := tr.CreateCustomer(t.Context(), tr.Client, siti(), "good", client.WithTimeout(outcome.MaxCall))
		require.NoError(t, err)
		tr.lives(time.Minute)
		assert.Equal(t, map[string]outcome.Status{"lost": outcome.Created}, tr.statuses())
	})
}

// A caller that gives up does not keep the end of its call from being noted.
func TestTheContextEnds(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		ctx, cancel := context.WithCancel(t.Context())
		tr.next(step{lostAfter: true, between: func(*client.Customer) { cancel() }})
		_, err := tr.CreateCustomer(ctx, tr.Client, siti(), "a")
		require.ErrorIs(t, err, client.ErrOutcomeUnknown)
		tr.start() // so that nothing is left in this process
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

// An event without a time is as good as any.
func TestAnEventWithoutATime(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostAfter)
		event := tr.event()
		event.CreatedAt = time.Time{}
		require.NoError(t, tr.Created(t.Context(), event))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

// The customer of a call that succeeded is never taken for that of one with the same content.
func TestTheEventOfACallThatSucceeded(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]func(*testing.T, *tracked){
		"after its answer": func(t *testing.T, tr *tracked) {
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
			require.NoError(t, tr.Created(t.Context(), tr.event()))
		},
		"before its answer": func(t *testing.T, tr *tracked) {
			tr.next(step{between: func(c *client.Customer) {
				require.NoError(t, tr.Created(t.Context(), *c))
				time.Sleep(time.Second)
			}})
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
		},
		"before the call that is lost, and repeated": func(t *testing.T, tr *tracked) {
			require.NoError(t, tr.Created(t.Context(), tr.event()))
		},
		"its answer is odd": func(t *testing.T, tr *tracked) {
			tr.next(step{answer: `{"data":{"id":"cust_odd","email":1}}`})
			_, err := tr.create(siti(), "good")
			require.ErrorIs(t, err, client.ErrUnreadableCustomer)
			odd := tr.event()
			odd.ID = "cust_odd"
			require.NoError(t, tr.Created(t.Context(), odd))
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				_, err := tr.create(siti(), "before")
				require.NoError(t, err)
				early := tr.event()
				tr.lose(siti(), "lost", lostBefore)
				order(t, tr)
				require.NoError(t, tr.Created(t.Context(), early))
				assert.Empty(t, tr.all)
				tr.lives(6 * time.Hour)
				assert.Equal(t, map[string]outcome.Status{"lost": outcome.NotCreated}, tr.statuses())
			})
		})
	}
}

// Such a customer is certain to exist, so that its event is the first that its content is waited for with.
func TestACustomerWithoutItsID(t *testing.T) {
	t.Parallel()
	unnamed := step{answer: `{"data":{"id":7}}`}
	t.Run("told", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "lost", lostBefore)
			tr.next(unnamed)
			_, err := tr.create(siti(), "unnamed")
			require.ErrorIs(t, err, client.ErrUnreadableCustomer)
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			assert.Equal(t, map[string]outcome.Status{"unnamed": outcome.Created}, tr.statuses())
			assert.Equal(t, tr.event().ID, tr.all[0].CustomerID)
		})
	})
	t.Run("never told", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.next(unnamed)
			_, err := tr.create(siti(), "unnamed")
			require.ErrorIs(t, err, client.ErrUnreadableCustomer)
			tr.hears()
			tr.lives(6 * time.Hour)
			require.Len(t, tr.all, 1)
			assert.Equal(t, outcome.Undecided, tr.all[0].Status)
			assert.Contains(t, tr.all[0].Reason, "the customer exists")
		})
	})
}

// A customer that was created long before the call is not that of the call, though its event is delivered once more.
func TestAnOldEvent(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		_, err := tr.Client.CreateCustomer(t.Context(), siti())
		require.NoError(t, err)
		tr.lives(gen.WebhookTolerance + time.Second)
		tr.lose(siti(), "a", lostBefore)
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		assert.Empty(t, tr.all)
	})
}

// The vendor's clock may be behind.
func TestTheClocksDiffer(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostAfter)
		event := tr.event()
		event.CreatedAt = event.CreatedAt.Add(time.Second - gen.WebhookTolerance)
		require.NoError(t, tr.Created(t.Context(), event))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

// A server that makes null of what is empty has created the customer all the same.
func TestEmptyIsAbsent(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		sent := siti()
		sent.LastName, sent.Tags = new(""), []string{}
		tr.lose(sent, "a", lostAfter)
		got := tr.event()
		got.LastName, got.Tags = nil, nil
		require.NoError(t, tr.Created(t.Context(), got))
		assert.Len(t, tr.all, 1)
	})
}

func TestOfACallThatIsSettledNothingIsKept(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		_, err := tr.create(client.CustomerInput{Email: new("plain")}, "a")
		require.ErrorIs(t, err, client.ErrValidation)
		_, err = tr.create(client.CustomerInput{}, "b")
		require.ErrorIs(t, err, client.ErrInvalidInput)
		_, err = tr.create(client.CustomerInput{Email: new("\xff@example.com")}, "c")
		require.ErrorIs(t, err, client.ErrInvalidInput)
		keys, err := tr.store.Due(t.Context(), time.Now().Add(24*time.Hour))
		require.NoError(t, err)
		assert.Empty(t, keys)

		_, err = tr.create(siti(), "d")
		require.NoError(t, err)
		tr.lives(outcome.Wait())
		keys, err = tr.store.Due(t.Context(), time.Now().Add(24*time.Hour))
		require.NoError(t, err)
		assert.Empty(t, keys, "its event cannot come any more")
		assert.Empty(t, tr.all)
	})
}

// The process ends while the call is under way: nothing is known of it but that it began.
func TestACrash(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]step{"created": lostAfter, "not created": lostBefore} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.next(lost)
				crashed := make(chan struct{})
				go func() {
					defer close(crashed)
					defer func() { _ = recover() }()
					_, _ = tr.CreateCustomer(t.Context(), crashing{tr}, siti(), "a")
				}()
				<-crashed
				tr.store.before = nil
				tr.start()
				if lost.lostAfter {
					require.NoError(t, tr.Created(t.Context(), tr.event()))
					assert.Empty(t, tr.all, "another process may be about to get the answer")
				}
				tr.hears()
				tr.lives(outcome.MaxCall + gen.WebhookTolerance + time.Minute)
				if lost.lostBefore {
					tr.hears()
				}
				tr.lives(outcome.Wait())
				want := map[bool]outcome.Status{true: outcome.Created, false: outcome.NotCreated}[lost.lostAfter]
				assert.Equal(t, map[string]outcome.Status{"a": want}, tr.statuses())
			})
		})
	}
}

// crashing is a Creator that panics after the call, with a store that is not reached any more.
type crashing struct{ tr *tracked }

func (c crashing) CreateCustomer(ctx context.Context, in client.CustomerInput, opts ...client.CallOption) (*client.Customer, error) {
	_, _ = c.tr.Client.CreateCustomer(ctx, in, opts...)
	c.tr.store.before = errors.New("the process is gone")
	panic("crash")
}

// A panic of a middleware alone is an outcome as unknown as any.
func TestAPanic(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.next(step{between: func(*client.Customer) { panic("middleware") }})
		assert.Panics(t, func() { _, _ = tr.create(siti(), "a") })
		require.NoError(t, tr.Created(t.Context(), tr.event()))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

func TestACallEndsInTime(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		begun := time.Now()
		_, err := tr.CreateCustomer(t.Context(), endless{}, siti(), "a")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, outcome.MaxCall, time.Since(begun))
	})
}

// endless is a Creator that is no client and does not return before its context ends.
type endless struct{}

func (endless) CreateCustomer(ctx context.Context, _ client.CustomerInput, _ ...client.CallOption) (*client.Customer, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A store that is full, or fails, refuses calls before they are sent, and drops none.
func TestNotTracked(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		prepare func(*tracked)
		in      client.CustomerInput
		ref     string
		want    error
	}{
		"the store is full": {func(tr *tracked) {
			tr.store.MemoryStore = outcome.NewMemoryStore(1)
			tr.lose(siti(), "first", lostAfter)
		}, client.CustomerInput{Email: new("a@b.cd")}, "", outcome.ErrFull},
		"the store is broken": {func(tr *tracked) { tr.store.before = broken }, siti(), "", broken},
		"one customer, over and over": {func(tr *tracked) {
			for range 100 {
				tr.lose(siti(), "", lostBefore)
			}
		}, siti(), "", outcome.ErrFull},
		"a ref that is not UTF-8": {func(*tracked) {}, siti(), "\xff", outcome.ErrNotTracked},
		"a long ref":              {func(*tracked) {}, siti(), strings.Repeat("x", outcome.MaxRef+1), outcome.ErrNotTracked},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				test.prepare(tr)
				before := tr.fake.Requests()
				customer, err := tr.create(test.in, test.ref)
				require.ErrorIs(t, err, outcome.ErrNotTracked)
				require.ErrorIs(t, err, test.want)
				assert.Nil(t, customer)
				assert.Equal(t, before, tr.fake.Requests())
			})
		})
	}
}

// A full store takes what happens to the calls that it has.
func TestAFullStoreSettles(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.store.MemoryStore = outcome.NewMemoryStore(1)
		tr.lose(siti(), "a", step{lostAfter: true, between: func(c *client.Customer) { require.NoError(t, tr.Created(t.Context(), *c)) }})
		tr.lives(time.Minute)
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
		tr.lives(outcome.Wait())
		_, err := tr.create(siti(), "b")
		assert.NoError(t, err, "there is room again")
	})
}

// Events that cannot be kept are asked for once more.
func TestTooManyEvents(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", step{lostAfter: true, between: func(c *client.Customer) {
			for i := range 101 {
				other := *c
				other.ID += strings.Repeat("x", i)
				err := tr.Created(t.Context(), other)
				assert.Equal(t, i == 100, errors.Is(err, outcome.ErrFull), "event %d: %v", i, err)
			}
		}})
	})
}

// What is not taken is told again.
func TestAnOutcomeThatIsNotTaken(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", lostAfter)
		tr.fail = errors.New("database gone")
		require.ErrorIs(t, tr.Created(t.Context(), tr.event()), tr.fail, "so that the vendor sends it again")
		require.ErrorIs(t, tr.Created(t.Context(), tr.event()), tr.fail)
		require.ErrorIs(t, tr.Settle(t.Context()), tr.fail)
		tr.fail = nil
		require.NoError(t, tr.Settle(t.Context()))
		assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
	})
}

// An event that comes before it is taken that there is none counts.
func TestAnEventAfterTheDecision(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		deaf    bool
		decided outcome.Status
	}{"not created": {false, outcome.NotCreated}, "undecided": {true, outcome.Undecided}} {
		t.Run(name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.lose(siti(), "a", lostAfter)
				tr.deaf, tr.fail = test.deaf, errors.New("database gone")
				tr.lives(outcome.Wait() - time.Minute)
				time.Sleep(time.Minute)
				require.ErrorContains(t, tr.Settle(t.Context()), string(test.decided)+" was not taken")
				require.ErrorContains(t, tr.Created(t.Context(), tr.event()), "created was not taken")
				tr.fail = nil
				require.NoError(t, tr.Settle(t.Context()))
				require.Len(t, tr.all, 1)
				assert.Equal(t, outcome.Created, tr.all[0].Status)
				assert.Equal(t, tr.event().ID, tr.all[0].CustomerID)
				assert.Empty(t, tr.all[0].Reason)
			})
		})
	}
	t.Run("while it is told", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "a", lostAfter)
			tr.lives(outcome.Wait() - time.Minute)
			gone := errors.New("database gone")
			tr.telling = func(o outcome.Outcome) error {
				if o.Status == outcome.NotCreated {
					require.ErrorIs(t, tr.Created(t.Context(), tr.event()), gone)
					return nil
				}
				return gone
			}
			tr.lives(time.Minute)
			tr.telling = nil
			tr.lives(time.Minute)
			assert.Equal(t, map[string]outcome.Status{"a": outcome.NotCreated + outcome.Created}, tr.statuses())
			assert.Equal(t, tr.all[0].CallID, tr.all[1].CallID)
		})
	})
	t.Run("that waits for a call under way", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "lost", lostAfter)
			lost := tr.event()
			lost.CreatedAt = time.Time{} // so that it may be that of the other call
			tr.lives(outcome.Wait() - time.Minute)
			tr.fail = errors.New("database gone")
			time.Sleep(time.Minute)
			require.ErrorIs(t, tr.Settle(t.Context()), tr.fail)
			tr.fail = nil
			tr.next(step{between: func(*client.Customer) {
				require.NoError(t, tr.Created(t.Context(), lost))
				require.NoError(t, tr.Settle(t.Context()))
				assert.Empty(t, tr.all)
			}})
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
			tr.lives(time.Minute)
			assert.Equal(t, map[string]outcome.Status{"lost": outcome.Created}, tr.statuses())
		})
	})
	t.Run("after it was taken", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "a", lostAfter)
			tr.lives(outcome.Wait())
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			tr.lives(time.Minute)
			assert.Equal(t, map[string]outcome.Status{"a": outcome.NotCreated}, tr.statuses())
		})
	})
}

// What the store did not take, or took and said that it did not, is made good for.
func TestTheStoreFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	t.Run("at the end of a call that succeeded", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "lost", lostBefore)
			tr.next(step{between: func(*client.Customer) { tr.store.before = broken }})
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
			require.ErrorIs(t, tr.Created(t.Context(), tr.event()), broken)
			tr.store.before = nil
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			tr.lives(6 * time.Hour)
			assert.Equal(t, map[string]outcome.Status{"lost": outcome.NotCreated}, tr.statuses())
		})
	})
	t.Run("at the beginning, having begun", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.store.after = broken
			_, err := tr.create(siti(), "never sent")
			require.ErrorIs(t, err, broken)
			tr.store.after = nil
			require.NoError(t, tr.Settle(t.Context()))
			tr.lose(siti(), "lost", lostAfter)
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			tr.lives(6 * time.Hour)
			assert.Equal(t, map[string]outcome.Status{"lost": outcome.Created}, tr.statuses())
		})
	})
	for name, next := range map[string]func(*testing.T, *tracked){
		"a Settle":     func(t *testing.T, tr *tracked) { require.NoError(t, tr.Settle(t.Context())) },
		"another call": func(t *testing.T, tr *tracked) { _, _ = tr.create(client.CustomerInput{}, "another") },
	} {
		t.Run("at the end of a call that created nothing, before "+name, func(t *testing.T) {
			in(t, func(t *testing.T, tr *tracked) {
				tr.next(step{between: func(*client.Customer) { tr.store.before = broken }})
				_, err := tr.create(client.CustomerInput{Email: new("plain"), FirstName: new("Siti")}, "refused")
				require.ErrorIs(t, err, client.ErrValidation)
				tr.store.before = nil
				next(t, tr)
				keys, err := tr.store.Due(t.Context(), time.Now().Add(24*time.Hour))
				require.NoError(t, err)
				assert.Empty(t, keys)
			})
		})
	}
	t.Run("for longer than a call takes", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "lost", lostBefore)
			tr.next(step{between: func(*client.Customer) { tr.store.before = broken }})
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
			time.Sleep(time.Hour)
			tr.store.before = nil
			require.NoError(t, tr.Created(t.Context(), tr.event()))
			assert.Empty(t, tr.all)
		})
	})
	t.Run("for a thousand calls", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.store.after = broken
			for range 1000 {
				_, err := tr.create(siti(), "")
				require.NotContains(t, err.Error(), "1000 earlier calls")
			}
			_, err := tr.create(siti(), "")
			require.ErrorIs(t, err, outcome.ErrNotTracked)
			require.ErrorIs(t, err, broken)
			require.ErrorContains(t, err, "1000 earlier calls")
			tr.store.after = nil
			_, err = tr.create(siti(), "")
			require.NoError(t, err, "without a Settle")
			tr.hears()
			tr.lives(6 * time.Hour)
			assert.Empty(t, tr.all, "none of the others was sent")
		})
	})
	t.Run("for one content", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(client.CustomerInput{Email: new("other@example.com")}, "other", lostBefore)
			tr.next(step{lostAfter: true, between: func(*client.Customer) {
				keys, err := tr.store.Due(t.Context(), time.Now().Add(time.Hour))
				require.NoError(t, err)
				require.Len(t, keys, 1)
				require.NoError(t, tr.store.Change(t.Context(), keys[0], func([]byte) (outcome.Entry, error) {
					return outcome.Entry{Value: []byte("{")}, nil
				}))
			}})
			_, err := tr.create(siti(), "siti")
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			require.ErrorContains(t, tr.Created(t.Context(), tr.event()), "what was not put into it")
			tr.hears()
			other := client.Customer{ID: "cust_other", Email: new("other@example.com")}
			require.NoError(t, tr.Created(t.Context(), other), "an event of another content")
			require.ErrorContains(t, tr.Settle(t.Context()), "what was not put into it")
			assert.Equal(t, map[string]outcome.Status{"other": outcome.Created}, tr.statuses())
		})
	})
	t.Run("having taken that an outcome was told", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "a", lostAfter)
			tr.store.after = broken
			require.ErrorIs(t, tr.Created(t.Context(), tr.event()), broken)
			require.ErrorIs(t, tr.Settle(t.Context()), broken)
			tr.store.after = nil
			tr.lives(time.Hour)
			assert.Equal(t, map[string]outcome.Status{"a": outcome.Created}, tr.statuses())
		})
	})
	t.Run("repeating a transaction that it had kept", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.store.twice = true
			tr.lose(siti(), "lost", step{lostAfter: true, between: func(*client.Customer) { tr.store.twice = false }})
			tr.store.twice = true
			_, err := tr.create(siti(), "good")
			require.NoError(t, err)
			for _, customer := range tr.fake.Customers(key) {
				require.NoError(t, tr.Created(t.Context(), customer))
			}
			tr.lives(time.Hour)
			tr.hears()
			tr.lives(12 * time.Hour)
			assert.Equal(t, map[string]outcome.Status{"lost": outcome.Created}, tr.statuses())
		})
	})
	t.Run("returning what was not put into it", func(t *testing.T) {
		in(t, func(t *testing.T, tr *tracked) {
			tr.lose(siti(), "a", lostAfter)
			keys, err := tr.store.Due(t.Context(), time.Now().Add(24*time.Hour))
			require.NoError(t, err)
			require.Len(t, keys, 1)
			require.NoError(t, tr.store.Change(t.Context(), keys[0], func([]byte) (outcome.Entry, error) {
				return outcome.Entry{Value: []byte("{"), Due: time.Now()}, nil
			}))
			err = tr.Settle(t.Context())
			require.ErrorContains(t, err, "what was not put into it")
			require.ErrorContains(t, tr.Created(t.Context(), tr.event()), "what was not put into it")
		})
	})
}

func TestACustomerTooLargeForAnEvent(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		large := siti()
		large.LastName = new(strings.Repeat("x", gen.WebhookMaxPayload))
		tr.lose(large, "a", lostBefore)
		tr.hears()
		tr.lives(6 * time.Hour)
		require.Len(t, tr.all, 1)
		assert.Equal(t, outcome.Undecided, tr.all[0].Status)
	})
}

// The store has nothing of the customer.
func TestTheStoreHasNoPersonalData(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		tr.lose(siti(), "a", step{lostAfter: true, between: func(c *client.Customer) { require.NoError(t, tr.Created(t.Context(), *c)) }})
		keys, err := tr.store.Due(t.Context(), time.Now().Add(24*time.Hour))
		require.NoError(t, err)
		require.Len(t, keys, 1)
		assert.LessOrEqual(t, len(keys[0]), 64)
		require.NoError(t, tr.store.Change(t.Context(), keys[0], func(value []byte) (outcome.Entry, error) {
			for _, personal := range []string{"siti", "Siti", "Sudirman", "vip"} {
				assert.NotContains(t, string(value), personal)
			}
			assert.Contains(t, string(value), tr.event().ID)
			return outcome.Entry{}, nil
		}))
	})
}

func TestNew(t *testing.T) {
	t.Parallel()
	_, err := outcome.New(nil, nil)
	require.ErrorContains(t, err, "settled is nil")
	_, err = outcome.New(nil, new(told).settled, outcome.WithClock(nil))
	require.ErrorContains(t, err, "the clock is nil")
	_, err = outcome.New(nil, new(told).settled, nil)
	require.ErrorContains(t, err, "option 1 of 1 is nil")
	tr, err := outcome.New(nil, new(told).settled)
	require.NoError(t, err)
	require.NoError(t, tr.Settle(t.Context()))
	require.ErrorContains(t, tr.Created(t.Context(), client.Customer{}), "no id")
}

// Everything at once, for the race detector.
func TestConcurrently(t *testing.T) {
	in(t, func(t *testing.T, tr *tracked) {
		var wg sync.WaitGroup
		for i := range 40 {
			if i%2 == 0 {
				tr.next(lostAfter)
			} else {
				tr.next(step{})
			}
		}
		for range 40 {
			wg.Go(func() { _, _ = tr.create(siti(), "a") })
		}
		wg.Wait()
		for _, customer := range tr.fake.Customers(key) {
			wg.Go(func() { assert.NoError(t, tr.Created(t.Context(), customer)) })
			wg.Go(func() { assert.NoError(t, tr.Settle(t.Context())) })
		}
		wg.Wait()
		calls, ids := map[string]bool{}, map[string]bool{}
		for _, o := range tr.all {
			calls[o.CallID], ids[o.CustomerID] = true, true
		}
		assert.Len(t, calls, 20)
		assert.Len(t, ids, 20)
	})
}
