package sender

import (
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// A retry comes after the documented times, with the same id and payload, signed anew; after the last one the endpoint shows it.
func TestRetries(t *testing.T) {
	t.Parallel()
	for _, speed := range []float64{1, 100} {
		t.Run(fmt.Sprint(speed), func(t *testing.T) {
			r := &receiver{answer: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = io.WriteString(w, "not now, "+secret)
			}}
			inBubble(t, r, Config{Speed: speed}, func(t *testing.T, s *Sender) {
				begin := time.Now()
				create(s, 1)
				time.Sleep(24 * time.Hour)
				arrivals := r.all()
				require.Len(t, arrivals, 1+len(gen.WebhookRetries()))
				due := begin
				for i, a := range arrivals {
					if i > 0 {
						due = due.Add(time.Duration(float64(gen.WebhookRetries()[i-1]) / speed))
					}
					assert.Equal(t, due, a.at, "attempt %d", i+1)
					assertSigned(t, a)
					assert.Equal(t, arrivals[0].id(), a.id())
					assert.Equal(t, customer(1), a.body)
				}
				d := only(t, s)
				assert.Equal(t, webhook.Failed, d.State)
				assert.Equal(t, customer(1), string(d.Payload))
				assert.Zero(t, d.Next)
				require.Len(t, d.Attempts, len(arrivals))
				for i, a := range d.Attempts {
					assert.Equal(t, http.StatusServiceUnavailable, a.Status)
					assert.Equal(t, "not now, …", string(a.Answer), "the secret is masked")
					assert.Contains(t, a.Error, "503")
					for name := range a.Header {
						assert.Equal(t, arrivals[i].header.Get(name), a.Header.Get(name), name)
					}
				}
				e, err := s.Endpoint("", d.EndpointID)
				require.NoError(t, err)
				assert.Equal(t, 1, e.Failing)
				assert.Equal(t, webhook.Counts{Failed: 1}, e.Counts)
				assert.False(t, e.Suspended, "the vendor gives no number")

				r.answers(nil)
				again, err := s.Redeliver(keyA, d.ID)
				require.NoError(t, err)
				assert.Equal(t, d.ID, again.RedeliveryOf)
				assert.Equal(t, arrivals[0].id(), r.all()[len(arrivals)].id())
				e, _ = s.Endpoint("", d.EndpointID)
				assert.Zero(t, e.Failing)
				assert.Equal(t, webhook.Counts{Failed: 1, Delivered: 1}, e.Counts)
			})
		})
	}
}

// Whoever moves the mock's clock has retries sent at once with Wake, and within a second without it.
func TestTheClockIsTheMocks(t *testing.T) {
	r := &receiver{answer: status(http.StatusInternalServerError)}
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	inBubble(t, r, Config{Now: now}, func(t *testing.T, s *Sender) {
		create(s, 1)
		require.Len(t, r.all(), 1)
		assert.Equal(t, time.Now().Add(gen.WebhookRetries()[0]), only(t, s).Next)
		ahead.Add(int64(gen.WebhookRetries()[0]))
		s.Wake()
		require.Len(t, r.all(), 2)
		ahead.Add(int64(gen.WebhookRetries()[1]))
		time.Sleep(poll)
		require.Len(t, r.all(), 3)
		assert.Equal(t, fmt.Sprint(now().Unix()), r.all()[2].header.Get(gen.WebhookTimestampHeader))
	})
}

// What is not a 2xx in time is a failure, and never holds anything up.
func TestFailures(t *testing.T) {
	t.Parallel()
	hijacked := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				panic(err)
			}
			_, _ = io.WriteString(conn, answer)
			_, _ = io.Copy(io.Discard, conn) // open for as long as the sender keeps it
			_ = conn.Close()
		}
	}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		status int
		err    string
		took   time.Duration
		body   string
	}{
		{name: "200", answer: status(200), status: 200},
		{name: "299", answer: status(299), status: 299},
		{name: "300", answer: status(300), status: 300, err: "answered 300, which is not 2xx: redirects are not followed"},
		{name: "400", answer: status(400), status: 400, err: "answered 400, which is not 2xx"},
		{name: "a redirect is not followed", status: 307, err: "redirects are not followed", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}},
		{name: "nothing", err: "no answer within " + gen.WebhookAnswerTime.String(), took: gen.WebhookAnswerTime, answer: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{name: "nothing at all", err: "no answer within " + gen.WebhookAnswerTime.String(), took: gen.WebhookAnswerTime, answer: hijacked("")},
		{name: "half of a header", err: "no answer within " + gen.WebhookAnswerTime.String(), took: gen.WebhookAnswerTime, answer: hijacked("HTTP/1.1 200 OK\r\nA: b")},
		{name: "closed", err: "EOF", answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }},
		{name: "no status", err: "malformed HTTP status code 000", answer: hijacked("HTTP/1.1 000 x\r\nContent-Length: 0\r\n\r\n")},
		{name: "a status of two digits", err: "malformed HTTP status code 099", answer: hijacked("HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n")},
		{name: "not HTTP", err: "malformed HTTP", answer: hijacked("220 mail.example ESMTP\r\n\r\n")},
		{name: "continue without an end", err: "no answer within " + gen.WebhookAnswerTime.String(), took: gen.WebhookAnswerTime, answer: hijacked("HTTP/1.1 103 Early Hints\r\n\r\n")},
		{name: "101", status: 101, err: "answered 101", answer: hijacked("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nabc")},
		{name: "101 without a protocol", status: 101, err: "answered 101", answer: hijacked("HTTP/1.1 101 Switching Protocols\r\n\r\n")},
		{name: "a body without an end counts from its header", status: 202, took: gen.WebhookAnswerTime, body: "well",
			answer: hijacked("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\nwell")},
		{name: "a body without a length", status: 200, took: gen.WebhookAnswerTime, body: "well", answer: hijacked("HTTP/1.1 200 OK\r\n\r\nwell")},
		{name: "a large answer is cut", status: 200, body: strings.Repeat("x", gen.WebhookKeptAnswer), answer: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &receiver{answer: test.answer}
			inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
				create(s, 1)
				time.Sleep(test.took)
				d := only(t, s)
				require.Len(t, d.Attempts, 1)
				a := d.Attempts[0]
				assert.Equal(t, test.status, a.Status)
				assert.Equal(t, test.took, a.Duration)
				if test.body != "" {
					assert.Equal(t, test.body, string(a.Answer))
					assert.Equal(t, len(test.body) == gen.WebhookKeptAnswer, a.More)
				}
				if test.err == "" {
					assert.Equal(t, webhook.Delivered, d.State)
					assert.Empty(t, a.Error)
				} else {
					assert.Equal(t, webhook.Pending, d.State)
					assert.Contains(t, a.Error, test.err)
					e, _ := s.Endpoint("", d.EndpointID)
					assert.Equal(t, webhook.Counts{Pending: 1, Retrying: 1}, e.Counts)
				}
				require.Len(t, r.all(), 1)
			})
		})
	}
}

