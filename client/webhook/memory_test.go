package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// claim is one of an event by a delivery, made at a time.
func claim(event, delivery, owner string, at time.Time) webhook.Claim {
	return webhook.Claim{
		Event: event, Delivery: delivery, Owner: owner, At: at, LeaseUntil: at.Add(webhook.Lease),
		EventUntil: at.Add(gen.WebhookDeduplication), DeliveryUntil: at.Add(2 * tolerance),
	}
}

// The contract of Store, step by step: each claims, or ends the claim of its owner.
func TestMemoryStore(t *testing.T) {
	t.Parallel()
	day := gen.WebhookDeduplication
	type step struct {
		do                     string
		event, delivery, owner string
		after                  time.Duration
		want                   error
	}
	for name, steps := range map[string][]step{
		"handled": {
			{"claim", "e", "d", "1", 0, nil},
			{"commit", "e", "d", "1", time.Second, nil},
			{"claim", "e", "d", "2", 2 * time.Second, webhook.ErrDuplicate},
			{"claim", "e", "d2", "3", day, webhook.ErrDuplicate},
			{"claim", "e", "d3", "4", day + time.Second, nil},
		},
		"released": {
			{"claim", "e", "d", "1", 0, nil},
			{"release", "e", "d", "1", 0, nil},
			{"claim", "e", "d", "2", 0, nil},
		},
		"in progress": {
			{"claim", "e", "d", "1", 0, nil},
			{"claim", "e", "d", "2", 0, webhook.ErrInProgress},
			{"claim", "e", "d2", "3", webhook.Lease - 1, webhook.ErrInProgress},
			{"claim", "e", "d3", "4", webhook.Lease, nil}, // the first crashed, or hangs
			{"claim", "e", "d4", "5", webhook.Lease, webhook.ErrInProgress},
			{"release", "e", "d", "1", webhook.Lease, nil}, // late: the claim is not its own any more
			{"claim", "e", "d5", "6", webhook.Lease, webhook.ErrInProgress},
			{"commit", "e", "d", "1", webhook.Lease, nil}, // late: handled all the same
			{"release", "e", "d3", "4", webhook.Lease, nil},
			{"claim", "e", "d6", "7", webhook.Lease, webhook.ErrDuplicate},
		},
		"replay": {
			{"claim", "e", "d", "1", 0, nil},
			{"claim", "other", "d", "2", 0, webhook.ErrInProgress},
			{"release", "e", "d", "1", 0, nil},
			{"claim", "other", "d", "3", 0, webhook.ErrInProgress}, // not in place of e, which comes again
			{"claim", "e", "d2", "4", 0, nil},
			{"commit", "e", "d2", "4", 0, nil},
			{"claim", "other", "d", "5", 0, webhook.ErrReplay},
			{"claim", "other", "d2", "6", 2*tolerance - 1, webhook.ErrReplay},
			{"claim", "e", "d3", "7", 0, webhook.ErrDuplicate},
			{"claim", "other", "d3", "8", 0, webhook.ErrReplay}, // the delivery of a duplicate counts as well
			{"claim", "other", "d3", "9", 2 * tolerance, nil},   // its timestamp would be too old
		},
		"the clock is set back": {
			{"claim", "e", "d", "1", time.Hour, nil},
			{"commit", "e", "d", "1", time.Hour, nil},
			{"claim", "e", "d2", "2", 0, webhook.ErrDuplicate},
			{"claim", "other", "d", "3", -day, webhook.ErrReplay},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := webhook.NewMemoryStore(0)
			for i, step := range steps {
				c := claim(step.event, step.delivery, step.owner, sent.Add(step.after))
				var err error
				switch step.do {
				case "claim":
					_, err = s.Claim(t.Context(), c)
				case "commit":
					err = s.Commit(t.Context(), c)
				case "release":
					err = s.Release(t.Context(), c)
				}
				assert.ErrorIs(t, err, step.want, "step %d: %+v", i+1, step)
			}
		})
	}
}

