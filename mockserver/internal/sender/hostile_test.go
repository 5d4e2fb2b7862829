package sender

import (
	"encoding/json"
	"fmt"
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

// strict answers 400 to what a right receiver refuses, as it is computed here, and 200 to the rest.
func strict(t *testing.T, r *receiver) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		a := r.arrivals[len(r.arrivals)-1]
		r.mu.Unlock()
		stamp, signatures, _ := strings.Cut(a.header.Get(gen.WebhookSignatureHeader), ",")
		at, err := strconv.ParseInt(strings.TrimPrefix(stamp, "t="), 10, 64)
		if !assert.NoError(t, err) {
			return
		}
		right := false
		for signature := range strings.SplitSeq(signatures, ",") {
			right = right || signature == "v1="+v1(strconv.FormatInt(at, 10), a.body)
		}
		age := a.at.Sub(time.Unix(at, 0)).Abs()
		if !right || age > gen.WebhookTolerance || len(a.body) > gen.WebhookMaxPayload || a.header.Get(gen.WebhookTimestampHeader) != strconv.FormatInt(at, 10) {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
}

// Each fault does what the table of package webhook says, to one attempt; what a right receiver refuses comes again as it should be.
func TestFaults(t *testing.T) {
	t.Parallel()
	minute := time.Minute
	tolerance := fmt.Sprint(int64((gen.WebhookTolerance + minute).Seconds()))
	for _, test := range []struct {
		fault    webhook.Fault
		statuses []int // of the attempts of the first delivery
		arrives  []int // the customers, in order of arrival
		check    func(t *testing.T, first arrival, since func(header string) string)
	}{
		{fault: webhook.Fault{Kind: webhook.Duplicate}, statuses: []int{200, 200}, arrives: []int{1, 1, 2}},
		{fault: webhook.Fault{Kind: webhook.Reordered}, statuses: []int{200}, arrives: []int{2, 1}},
		{fault: webhook.Fault{Kind: webhook.Late, Delay: minute}, statuses: []int{200}, arrives: []int{2, 1}},
		{fault: webhook.Fault{Kind: webhook.Never}, statuses: []int{}, arrives: []int{2}},
		{fault: webhook.Fault{Kind: webhook.WrongSignature}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, _ func(string) string) {
			assert.Regexp(t, `^t=\d+,v1=[0-9a-f]{64}$`, first.header.Get(gen.WebhookSignatureHeader))
		}},
		{fault: webhook.Fault{Kind: webhook.ShortSignature}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, _ func(string) string) {
			stamp := first.header.Get(gen.WebhookTimestampHeader)
			assert.Equal(t, "t="+stamp+",v1="+v1(stamp, first.body)[:32], first.header.Get(gen.WebhookSignatureHeader))
		}},
		{fault: webhook.Fault{Kind: webhook.OldTimestamp}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, since func(string) string) {
			assert.Equal(t, "-"+tolerance, since(gen.WebhookTimestampHeader))
			assert.Equal(t, "-"+tolerance, since(gen.WebhookSignatureHeader))
			assert.Contains(t, first.header.Get(gen.WebhookSignatureHeader), v1(first.header.Get(gen.WebhookTimestampHeader), first.body))
		}},
		{fault: webhook.Fault{Kind: webhook.FutureTimestamp}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, since func(string) string) {
			assert.Equal(t, tolerance, since(gen.WebhookTimestampHeader))
			assert.Equal(t, tolerance, since(gen.WebhookSignatureHeader))
			assert.Contains(t, first.header.Get(gen.WebhookSignatureHeader), v1(first.header.Get(gen.WebhookTimestampHeader), first.body))
		}},
		{fault: webhook.Fault{Kind: webhook.TimestampMismatch}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, since func(string) string) {
			assert.Equal(t, "0", since(gen.WebhookTimestampHeader))
			assert.Equal(t, "-"+tolerance, since(gen.WebhookSignatureHeader))
			stamp, signature, _ := strings.Cut(first.header.Get(gen.WebhookSignatureHeader), ",")
			assert.Equal(t, "v1="+v1(strings.TrimPrefix(stamp, "t="), first.body), signature)
		}},
		{fault: webhook.Fault{Kind: webhook.ReformattedBody}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, _ func(string) string) {
			assert.NotEqual(t, customer(1), first.body)
			assert.JSONEq(t, customer(1), first.body)
			assert.Contains(t, first.header.Get(gen.WebhookSignatureHeader), v1(first.header.Get(gen.WebhookTimestampHeader), customer(1)))
		}},
		{fault: webhook.Fault{Kind: webhook.TwoSignatures}, statuses: []int{200}, arrives: []int{1, 2}, check: func(t *testing.T, first arrival, _ func(string) string) {
			stamp := first.header.Get(gen.WebhookTimestampHeader)
			assert.Regexp(t, `^t=`+stamp+`,v1=[0-9a-f]{64},v1=`+v1(stamp, first.body)+`$`, first.header.Get(gen.WebhookSignatureHeader))
		}},
		{fault: webhook.Fault{Kind: webhook.OversizedBody}, statuses: []int{400, 200}, arrives: []int{1, 2, 1}, check: func(t *testing.T, first arrival, _ func(string) string) {
			assert.Len(t, first.body, gen.WebhookMaxPayload+1)
			assert.JSONEq(t, customer(1), first.body)
			assert.Contains(t, first.header.Get(gen.WebhookSignatureHeader), v1(first.header.Get(gen.WebhookTimestampHeader), first.body))
		}},
		{fault: webhook.Fault{Kind: webhook.UnknownEvent}, statuses: []int{200}, arrives: []int{1, 2}, check: func(t *testing.T, first arrival, _ func(string) string) {
			assert.NotEmpty(t, first.header.Get(gen.WebhookEventHeader))
			assert.NotEqual(t, gen.WebhookEventCustomerCreated, first.header.Get(gen.WebhookEventHeader))
		}},
	} {
		t.Run(string(test.fault.Kind), func(t *testing.T) {
			r := &receiver{}
			r.answer = strict(t, r)
			inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
				time.Sleep(time.Duration(1800000000-time.Now().Unix()) * time.Second) // so that the past is not before 1970
				test.fault.Times = 1
				set, err := s.AddFault(test.fault)
				require.NoError(t, err)
				create(s, 1)
				r.all()
				s.Created(keyA, "cust_2", []byte(customer(2)))
				time.Sleep(2 * time.Minute)
				arrivals := r.all()
				got := []int{}
				for _, a := range arrivals {
					var body struct{ ID string }
					require.NoError(t, json.Unmarshal([]byte(a.body), &body))
					n, err := strconv.Atoi(strings.TrimPrefix(body.ID, "cust_"))
					require.NoError(t, err)
					got = append(got, n)
				}
				assert.Equal(t, test.arrives, got)
				list := s.Deliveries(webhook.Filter{Customer: "cust_1"})
				require.Len(t, list, 1)
				statuses := []int{}
				for i, a := range list[0].Attempts {
					statuses = append(statuses, a.Status)
					if i == 0 {
						assert.Equal(t, test.fault.Kind, a.Fault)
						assert.Equal(t, set.ID, a.FaultID)
						body := string(a.Body)
						if a.Body == nil {
							body = string(list[0].Payload)
						}
						for _, came := range arrivals {
							if came.header.Get(gen.WebhookSignatureHeader) == a.Header.Get(gen.WebhookSignatureHeader) {
								assert.Equal(t, came.body, body, "the history has what was sent")
							}
						}
					}
				}
				assert.Equal(t, test.statuses, statuses)
				if test.fault.Kind == webhook.Never {
					assert.Equal(t, webhook.Skipped, list[0].State)
					assert.Contains(t, list[0].Reason, set.ID)
				} else {
					assert.Equal(t, webhook.Delivered, list[0].State)
				}
				if test.check != nil {
					first := arrivals[0]
					test.check(t, first, func(header string) string {
						stamp, _, _ := strings.Cut(strings.TrimPrefix(first.header.Get(header), "t="), ",")
						at, err := strconv.ParseInt(stamp, 10, 64)
						require.NoError(t, err)
						return fmt.Sprint(at - first.at.Unix())
					})
				}
				for _, a := range arrivals[max(1, len(arrivals)-1):] {
					assertSigned(t, a)
				}
				assert.Empty(t, s.Faults(""), "it is used up")
			})
		})
	}
}

