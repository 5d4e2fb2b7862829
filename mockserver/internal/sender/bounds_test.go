package sender

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const mostMemory = 32 << 20

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) + int64(m.StackInuse)
}

// 10,000 creates and a receiver that never answers, or that fails with large answers, cost at most 32 MB, whatever the size of the customers: then, and until
// the last of them is given up. No create waits. It does not run beside other tests, whose memory it would count.
func TestMemory(t *testing.T) {
	for _, test := range []struct {
		name    string
		creates int
		size    int
		answer  http.HandlerFunc
		admits  bool // all of them
		watched time.Duration
	}{
		{"silent, small customers", 10_000, 400, func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }, true, 2 * time.Hour},
		{"silent, large customers", 10_000, gen.WebhookMaxPayload, func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() }, false, 2 * time.Hour},
		{"delivered, large customers", 300, gen.WebhookMaxPayload, func(http.ResponseWriter, *http.Request) {}, true, 2 * time.Minute},
		{"failing with large answers", 1_500, 400, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, strings.Repeat("x", 2*gen.WebhookKeptAnswer))
		}, true, 4 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				payload := func() []byte { return []byte(`{"id":"` + strings.Repeat("x", test.size-9) + `"}`) }
				handler := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
					_, _ = io.Copy(io.Discard, q.Body)
					test.answer(w, q)
				})
				var log lockedBuilder
				s, end := bubble(t, handler, Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
				defer end()
				before, begin := heapInUse(), time.Now()
				for range test.creates {
					s.Created(keyA, "cust_1", payload())
				}
				require.Equal(t, begin, time.Now(), "no create waits")
				most := heapInUse() - before
				synctest.Wait()
				assert.LessOrEqual(t, s.Overview("").Sending, sendingPerTarget)
				for range 20 {
					time.Sleep(test.watched / 20)
					most = max(most, heapInUse()-before)
					s.mu.Lock()
					assert.LessOrEqual(t, s.pending.texts, maxTexts+(1<<20), "errors are kept in any case")
					s.mu.Unlock()
				}
				t.Logf("at most %.1f MiB: %+v", float64(most)/(1<<20), s.Overview(""))
				assert.LessOrEqual(t, most, int64(mostMemory))
				o := s.Overview("")
				assert.Equal(t, test.creates, o.Pending+o.Failed+o.Delivered+o.Dropped)
				assert.Equal(t, test.admits, o.Dropped == 0)
				assert.LessOrEqual(t, o.PendingBytes, o.PendingLimit+o.Pending*len(gen.WebhookRetries())*attemptSize, "what is admitted, and its retries")
				assert.Equal(t, !test.admits, strings.Contains(log.String(), "the queue of webhooks is full"))
				assert.LessOrEqual(t, strings.Count(log.String(), "the queue"), 2, "once for all that were dropped at once")
				runtime.KeepAlive(s)
			})
		})
	}
}

type lockedBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuilder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuilder) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// While creates come as fast as they can, little is sent, so that they hardly pay for it; it all is when they stop, and at once when they come slowly.
func TestSendingGivesWay(t *testing.T) {
	r := &receiver{}
	inBubble(t, r, Config{}, func(t *testing.T, s *Sender) {
		begin := time.Now()
		for len(r.all()) < 30 {
			create(s, 1)
			time.Sleep(dense / 10)
		}
		assert.Greater(t, time.Since(begin), 10*gap, "the first come before creates are known to be fast")
		create(s, 1000)
		assert.Less(t, len(r.all()), 40)
		time.Sleep(2 * lull)
		n := s.Overview("")
		assert.Zero(t, n.Pending)
		time.Sleep(time.Second)
		for i := range 500 {
			create(s, 1)
			assert.Len(t, r.all(), n.Delivered+i+1)
			time.Sleep(time.Millisecond)
		}
	})
}

// What was sent once is not dropped for what is new, and what is dropped is counted and said.
func TestTheNewOneIsDropped(t *testing.T) {
	r := &receiver{answer: status(http.StatusInternalServerError)}
	var log lockedBuilder
	inBubble(t, r, Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))}, func(t *testing.T, s *Sender) {
		n, large := 0, []byte(`{"id":"`+strings.Repeat("x", 20<<10)+`"}`)
		for ; s.Overview("").Dropped < 10; n++ {
			s.Created(keyA, "cust_1", large)
		}
		time.Sleep(10 * time.Second)
		o := s.Overview("")
		assert.Equal(t, n-10, o.Retrying, "all that were queued were sent, and wait")
		assert.Equal(t, webhook.Counts{Pending: n - 10, Retrying: n - 10, Dropped: 10}, o.Counts)
		full := func(by int) {
			s.mu.Lock()
			s.pending.count += by
			s.mu.Unlock()
		}
		full(maxPending)
		_, err := s.Test("", "endpoint_1")
		assert.ErrorIs(t, err, webhook.ErrFull)
		full(-maxPending)
		r.answers(nil)
		time.Sleep(time.Hour)
		o = s.Overview("")
		assert.Equal(t, webhook.Counts{Delivered: n - 10, Dropped: 10}, o.Counts)
		assert.LessOrEqual(t, o.History, maxHistory)
		assert.Equal(t, n-10, o.History+o.Forgotten)
		assert.Equal(t, 1, strings.Count(log.String(), "the queue of webhooks is full"))
		assert.Contains(t, log.String(), "has room again\" dropped=11")
	})
}

// A log writer that blocks holds up nothing: neither creates nor deliveries nor Close.
func TestALogThatBlocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unblock := make(chan struct{})
		r := &receiver{answer: status(http.StatusInternalServerError)}
		s, end := bubble(t, r, Config{Logger: slog.New(blockedUntil(unblock))})
		begin := time.Now()
		create(s, 1000)
		require.Equal(t, begin, time.Now())
		time.Sleep(2 * time.Second)
		assert.Len(t, r.all(), 1000)
		end()
		assert.Equal(t, begin.Add(2*time.Second), time.Now())
		close(unblock)
		synctest.Wait()
	})
}

type blockedUntil chan struct{}

func (b blockedUntil) Enabled(context.Context, slog.Level) bool { return true }
func (b blockedUntil) Handle(context.Context, slog.Record) error {
	<-b
	return nil
}
func (b blockedUntil) WithAttrs([]slog.Attr) slog.Handler { return b }
func (b blockedUntil) WithGroup(string) slog.Handler      { return b }

// A line of the log holds neither what a receiver answered, nor the secret, the key or the customer.
func TestTheLogSaysLittle(t *testing.T) {
	answers := []string{"HTTP/1.1 500 " + secret + "\r\n\r\n", secret + " Siti\r\n\r\n"}
	r := &receiver{}
	n := 0
	r.answer = func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, answers[n%2])
		n++
		_ = conn.Close()
	}
	var log lockedBuilder
	inBubble(t, r, Config{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, func(t *testing.T, s *Sender) {
		create(s, 1)
		time.Sleep(24 * time.Hour)
		assert.Contains(t, log.String(), "webhook not delivered")
		assert.Contains(t, log.String(), "webhook given up")
		for _, hidden := range []string{secret, "Siti", keyA} {
			assert.NotContains(t, log.String(), hidden)
			if hidden == secret {
				for _, a := range only(t, s).Attempts {
					assert.NotContains(t, a.Error+string(a.Answer), hidden)
				}
			}
		}
	})
}