// An error quotes what came.
func TestASecretIsMaskedInAnError(t *testing.T) {
	const odd = `pa"s\s`
	for _, text := range []string{odd, strconv.Quote(odd), fmt.Sprintf("malformed HTTP status code %q", odd)} {
		got := masked(text, odd)
		assert.Contains(t, got, "…", text)
		assert.NotContains(t, got, "pa", text)
	}
}

// 10,000 creates, a receiver that fails 30 % of what arrives: every event arrives, none that failed is lost, none is wrong.
func TestNothingIsLost(t *testing.T) {
	creates := 10_000
	if raceDetector {
		creates = 2_000
	}
	fails := func(id string, attempt int) bool {
		h := fnv.New32a()
		fmt.Fprint(h, 13, id, attempt)
		return h.Sum32()%100 < 30
	}
	tries := map[string]int{}
	r := &receiver{}
	r.answer = func(w http.ResponseWriter, q *http.Request) {
		id := q.Header.Get(gen.WebhookIDHeader)
		r.mu.Lock()
		tries[id]++
		failed := fails(id, tries[id])
		r.mu.Unlock()
		if failed {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
	inBubble(t, r, Config{IDSeed: new(uint64(1))}, func(t *testing.T, s *Sender) {
		begin := time.Now()
		create(s, creates)
		require.Equal(t, begin, time.Now(), "no create waits")
		time.Sleep(24 * time.Hour)
		bodies, accepted := map[string]string{}, 0
		for _, a := range r.all() {
			if known, ok := bodies[a.id()]; ok {
				assert.Equal(t, known, a.body)
			}
			bodies[a.id()] = a.body
			assertSigned(t, a)
		}
		seen := map[string]bool{}
		for _, body := range bodies {
			seen[body] = true
		}
		for i := 1; i <= creates; i++ {
			assert.True(t, seen[customer(i)], i)
		}
		assert.Len(t, seen, creates)
		for id, n := range tries {
			if !fails(id, n) {
				accepted++
			} else {
				assert.Equal(t, 1+len(gen.WebhookRetries()), n, "given up too early")
			}
		}
		o := s.Overview("")
		assert.Equal(t, webhook.Counts{Delivered: accepted, Failed: creates - accepted}, o.Counts)
		assert.Zero(t, o.PendingBytes)
		assert.Greater(t, accepted, creates*99/100)
		assert.Equal(t, creates, o.History+o.Forgotten)
	})
}

// A receiver that never answers holds up neither creates nor other receivers.
func TestASilentReceiverIsNobodyElsesTrouble(t *testing.T) {
	r := &receiver{answer: func(_ http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/silent" {
			<-q.Context().Done()
		}
	}}
	config := Config{}
	for range gen.WebhookMaxEndpoints {
		config.Endpoints = append(config.Endpoints, webhook.Endpoint{Key: keyA, URL: "http://127.0.0.1/silent", Secret: secret})
		config.Endpoints = append(config.Endpoints, webhook.Endpoint{Key: keyB, URL: "http://127.0.0.1/silent", Secret: secret})
	}
	config.Endpoints = append(config.Endpoints, webhook.Endpoint{URL: target, Secret: secret})
	inBubble(t, r, config, func(t *testing.T, s *Sender) {
		begin := time.Now()
		for range 20 {
			s.Created(keyA, "", []byte(customer(1)))
			s.Created(keyB, "", []byte(customer(1)))
		}
		require.Equal(t, begin, time.Now(), "no create waits")
		time.Sleep(time.Second)
		synctest.Wait()
		o := s.Overview("")
		assert.Equal(t, 40, o.Delivered, "all of the other's")
		assert.LessOrEqual(t, o.Sending, sendingInAll)
		s.Close()
		assert.Equal(t, begin.Add(time.Second), time.Now(), "closing does not wait")
		create(s, 1)
		assert.Equal(t, o.Pending, s.Overview("").Pending)
		_, err := s.Test("", "endpoint_1")
		assert.ErrorIs(t, err, webhook.ErrClosed)
	})
}