// What is held for another delivery goes when the fault is cleared, or after a minute; and only one is held at a time, so that all do go.
func TestReorderedIsLetGo(t *testing.T) {
	t.Parallel()
	for name, let := range map[string]func(s *Sender){
		"cleared":          func(s *Sender) { s.ClearFaults("") },
		"removed":          func(s *Sender) { s.RemoveFault("", "fault_1") },
		"a minute":         func(*Sender) { time.Sleep(longestHold) },
		"another delivery": func(s *Sender) { create(s, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			r := &receiver{}
			inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
				_, err := s.AddFault(webhook.Fault{Kind: webhook.Reordered})
				require.NoError(t, err)
				create(s, 1)
				assert.Empty(t, r.all())
				let(s)
				assert.NotEmpty(t, r.all())
				assert.Zero(t, s.Overview("").Pending)
			})
		})
	}
}

// Which attempts are hit depends on the fault's seed alone: not on another fault, and not on what receivers answer.
func TestDrawsAreIndependent(t *testing.T) {
	t.Parallel()
	hits := func(seed uint64, answer int, others ...webhook.Fault) (hit []string) {
		synctest.Test(t, func(t *testing.T) {
			r := &receiver{answer: status(answer)}
			s, end := bubble(t, r, Config{})
			defer end()
			for _, f := range append(others, webhook.Fault{Kind: webhook.TwoSignatures, Probability: 0.3, Seed: seed}) {
				_, err := s.AddFault(f)
				require.NoError(t, err)
			}
			create(s, 1000)
			time.Sleep(2 * time.Second)
			for _, d := range s.Deliveries(webhook.Filter{Limit: 1000}) {
				if d.Attempts[0].Fault == webhook.TwoSignatures {
					hit = append(hit, d.Customer)
				}
			}
		})
		return hit
	}
	one := hits(1, 200)
	assert.InDelta(t, 300, len(one), 50)
	assert.Equal(t, one, hits(1, 500))
	assert.Equal(t, one, hits(1, 200, webhook.Fault{Kind: webhook.Never, Key: keyB}, webhook.Fault{Kind: webhook.Late, Delay: 1, Probability: 1e-9}))
	assert.NotEqual(t, one, hits(2, 200))
}

