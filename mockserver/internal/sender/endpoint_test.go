package sender

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	s := made(t, Config{Endpoints: []webhook.Endpoint{{URL: target, Secret: secret}}})
	t.Cleanup(s.Close)
	added, err := s.AddEndpoint(webhook.Endpoint{Key: keyA, URL: target, ID: "mine", Suspended: true})
	require.NoError(t, err)
	assert.Equal(t, "endpoint_2", added.ID)
	assert.False(t, added.Suspended)
	assert.Regexp(t, `^whsec_\w{20,}$`, string(added.Secret))
	for _, e := range s.Endpoints("") {
		assert.Empty(t, e.Secret, "shown once")
	}
	assert.Len(t, s.Endpoints(""), 2)
	require.Len(t, s.Endpoints(keyA), 1)
	assert.Equal(t, "endpoint_2", s.Endpoints(keyA)[0].ID)
	for name, e := range map[string]webhook.Endpoint{
		"key must":    {Key: "none", URL: target},
		"url must":    {URL: "ftp://127.0.0.1"},
		"only loop":   {URL: "http://10.0.0.5"},
		"secret must": {URL: target, Secret: "a\n"},
		"256 bytes":   {URL: target, Secret: webhook.Secret(strings.Repeat("x", 257))},
	} {
		_, err := s.AddEndpoint(e)
		assert.ErrorContains(t, err, name)
	}
	for range gen.WebhookMaxEndpoints - 1 {
		_, err = s.AddEndpoint(webhook.Endpoint{Key: keyA, URL: target})
		require.NoError(t, err)
	}
	_, err = s.AddEndpoint(webhook.Endpoint{Key: keyA, URL: target})
	assert.ErrorIs(t, err, webhook.ErrFull)
	_, err = s.AddEndpoint(webhook.Endpoint{Key: keyB, URL: target})
	assert.NoError(t, err, "another key's")
	for n := 0; err == nil; n++ {
		_, err = s.AddEndpoint(webhook.Endpoint{Key: fmt.Sprintf("%sk%d", gen.KeyPrefixTest, n), URL: target})
	}
	assert.ErrorIs(t, err, webhook.ErrFull)
	assert.Len(t, s.Endpoints(""), maxEndpoints)
	for _, do := range []func() error{
		func() error { return s.RemoveEndpoint(keyB, "endpoint_2") },
		func() error { _, err := s.Endpoint(keyB, "endpoint_2"); return err },
		func() error { _, err := s.Suspend(keyB, "endpoint_2"); return err },
		func() error { _, err := s.Reactivate(keyB, "endpoint_2"); return err },
		func() error { _, err := s.Test(keyB, "endpoint_2"); return err },
		func() error { _, err := s.Redeliver("", "delivery_1"); return err },
		func() error { _, err := s.Delivery("", "delivery_1"); return err },
	} {
		assert.ErrorIs(t, do(), webhook.ErrNotFound)
	}
	assert.NoError(t, s.RemoveEndpoint(keyA, "endpoint_2"))
	assert.ErrorIs(t, s.RemoveEndpoint("", "endpoint_2"), webhook.ErrNotFound)
	s.Reset("")
	assert.Len(t, s.Endpoints(""), 1, "those from the start stay")
	for _, config := range []Config{{Speed: 0.5}, {Endpoints: []webhook.Endpoint{{URL: "x"}}}} {
		config.Now, config.Logger = time.Now, slog.New(slog.DiscardHandler)
		_, err := New(config)
		assert.ErrorContains(t, err, "webhook: ")
	}
}

// Nothing that formats, logs or encodes an endpoint shows its secret.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	e := webhook.Endpoint{URL: target, Secret: secret}
	encoded, err := json.Marshal(e)
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("", slog.Any("e", e), slog.Any("s", e.Secret))
	slog.New(slog.NewTextHandler(&log, nil)).Info("", slog.Any("e", e), slog.Any("s", e.Secret))
	for _, text := range []string{
		fmt.Sprint(e), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e), fmt.Sprintf("%s %q %x", e.Secret, e.Secret, e.Secret), string(encoded), log.String(),
	} {
		assert.NotContains(t, text, secret)
		assert.NotContains(t, text, fmt.Sprintf("%x", secret))
	}
	assert.Equal(t, secret, string(e.Secret))
	assert.Empty(t, fmt.Sprint(webhook.Secret("")))
}

