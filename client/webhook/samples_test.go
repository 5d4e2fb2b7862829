package webhook_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// What the receivers on the vendor's pages get wrong (read November 2026), one by one.
func TestFaultsOfTheVendorsSamples(t *testing.T) {
	t.Parallel()
	d := delivery()

	t.Run("HMAC over JSON.stringify of the parsed body, not over its bytes", func(t *testing.T) {
		t.Parallel()
		forms := []string{ // of the same JSON
			`{"id":"cust_1","email":"a&b@example.com"}`,
			`{"id":"cust_1","email":"a&b@example.com"}` + "\n",
			`{"id":"cust_1","email":"a\u0026b@example.com"}`,
			`{ "id": "cust_1", "email": "a&b@example.com" }`,
			`{"email":"a&b@example.com","id":"cust_1"}`,
		}
		for _, form := range forms {
			assert.JSONEq(t, forms[0], form)
			signed := with(d, func(d *webhooktest.Delivery) { d.Payload = []byte(form) })
			for _, body := range forms {
				e, err := receiver(t).Verify([]byte(body), signed.Header())
				if body != form {
					assert.ErrorIs(t, err, webhook.ErrSignatureMismatch, "%s for %s", body, form)
					continue
				}
				require.NoError(t, err, form)
				assert.Equal(t, "a&b@example.com", *e.Customer.Email)
			}
		}
	})

	t.Run("a timestamp from the future passes", func(t *testing.T) {
		t.Parallel()
		for _, by := range []time.Duration{tolerance + time.Second, time.Hour, 100 * 365 * 24 * time.Hour} {
			future := with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(by) })
			_, err := receiver(t).Verify(future.Payload, future.Header())
			assert.ErrorIs(t, err, webhook.ErrInFuture, "%v", by)
		}
	})

	t.Run("a short signature is a 500, and so four retries", func(t *testing.T) {
		t.Parallel()
		url := serve(t, receiver(t).Handler(nil))
		for length := range 64 {
			r := d.Request(url)
			r.Header.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=%d,v1=%s", sent.Unix(), macOf(d)[:length]))
			status, text := post(t, r)
			assert.Equal(t, http.StatusBadRequest, status, "%d", length)
			assert.Contains(t, text, webhook.ErrMalformedSignature.Error(), "%d", length)
		}
	})

	t.Run("an id that is kept before the event is processed: what fails is lost", func(t *testing.T) {
		t.Parallel()
		h := handled{fail: func(n int) error {
			if n <= 2 {
				return errors.New("failed")
			}
			return nil
		}}
		url := serve(t, receiver(t).Handler(h.handle))
		var answers []int
		for range 4 {
			status, _ := post(t, d.Request(url))
			answers = append(answers, status)
		}
		assert.Equal(t, []int{503, 503, 200, 200}, answers)
		assert.Equal(t, 3, h.count())
	})

	t.Run("two replicas both process it", func(t *testing.T) {
		t.Parallel()
		store := webhook.NewMemoryStore(0)
		var h handled
		for range 2 {
			status, _ := post(t, d.Request(serve(t, receiver(t, webhook.WithStore(store)).Handler(h.handle))))
			assert.Equal(t, http.StatusOK, status)
		}
		assert.Equal(t, 1, h.count())
	})

	t.Run("the timestamp's header is not what is signed", func(t *testing.T) {
		t.Parallel()
		captured := with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(-time.Hour) }).Request("/")
		captured.Header.Set(gen.WebhookTimestampHeader, fmt.Sprint(sent.Unix())) // fresh, and not signed
		_, err := receiver(t).Read(captured)
		assert.ErrorIs(t, err, webhook.ErrTimestampsDisagree)
	})

	t.Run("a captured delivery under a new id or another type", func(t *testing.T) {
		t.Parallel()
		var h handled
		var clock movable
		url := serve(t, receiver(t, webhook.WithClock(clock.now)).Handler(h.handle))
		asType := with(d, func(d *webhooktest.Delivery) { d.Type = "customer.updated" })
		asID := with(d, func(d *webhooktest.Delivery) { d.ID = "evt_other" })
		for _, send := range []webhooktest.Delivery{asType, d, asType, asID} {
			status, _ := post(t, send.Request(url))
			assert.Equal(t, http.StatusOK, status)
		}
		require.Equal(t, 1, h.count(), "once, and another type first does not keep it from being handled")
		assert.Equal(t, d.ID, h.events[0].ID)
		clock.move(tolerance) // the last moment at which it verifies
		status, text := post(t, asID.Request(url))
		assert.Equal(t, http.StatusOK, status)
		assert.Contains(t, text, webhook.ErrReplay.Error())
		clock.move(time.Second)
		status, text = post(t, asID.Request(url))
		assert.Equal(t, http.StatusBadRequest, status)
		assert.Contains(t, text, webhook.ErrTooOld.Error())
		assert.Equal(t, 1, h.count())
	})
}

