package sender

import (
	"hash/fnv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// silent never answers.
func silent(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }

// dropsNothing creates customers of 1 KB as fast as the mock does, and faster than it sends meanwhile.
func dropsNothing(t *testing.T, s *Sender, creates int) {
	t.Helper()
	payload := []byte(`{"id":"` + strings.Repeat("x", 1<<10) + `"}`)
	for range creates {
		s.Created(keyA, "cust_1", payload)
		time.Sleep(100 * time.Microsecond)
	}
	assert.Zero(t, s.Overview("").Dropped)
}

// Of 10,000 customers of 1 KB, no event is lost for want of room: neither with a receiver that fails 30 in 100, nor with one that
// never answers.
func TestThereIsRoomForTenThousand(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"silent": silent,
		"failing": func(w http.ResponseWriter, q *http.Request) {
			h := fnv.New32a()
			_, _ = h.Write([]byte(q.Header.Get(gen.WebhookIDHeader) + q.Header.Get(gen.WebhookTimestampHeader)))
			if h.Sum32()%100 < 30 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, &receiver{answer: answer}, Config{}, func(t *testing.T, s *Sender) {
				dropsNothing(t, s, 10_000)
				if name == "silent" {
					return
				}
				time.Sleep(24 * time.Hour)
				o := s.Overview("")
				assert.Equal(t, 10_000, o.Delivered+o.Failed)
				assert.Less(t, o.Failed, 100, "those that were refused five times")
			})
		})
	}
}

// An endpoint that never answers loses what there is no room for, and the others nothing.
func TestASilentEndpointTakesNoRoomOfOthers(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		_, _ = io.Copy(io.Discard, q.Body) // so that the server sees the end of the connection
		if strings.HasSuffix(q.URL.Path, "silent") {
			silent(w, q)
		}
	})
	const creates = 2 * maxPendingBytes / (20 << 10)
	endpoints := []webhook.Endpoint{{URL: target + "/silent", Secret: secret}, {URL: target + "/well", Secret: secret}}
	inBubble(t, handler, Config{Endpoints: endpoints}, func(t *testing.T, s *Sender) {
		large := []byte(`{"id":"` + strings.Repeat("x", 20<<10) + `"}`)
		for range creates {
			s.Created(keyA, "cust_1", large)
			time.Sleep(time.Millisecond)
		}
		time.Sleep(20 * time.Second)
		of := func(id string) webhook.Counts {
			e, err := s.Endpoint("", id)
			require.NoError(t, err)
			return e.Counts
		}
		well, silent := of("endpoint_2"), of("endpoint_1")
		assert.Equal(t, webhook.Counts{Delivered: creates}, well)
		assert.Positive(t, silent.Dropped)
		assert.Equal(t, creates, silent.Pending+silent.Dropped)
		assert.Empty(t, s.Deliveries(webhook.Filter{EndpointID: "endpoint_1", State: webhook.Skipped}), "what was dropped is not listed")
	})
}

// REORDERED waits for a delivery that begins after it, and not for one that is under way.
func TestReorderedWhileAnotherIsUnderWay(t *testing.T) {
	r := &receiver{answer: func(http.ResponseWriter, *http.Request) { time.Sleep(time.Second) }}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		made := func(n int) { s.Created(keyA, "cust_"+strconv.Itoa(n), []byte(customer(n))) }
		made(1)
		synctest.Wait()
		_, err := s.AddFault(webhook.Fault{Kind: webhook.Reordered, Times: 1})
		require.NoError(t, err)
		made(2)
		time.Sleep(5 * time.Second)
		require.Len(t, r.all(), 1)
		made(3)
		time.Sleep(5 * time.Second)
		var came []string
		for _, a := range r.all() {
			came = append(came, a.body)
		}
		assert.Equal(t, []string{customer(1), customer(3), customer(2)}, came)
	})
}

// A reset forgets what a fault holds: nothing of what was before comes after it.
func TestAResetSendsNothing(t *testing.T) {
	t.Parallel()
	for name, reset := range map[string]string{"all": "", "one key": keyA} {
		t.Run(name, func(t *testing.T) {
			r := &receiver{}
			inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
				_, err := s.AddFault(webhook.Fault{Key: keyA, Kind: webhook.Reordered})
				require.NoError(t, err)
				create(s, 1)
				synctest.Wait()
				s.Reset(reset)
				time.Sleep(time.Hour)
				assert.Empty(t, r.all())
				assert.Empty(t, s.Faults(""))
				assert.Empty(t, s.Deliveries(webhook.Filter{}))
				assert.Zero(t, s.Overview("").Pending)
			})
		})
	}
}

// What a fault holds is let go with it, also where it has hit as often as it should, and not with another fault.
func TestAHeldDeliveryIsLetGoWithItsFault(t *testing.T) {
	r := &receiver{}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		held, err := s.AddFault(webhook.Fault{Key: keyA, Kind: webhook.Reordered, Times: 1})
		require.NoError(t, err)
		create(s, 1)
		other, err := s.AddFault(webhook.Fault{Key: keyB, Kind: webhook.Never})
		require.NoError(t, err)
		require.True(t, s.RemoveFault("", other.ID))
		require.Empty(t, r.all())
		assert.True(t, s.RemoveFault(keyA, held.ID))
		assert.Len(t, r.all(), 1)
	})
}
