package sender

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// Everything at once, for the race detector; afterwards the accounts are right.
func TestConcurrentUse(t *testing.T) {
	r := &receiver{answer: func(w http.ResponseWriter, _ *http.Request) {
		if rand.IntN(3) == 0 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				for i := range 60 {
					s.Created([]string{keyA, keyB}[n%2], strconv.Itoa(i), []byte(customer(i)))
					added, _ := s.AddEndpoint(webhook.Endpoint{Key: keyA, URL: target})
					_, _ = s.AddFault(webhook.Fault{Kind: webhook.Kinds()[(n+i)%(len(webhook.Kinds())-2)], Times: 1 + i%3, Delay: 0, Key: keyA})
					_, _ = s.Suspend("", "endpoint_1")
					_, _ = s.Test("", added.ID)
					_, _ = s.Reactivate("", "endpoint_1")
					for _, d := range s.Deliveries(webhook.Filter{Limit: 5}) {
						_, _ = s.Redeliver("", d.ID)
					}
					time.Sleep(time.Duration(n) * time.Millisecond)
					_ = s.RemoveEndpoint("", added.ID)
					s.Overview("")
					if i%20 == 0 {
						s.Reset([]string{"", keyA, keyB}[n%3])
					}
				}
			})
		}
		all.Wait()
		s.ClearFaults("")
		time.Sleep(48 * time.Hour)
		o := s.Overview("")
		assert.Zero(t, o.Pending)
		assert.Zero(t, o.Retrying)
		assert.Zero(t, o.Sending)
		s.mu.Lock()
		defer s.mu.Unlock()
		assert.Zero(t, s.pending)
		assert.Empty(t, s.waiting)
		ended, bytes := 0, 0
		for d := range s.history.all() {
			assert.Equal(t, d.ended(), d.size)
			ended++
			bytes += d.size
		}
		assert.Equal(t, ended, s.history.ended)
		assert.Equal(t, bytes, s.history.bytes)
		assert.Len(t, s.history.byEnd, ended)
	})
}