// Someone who sees two deliveries before they arrive sends the one under the id of the other. Both are handled nevertheless.
func TestSwappedID(t *testing.T) {
	t.Parallel()
	var h handled
	url := serve(t, receiver(t).Handler(h.handle))
	first := delivery()
	second := webhooktest.New(jane(), secret)
	second.Timestamp = sent
	second.Payload = []byte(strings.ReplaceAll(string(first.Payload), "cust_1", "cust_2"))
	swapped := with(first, func(d *webhooktest.Delivery) { d.ID = second.ID })
	for _, send := range []webhooktest.Delivery{swapped, second, first} {
		status, _ := post(t, send.Request(url))
		assert.Equal(t, http.StatusOK, status)
	}
	require.Equal(t, 2, h.count())
	assert.Equal(t, "cust_1", h.events[0].Customer.ID)
	assert.Equal(t, "cust_2", h.events[1].Customer.ID)
}

// An event can be kept, in a queue for one, and handled later: what Handle needs is in its fields.
func TestEventFromAQueue(t *testing.T) {
	t.Parallel()
	r := receiver(t)
	d := delivery()
	e, err := r.Verify(d.Payload, d.Header())
	require.NoError(t, err)
	queued, err := json.Marshal(e)
	require.NoError(t, err)
	var later webhook.Event
	require.NoError(t, json.Unmarshal(queued, &later))
	require.Equal(t, e, later)
	var h handled
	require.NoError(t, r.Handle(t.Context(), later, h.handle))
	assert.ErrorIs(t, r.Handle(t.Context(), e, h.handle), webhook.ErrDuplicate)
	later.ID = "evt_other"
	assert.ErrorIs(t, r.Handle(t.Context(), later, h.handle), webhook.ErrReplay)
	assert.Equal(t, 1, h.count())
}

// watched is a Store that notes its calls, and of which methods fail: as told, or because their context has ended.
type watched struct {
	webhook.Store
	claim, commit, release error
	calls                  chan string
}

func watch(s watched) watched {
	s.Store, s.calls = webhook.NewMemoryStore(0), make(chan string, 100)
	return s
}

func (s watched) Claim(ctx context.Context, c webhook.Claim) (context.Context, error) {
	s.calls <- "claim"
	if s.claim != nil {
		return nil, s.claim
	}
	return s.Store.Claim(ctx, c)
}

func (s watched) Commit(ctx context.Context, c webhook.Claim) error {
	s.calls <- "commit"
	if err := cmp.Or(s.commit, ctx.Err()); err != nil {
		return err
	}
	return s.Store.Commit(ctx, c)
}

func (s watched) Release(ctx context.Context, c webhook.Claim) error {
	s.calls <- "release"
	if err := ctx.Err(); err != nil {
		return err
	}
	return errors.Join(s.release, s.Store.Release(ctx, c))
}

// called is what was called since it was asked last.
func (s watched) called() (calls []string) {
	for len(s.calls) > 0 {
		calls = append(calls, <-s.calls)
	}
	return calls
}

type contextKey struct{}

// A claim is ended once, as the function ended, and with the context that the store gave it, although the request has ended.
func TestClaimsEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fail error
		want string
	}{"handled": {nil, "commit"}, "failed": {errors.New("failed"), "release"}} {
		store := watch(watched{})
		r := receiver(t, webhook.WithStore(store))
		d := delivery()
		e, err := r.Verify(d.Payload, d.Header())
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), contextKey{}, "value"))
		err = r.Handle(ctx, e, func(ctx context.Context, got webhook.Event) error {
			assert.Equal(t, e, got)
			assert.Equal(t, "value", ctx.Value(contextKey{}))
			cancel()
			assert.Error(t, ctx.Err(), "the function sees that the request has ended")
			return tc.fail
		})
		assert.ErrorIs(t, err, tc.fail, name)
		assert.Equal(t, []string{"claim", tc.want}, store.called(), name)
	}
}

// What the store cannot keep is not said to be handled.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	down := errors.New("the database of jane.doe is down")
	for name, tc := range map[string]struct {
		store watched
		fail  error
		calls int
		log   string
	}{
		"claim":   {watched{claim: down}, nil, 0, "claim"},
		"full":    {watched{claim: webhook.ErrStoreFull}, nil, 0, "full"},
		"commit":  {watched{commit: down}, nil, 1, "commit"},
		"release": {watched{release: down}, errors.New("failed"), 1, "not released"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			logger, log := logged()
			tc.store = watch(tc.store)
			h := handled{fail: func(int) error { return tc.fail }}
			url := serve(t, receiver(t, webhook.WithStore(tc.store), webhook.WithLogger(logger)).Handler(h.handle))
			d := delivery()
			status, text := post(t, d.Request(url))
			assert.Equal(t, http.StatusServiceUnavailable, status)
			assert.NotContains(t, text, "jane.doe")
			assert.Equal(t, tc.calls, h.count())
			assert.Contains(t, log.String(), tc.log)
			status, _ = post(t, d.Request(url))
			assert.Equal(t, http.StatusServiceUnavailable, status)
			assert.Equal(t, 2*tc.calls, h.count(), "it was released, and comes again")
		})
	}
}
