package mockserver_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// serve hands a request to a server that does not listen, in the time of a synctest bubble. It reports false where the
// server answered nothing.
func serve(ctx context.Context, mock *mockserver.Server, w http.ResponseWriter) (answered bool) {
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, judge.Contract().BasePaths()[0]+"/customers", strings.NewReader(valid))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, goodKey)
	defer func() {
		if reason := recover(); reason != nil && reason != http.ErrAbortHandler { //nolint:errorlint // a panic's value, which nothing wraps
			panic(reason)
		}
	}()
	mock.ServeHTTP(w, request)
	return true
}

func server(t *testing.T, fault fault.Fault) *mockserver.Server {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	_, err = mock.AddFault(fault)
	require.NoError(t, err)
	return mock
}

// delays are how long so many calls took.
func delays(t *testing.T, delay fault.Delay, calls int) (took []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Delay: delay, Seed: 1})
		for range calls {
			begin := time.Now()
			recorder := httptest.NewRecorder()
			require.True(t, serve(t.Context(), mock, recorder))
			require.Equal(t, http.StatusCreated, recorder.Code)
			took = append(took, time.Since(begin))
		}
		entries := mock.Requests()
		require.Len(t, entries, calls, "a call that was held back has one entry")
		for i, entry := range entries {
			assert.Equal(t, took[i], entry.Wait)
			assert.Equal(t, http.StatusCreated, entry.Status)
		}
	})
	return took
}

func TestFixedDelay(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []time.Duration{2 * time.Second, 2 * time.Second}, delays(t, fault.Delay{Fixed: 2 * time.Second}, 2))
}

func TestACallThatWasHeldBackStaysADoubleSubmit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Delay: fault.Delay{Fixed: time.Second}})
		require.True(t, serve(t.Context(), mock, httptest.NewRecorder()))
		require.True(t, serve(t.Context(), mock, httptest.NewRecorder()))
		assert.Equal(t, "req_1", mock.Requests()[1].DuplicateOf)
	})
}

func TestUniformDelay(t *testing.T) {
	t.Parallel()
	took := delays(t, fault.Delay{Lower: time.Second, Upper: 2 * time.Second}, 200)
	slices.Sort(took)
	assert.GreaterOrEqual(t, took[0], time.Second)
	assert.LessOrEqual(t, took[199], 2*time.Second)
	assert.InDelta(t, 1.5, took[100].Seconds(), 0.1)
	assert.InDelta(t, 1.25, took[50].Seconds(), 0.1)
}

func TestLognormalDelay(t *testing.T) {
	t.Parallel()
	took := delays(t, fault.Delay{Median: time.Second, Sigma: 0.5}, 400)
	slices.Sort(took)
	assert.InDelta(t, 1, took[200].Seconds(), 0.1, "half are longer than the median")
	assert.InDelta(t, 1.65, took[336].Seconds(), 0.2, "84 % are shorter than e^sigma medians")
}

func TestRandomDelaysRepeat(t *testing.T) {
	t.Parallel()
	delay := fault.Delay{Median: time.Second, Sigma: 1}
	first := delays(t, delay, 20)
	assert.Equal(t, first, delays(t, delay, 20))
}

func TestADelayedCallIsCarriedOutBeforeOrAfterTheWait(t *testing.T) {
	t.Parallel()
	for _, store := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			mock := server(t, fault.Fault{Delay: fault.Delay{Fixed: 10 * time.Second}, Store: store})
			go serve(t.Context(), mock, httptest.NewRecorder())
			time.Sleep(5 * time.Second) // the bubble's time
			synctest.Wait()
			assert.Equal(t, store, len(mock.Customers("")) == 1)
			entries := mock.Requests()
			require.Len(t, entries, 1, "the journal has a call that still waits")
			assert.Equal(t, 10*time.Second, entries[0].Wait)
			time.Sleep(5 * time.Second)
			synctest.Wait()
			carriedOut := begin
			if !store {
				carriedOut = begin.Add(10 * time.Second)
			}
			customers := mock.Customers("")
			require.Len(t, customers, 1)
			assert.True(t, carriedOut.Equal(customers[0].CreatedAt), "%v", customers[0].CreatedAt)
			entry := mock.Requests()[0]
			assert.Equal(t, http.StatusCreated, entry.Status)
			assert.True(t, begin.Equal(entry.Time))
			assert.Zero(t, entry.Duration)
		})
	}
}