// A store that is full refuses what is new, forgets nothing before its time, and has room again when something has passed it.
func TestMemoryStoreIsBounded(t *testing.T) {
	t.Parallel()
	const room = 3000
	s := webhook.NewMemoryStore(room)
	at := sent
	name := func(i int) string { return fmt.Sprint("e", i) }
	take := func(event string) error {
		c := claim(event, "d-"+event, event, at)
		_, err := s.Claim(t.Context(), c)
		if err == nil {
			err = s.Commit(t.Context(), c)
		}
		return err
	}
	for i := range room {
		require.NoError(t, take(name(i)))
		at = at.Add(time.Second)
	}
	full := at
	for range 100 {
		require.ErrorIs(t, take("new"), webhook.ErrStoreFull)
	}
	_, err := s.Claim(t.Context(), claim(name(0), "d-new", "", at))
	require.ErrorIs(t, err, webhook.ErrDuplicate, "there is room for a delivery of what is known: those of the first events are over")
	assert.ErrorIs(t, take(name(0)), webhook.ErrDuplicate)
	assert.ErrorIs(t, take(name(room-1)), webhook.ErrDuplicate)
	assert.Equal(t, http.StatusServiceUnavailable, webhook.StatusCode(webhook.ErrStoreFull))

	at = sent.Add(gen.WebhookDeduplication + 10*time.Second) // ten or eleven are over
	for i := range 10 {
		require.NoError(t, take(fmt.Sprint("new", i)))
	}
	assert.ErrorIs(t, take(name(11)), webhook.ErrDuplicate)
	at = full.Add(-time.Hour) // the clock is set back: nothing can go
	assert.NoError(t, take("new10"))
	assert.ErrorIs(t, take("new11"), webhook.ErrStoreFull)
	at = full.Add(2 * gen.WebhookDeduplication)
	for i := range room {
		require.NoError(t, take(fmt.Sprint("later", i)))
	}
}

// Claims that nothing ended make room when their lease is over, also among events that were handled and stay.
func TestRoomOfLeases(t *testing.T) {
	t.Parallel()
	const room, handled = 2000, 1100
	s := webhook.NewMemoryStore(room)
	at := sent
	take := func(i int) (webhook.Claim, error) {
		c := claim(fmt.Sprint("e", i), fmt.Sprint("d", i), fmt.Sprint(i), at)
		_, err := s.Claim(t.Context(), c)
		return c, err
	}
	for i := range room {
		if i == handled-100 {
			at = at.Add(2 * tolerance) // the deliveries until here are over, their events are not
		}
		c, err := take(i)
		require.NoError(t, err)
		if i < handled {
			require.NoError(t, s.Commit(t.Context(), c))
		}
	}
	_, err := take(room)
	require.ErrorIs(t, err, webhook.ErrStoreFull)
	at = at.Add(webhook.Lease)
	for i := range room - handled {
		_, err = take(room + i)
		require.NoError(t, err)
	}
	_, err = take(2 * room)
	require.ErrorIs(t, err, webhook.ErrStoreFull)
}

// Deliveries that fail for good are bounded, too: each leaves its delivery for some minutes.
func TestFailuresAreBounded(t *testing.T) {
	t.Parallel()
	const room = 2000
	s := webhook.NewMemoryStore(room)
	fail := func(i int, at time.Time) error {
		c := claim(fmt.Sprint("e", i), fmt.Sprint("d", i), "", at)
		c.Owner = "1"
		_, err := s.Claim(t.Context(), c)
		if err == nil {
			err = s.Release(t.Context(), c)
		}
		return err
	}
	for i := range room {
		require.NoError(t, fail(i, sent))
	}
	require.ErrorIs(t, fail(room, sent), webhook.ErrStoreFull)
	for i := range room {
		require.NoError(t, fail(room+i, sent.Add(2*tolerance)))
	}
}

// Of many deliveries of an event at the same time, by several receivers that share a store, one is handled.
func TestOnceAmongMany(t *testing.T) {
	t.Parallel()
	store := webhook.NewMemoryStore(0)
	var h handled
	h.fail = func(n int) error {
		if n%3 == 1 {
			return errors.New("failed")
		}
		return nil
	}
	const events = 50
	var group sync.WaitGroup
	for i := range events {
		d := with(webhooktest.New(client.Customer{ID: fmt.Sprint("cust_", i)}, secret), func(d *webhooktest.Delivery) { d.Timestamp = sent })
		for range 4 { // receivers
			r := receiver(t, webhook.WithStore(store))
			e, err := r.Verify(d.Payload, d.Header())
			require.NoError(t, err)
			group.Go(func() {
				for {
					err := r.Handle(t.Context(), e, h.handle)
					if webhook.StatusCode(err) == 200 {
						return
					}
				}
			})
		}
	}
	group.Wait()
	succeeded := 0
	for i := range h.events {
		if (i+1)%3 != 1 {
			succeeded++
		}
	}
	assert.Equal(t, events, succeeded, "each event was handled once")
}

// An event takes some 200 bytes of a store.
func TestMemoryOfTheStore(t *testing.T) {
	const events = 50_000
	before := heap()
	s := webhook.NewMemoryStore(events)
	for i := range events {
		at := sent.Add(time.Duration(i) * time.Second)
		c := claim(fmt.Sprintf("e%042d", i), fmt.Sprintf("d%042d", i), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", at)
		_, err := s.Claim(t.Context(), c)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), c))
	}
	took := heap() - before
	runtime.KeepAlive(s)
	assert.Less(t, took/events, 300, "bytes")
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