// An endpoint is told of its key's customers; one without a key of everybody's, under the same id.
func TestWhoIsTold(t *testing.T) {
	r := &receiver{}
	inBubble(t, r, Config{Endpoints: []webhook.Endpoint{{Key: keyA, URL: target, Secret: secret}, {URL: target, Secret: secret}}}, func(t *testing.T, s *Sender) {
		s.Created(keyB, "cust_1", []byte(customer(1)))
		require.Len(t, r.all(), 1)
		s.Created(keyA, "cust_2", []byte(customer(2)))
		require.Len(t, r.all(), 3)
		assert.Equal(t, r.all()[1].id(), r.all()[2].id())
		assert.NotEqual(t, r.all()[0].id(), r.all()[1].id())
		assert.Len(t, s.Deliveries(webhook.Filter{Key: keyA}), 2)
		assert.Len(t, s.Deliveries(webhook.Filter{Key: keyB}), 1)
		_, err := s.Delivery(keyB, "delivery_2")
		assert.ErrorIs(t, err, webhook.ErrNotFound)
		_, err = s.Redeliver(keyB, "delivery_2")
		assert.ErrorIs(t, err, webhook.ErrNotFound)
	})
}

func TestSuspend(t *testing.T) {
	r := &receiver{answer: status(http.StatusInternalServerError)}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		create(s, 1)
		require.Len(t, r.all(), 1)
		e, err := s.Suspend("", "endpoint_1")
		require.NoError(t, err)
		assert.True(t, e.Suspended)
		_, err = s.Reactivate("", "endpoint_1")
		require.NoError(t, err)
		time.Sleep(gen.WebhookRetries()[0])
		require.Len(t, r.all(), 2, "reactivated before it was due")
		_, err = s.Redeliver("", "delivery_1")
		assert.ErrorIs(t, err, webhook.ErrPending)
		_, err = s.Suspend("", "endpoint_1")
		require.NoError(t, err)
		s.Created(keyA, "cust_2", []byte(customer(2)))
		time.Sleep(gen.WebhookRetries()[1])
		assert.Len(t, r.all(), 2)
		list := s.Deliveries(webhook.Filter{State: webhook.Skipped})
		require.Len(t, list, 2)
		for _, d := range list {
			assert.Equal(t, "the endpoint was suspended", d.Reason)
		}
		_, err = s.Redeliver("", "delivery_1")
		assert.ErrorIs(t, err, webhook.ErrSuspended)
		_, err = s.Test("", "endpoint_1")
		assert.ErrorIs(t, err, webhook.ErrSuspended)
		_, err = s.Reactivate("", "endpoint_1")
		require.NoError(t, err)
		_, err = s.Redeliver("", "delivery_2")
		require.NoError(t, err)
		assert.Equal(t, customer(2), r.all()[2].body)
		assert.Equal(t, webhook.Counts{Pending: 1, Retrying: 1, Skipped: 2}, s.Overview("").Counts)
	})
}

func TestATestEvent(t *testing.T) {
	r := &receiver{}
	inBubble(t, r, Config{Endpoints: []webhook.Endpoint{{Key: keyA, URL: target, Secret: secret}}}, func(t *testing.T, s *Sender) {
		first, err := s.Test(keyA, "endpoint_1")
		require.NoError(t, err)
		second, err := s.Test("", "endpoint_1")
		require.NoError(t, err)
		assert.NotEqual(t, first.EventID, second.EventID)
		assert.True(t, first.Test)
		require.Len(t, r.all(), 2)
		assertSigned(t, r.all()[0])
		var customer gen.Customer
		require.NoError(t, json.Unmarshal([]byte(r.all()[0].body), &customer))
		assert.NotEmpty(t, customer.ID)
		assert.NotZero(t, customer.CreatedAt)
		ordered, err := store.Ordered([]byte(r.all()[0].body))
		require.NoError(t, err)
		assert.Equal(t, string(ordered), r.all()[0].body, "the order of every other payload")
	})
}

// Removing an endpoint, or resetting its key, ends what is pending for it, requests under way included.
func TestRemoveAndReset(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(s *Sender){
		"remove":       func(s *Sender) { _ = s.RemoveEndpoint("", "endpoint_1") },
		"reset of key": func(s *Sender) { s.Reset(keyA) },
		"reset of all": func(s *Sender) { s.Reset("") },
	} {
		t.Run(name, func(t *testing.T) {
			r := &receiver{answer: func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }}
			inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
				_, err := s.AddFault(webhook.Fault{Kind: webhook.Reordered, Key: keyA})
				require.NoError(t, err)
				create(s, 50)
				s.Created(keyB, "cust_b", []byte(customer(0)))
				r.all()
				do(s)
				synctest.Wait()
				left := s.Deliveries(webhook.Filter{State: webhook.Pending})
				if name == "reset of key" {
					require.Len(t, left, 1)
					assert.Equal(t, keyB, left[0].Key)
					assert.Empty(t, s.Deliveries(webhook.Filter{Key: keyA}))
					assert.Equal(t, 1, s.Overview("").Pending)
				} else {
					assert.Empty(t, left)
					assert.Zero(t, s.Overview("").PendingBytes)
				}
				time.Sleep(time.Hour)
				r.answers(nil)
				time.Sleep(24 * time.Hour)
				o := s.Overview("")
				assert.Zero(t, o.Pending)
				assert.Zero(t, o.PendingBytes)
				assert.Zero(t, o.Sending)
				s.mu.Lock()
				assert.Zero(t, s.pending)
				assert.Empty(t, s.waiting)
				s.mu.Unlock()
			})
		})
	}
}