func TestACallerWhoGivesUpEndsTheWait(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  fault.Fault
		stored int
	}{
		"created later than the timeout":  {fault.Fault{Delay: fault.Delay{Fixed: time.Minute}, Store: true}, 1},
		"not created":                     {fault.Fault{Delay: fault.Delay{Fixed: time.Minute}}, 0},
		"a status later than the timeout": {fault.Fault{Delay: fault.Delay{Fixed: time.Minute}, Status: 503}, 0},
		"no response":                     {fault.Fault{Connection: fault.NoResponse}, 0},
		"created, and no response":        {fault.Fault{Connection: fault.NoResponse, Store: true}, 1},
		"drip":                            {fault.Fault{Drip: fault.Drip{Chunks: 2, Over: time.Minute}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock := server(t, test.fault)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				begin := time.Now()
				assert.False(t, serve(ctx, mock, httptest.NewRecorder()))
				assert.Equal(t, 5*time.Second, time.Since(begin))
				assert.Len(t, mock.Customers(""), test.stored)
				entries := mock.Requests()
				require.Len(t, entries, 1)
				assert.Equal(t, test.stored == 1, entries[0].Customer != "")
				assert.NotNil(t, entries[0].Fault)
			})
		})
	}
}

func TestCloseEndsEveryWait(t *testing.T) {
	t.Parallel()
	for _, fault := range []fault.Fault{
		{Delay: fault.Delay{Fixed: time.Hour}, Store: true},
		{Delay: fault.Delay{Fixed: time.Hour}},
		{Connection: fault.NoResponse},
		{Drip: fault.Drip{Chunks: 2, Over: time.Hour}},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock := server(t, fault)
			begin := time.Now()
			time.AfterFunc(time.Second, mock.Close)
			assert.False(t, serve(t.Context(), mock, httptest.NewRecorder()))
			assert.Equal(t, time.Second, time.Since(begin))
			mock.Close() // again does no harm
			assert.False(t, serve(t.Context(), mock, httptest.NewRecorder()), "nor is a later call kept waiting")
			assert.Equal(t, time.Second, time.Since(begin))
		})
	}
}

func TestNoResponseLastsAnHourAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Connection: fault.NoResponse})
		begin := time.Now()
		assert.False(t, serve(t.Context(), mock, httptest.NewRecorder()))
		assert.Equal(t, time.Hour, time.Since(begin))
	})
}

// timed notes when each piece of a body was written.
type timed struct {
	*httptest.ResponseRecorder
	begin time.Time
	after []time.Duration
}

func (w *timed) Write(b []byte) (int, error) {
	w.after = append(w.after, time.Since(w.begin))
	return w.ResponseRecorder.Write(b)
}

func TestDripSendsTheBodyInPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Delay: fault.Delay{Fixed: time.Second}, Drip: fault.Drip{Chunks: 4, Over: 8 * time.Second}})
		w := &timed{ResponseRecorder: httptest.NewRecorder(), begin: time.Now()}
		require.True(t, serve(t.Context(), mock, w))
		assert.Equal(t, []time.Duration{3 * time.Second, 5 * time.Second, 7 * time.Second, 9 * time.Second}, w.after)
		assert.Contains(t, w.Body.String(), "siti@example.com")
		assert.Empty(t, judge.Contract().Operations()[0].Response(w.Code, w.Header(), w.Body.Bytes()).String())
	})
}

func TestDripNeverHasMorePiecesThanBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Status: 404, Drip: fault.Drip{Chunks: 1000, Over: time.Second}})
		w := &timed{ResponseRecorder: httptest.NewRecorder(), begin: time.Now()}
		require.True(t, serve(t.Context(), mock, w))
		assert.Len(t, w.after, w.Body.Len())
	})
}