func TestFaultsThatCannotBe(t *testing.T) {
	t.Parallel()
	s := made(t, Config{})
	t.Cleanup(s.Close)
	for _, f := range []webhook.Fault{
		{}, {Kind: "SMOKE"}, {Kind: webhook.Late}, {Kind: webhook.Late, Delay: 25 * time.Hour}, {Kind: webhook.Never, Delay: 1},
		{Kind: webhook.Never, Times: -1}, {Kind: webhook.Never, Probability: 1.1}, {Kind: webhook.Never, Key: "none"}, {Kind: webhook.Never, EndpointID: "endpoint_9"},
	} {
		_, err := s.AddFault(f)
		assert.ErrorContains(t, err, "webhook: ", "%+v", f)
	}
	for range mostFaults {
		_, err := s.AddFault(webhook.Fault{Kind: webhook.Never, Key: keyA, EndpointID: "endpoint_1"})
		require.NoError(t, err)
	}
	_, err := s.AddFault(webhook.Fault{Kind: webhook.Never})
	assert.ErrorIs(t, err, webhook.ErrFull)
	assert.Empty(t, s.Faults(keyB))
	assert.False(t, s.RemoveFault(keyB, "fault_1"))
	assert.True(t, s.RemoveFault(keyA, "fault_1"))
	assert.False(t, s.RemoveFault(keyA, "fault_1"))
	s.ClearFaults(keyB)
	assert.Len(t, s.Faults(keyA), mostFaults-1)
	s.ClearFaults("")
	assert.Empty(t, s.Faults(""))
}
