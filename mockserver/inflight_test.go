package mockserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// slowBody is a body whose second half comes when its gate opens.
type slowBody struct {
	first, rest io.Reader
	beyond      func() // is called when the second half is asked for
	gate        <-chan struct{}
}

func (b *slowBody) Read(p []byte) (int, error) {
	if n, err := b.first.Read(p); err == nil {
		return n, nil
	}
	if b.beyond != nil {
		b.beyond()
		b.beyond = nil
		<-b.gate
	}
	return b.rest.Read(p)
}

func (b *slowBody) Close() error { return nil }

const largeHead, largeTail = `{"email":"a@example.com","firstName":"`, `"}`

// large is a request with a body of a megabyte, whose second half waits for the gate.
func large(ctx context.Context, key string, gate <-chan struct{}, beyond func()) *http.Request {
	half := mostBody / 2
	body := &slowBody{
		first:  strings.NewReader(largeHead + strings.Repeat("x", half)),
		rest:   strings.NewReader(strings.Repeat("x", half-100) + largeTail),
		beyond: beyond, gate: gate,
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, judge.Contract().BasePaths()[0]+"/customers", body)
	request.ContentLength = -1
	request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {key}}
	return request
}

func TestLargeBodiesWaitForTheirTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, err := mockserver.New(mockserver.WithRateLimit(0))
		require.NoError(t, err)
		gate := make(chan struct{})
		var read, created atomic.Int64
		var calls sync.WaitGroup
		for range 200 {
			calls.Go(func() {
				recorder := httptest.NewRecorder()
				mock.ServeHTTP(recorder, large(t.Context(), goodKey, gate, func() { read.Add(1) }))
				if recorder.Code == http.StatusCreated {
					created.Add(1)
				}
			})
		}
		synctest.Wait()
		assert.EqualValues(t, 8, read.Load(), "8 MiB are read at once")
		direct(t, mock, goodKey, `{"email":"small@example.com"}`)
		assert.Len(t, mock.Customers(""), 1, "small bodies need not wait")

		gone, leave := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			defer close(left)
			mock.ServeHTTP(httptest.NewRecorder(), large(gone, goodKey, gate, func() { t.Error("was never its turn") }))
		}()
		synctest.Wait()
		leave()
		<-left

		close(gate)
		calls.Wait()
		assert.EqualValues(t, 200, created.Load(), "each has its turn")
	})
}

// A fault that waits for an hour keeps no place.
func TestALargeBodyThatAFaultHoldsBackIsInNoonesWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, err := mockserver.New(mockserver.WithRateLimit(0), mockserver.WithLatency(time.Minute))
		require.NoError(t, err)
		_, err = mock.AddFault(fault.Fault{Key: "bbb_test_slow", Delay: fault.Delay{Fixed: time.Hour}})
		require.NoError(t, err)
		_, err = mock.AddFault(fault.Fault{Key: "bbb_test_lost", Connection: fault.NoResponse})
		require.NoError(t, err)
		open := make(chan struct{})
		close(open)
		start := time.Now()
		var calls sync.WaitGroup
		for _, key := range []string{"bbb_test_slow", "bbb_test_lost", "bbb_test_late"} {
			for range 20 {
				calls.Go(func() {
					defer func() { _ = recover() }() // a lost answer aborts the handler
					mock.ServeHTTP(httptest.NewRecorder(), large(t.Context(), key, open, func() {}))
				})
			}
		}
		synctest.Wait()
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, large(t.Context(), goodKey, open, func() {}))
		assert.Equal(t, http.StatusCreated, recorder.Code)
		assert.Equal(t, time.Minute, time.Since(start), "its own latency")
		calls.Wait()
		assert.Len(t, mock.Customers("bbb_test_slow"), 20, "they have their turn after the wait")
	})
}

func TestAControlBodyIsSmall(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := callControl(t, mock, http.MethodPost, "/_mock/faults", `{"status":429`+strings.Repeat(" ", 64<<10)+`}`)
	_, message := controlMessage(t, got)
	assert.Equal(t, "body: must be at most 65536 bytes", message)
}