func TestTooLarge(t *testing.T) {
	r := &receiver{}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		payload := func(size int) []byte {
			empty := `{"id":""}`
			return []byte(`{"id":"` + strings.Repeat("x", size-len(empty)) + `"}`)
		}
		s.Created(keyA, "cust_1", payload(gen.WebhookMaxPayload+1))
		d := only(t, s)
		assert.Equal(t, webhook.TooLarge, d.State)
		assert.Contains(t, d.Reason, fmt.Sprint(gen.WebhookMaxPayload+1))
		assert.Equal(t, gen.WebhookMaxPayload+1, d.PayloadSize)
		_, err := s.Redeliver("", d.ID)
		assert.ErrorContains(t, err, d.Reason)
		s.Created(keyA, "cust_2", payload(gen.WebhookMaxPayload))
		require.Len(t, r.all(), 1)
		assert.Equal(t, webhook.Counts{TooLarge: 1, Delivered: 1}, s.Overview("").Counts)
	})
}

func TestHistory(t *testing.T) {
	r := &receiver{answer: func(w http.ResponseWriter, q *http.Request) {
		_, _ = fmt.Fprint(w, "thanks, ", keyA+"0123456789abcdef")
	}}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		create(s, 1200)
		time.Sleep(time.Minute)
		var seen []string
		filter := webhook.Filter{Limit: 700}
		for {
			page := s.Deliveries(filter)
			if len(page) == 0 {
				break
			}
			for _, d := range page {
				seen = append(seen, d.Customer)
			}
			filter.Before = page[len(page)-1].ID
		}
		require.Len(t, seen, 1200)
		for i, id := range seen {
			assert.Equal(t, fmt.Sprintf("cust_%d", 1200-i), id)
		}
		assert.Len(t, s.Deliveries(webhook.Filter{}), defaultLimit)
		assert.Len(t, s.Deliveries(webhook.Filter{Limit: 5000}), mostLimit)
		for _, before := range []string{"delivery_0", "delivery_01", "x", "delivery_1", "delivery_99999999999999999999"} {
			assert.Empty(t, s.Deliveries(webhook.Filter{Before: before}), before)
		}
		one := s.Deliveries(webhook.Filter{Customer: "cust_7"})
		require.Len(t, one, 1)
		assert.Equal(t, one, s.Deliveries(webhook.Filter{EventID: one[0].EventID, EndpointID: one[0].EndpointID, State: webhook.Delivered, Key: keyA}))
		assert.Empty(t, s.Deliveries(webhook.Filter{EndpointID: "endpoint_2"}))
		assert.Equal(t, "thanks, "+gen.KeyPrefixTest+"…", string(one[0].Attempts[0].Answer))
		short := s.Deliveries(webhook.Filter{Customer: "cust_7", InShort: true})[0]
		assert.Nil(t, short.Payload)
		assert.Nil(t, short.Attempts[0].Header)
		assert.Nil(t, short.Attempts[0].Answer)
		assert.Equal(t, one[0].PayloadSize, short.PayloadSize)
		copied, err := s.Delivery(keyA, one[0].ID)
		require.NoError(t, err)
		assert.Equal(t, one[0], copied)
		copied.Payload[0] = 'x'
		copied.Attempts[0].Header.Set("User-Agent", "x")
		again, _ := s.Delivery("", one[0].ID)
		assert.Equal(t, customer(7), string(again.Payload))
		assert.Equal(t, one[0], again, "a copy that its reader may change")
	})
}

func TestIDs(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_700_000_000_000)
	one, two, other, random := eventIDs{seed: new(uint64(1))}, eventIDs{seed: new(uint64(1))}, eventIDs{seed: new(uint64(2))}, eventIDs{}
	seen := map[string]bool{}
	for range 1000 {
		id := one.next(now)
		assert.Equal(t, id, two.next(now.Add(time.Hour)))
		for _, id := range []string{id, other.next(now), random.next(now)} {
			assert.False(t, seen[id])
			assert.Regexp(t, `^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$`, id)
			seen[id] = true
		}
	}
	assert.Regexp(t, `^evt_01hf7yat00`, random.next(now), "the time comes first, as in a ULID")
}
