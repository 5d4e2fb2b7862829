package mockserver_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// testOf is a test that is over when end is called.
type testOf struct {
	failed   bool
	log      string
	cleanups []func()
}

func (t *testOf) Helper()                         {}
func (t *testOf) Failed() bool                    { return t.failed }
func (t *testOf) Cleanup(f func())                { t.cleanups = append(t.cleanups, f) }
func (t *testOf) Logf(format string, args ...any) { t.log += fmt.Sprintf(format, args...) }
func (t *testOf) Fatalf(format string, args ...any) {
	t.failed = true
	panic(fmt.Sprintf(format, args...))
}

func (t *testOf) end() {
	for _, cleanup := range slices.Backward(t.cleanups) {
		cleanup()
	}
}

func TestStartedMocksHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			mock := mockserver.Start(t)
			if i%2 == 0 {
				add(t, mock, fault.Fault{Status: 503})
			}
			got := tried(t, mock, valid)
			assert.Equal(t, i%2 == 0, got.status == 503)
			assert.Len(t, mock.Requests(), 1)
			assert.Equal(t, "req_1", mock.Requests()[0].ID)
		})
	}
}

func TestStartFailsTheTestOnABadOption(t *testing.T) {
	t.Parallel()
	test := &testOf{}
	assert.PanicsWithValue(t, "mockserver: WithRateLimit: must not be negative, got -1", func() { mockserver.Start(test, mockserver.WithRateLimit(-1)) })
}

func TestAdvanceMovesTheClock(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(1))
	first := create(t, mock, valid)
	assert.Equal(t, http.StatusCreated, first.status)
	assert.Equal(t, http.StatusTooManyRequests, create(t, mock, valid).status)
	mock.Advance(time.Minute)
	second := create(t, mock, valid)
	assert.Equal(t, http.StatusCreated, second.status)
	assert.False(t, second.customer().CreatedAt.Before(first.customer().CreatedAt.Add(time.Minute)))
}

func TestTheJournalIsInTheLogOfAFailedTest(t *testing.T) {
	t.Parallel()
	test := &testOf{}
	mock := mockserver.Start(test)
	for range 60 {
		create(t, mock, valid)
	}
	add(t, mock, fault.Fault{Status: 429, Store: true})
	create(t, mock, `{"email":"siti rahma","firstName":1}`)
	create(t, mock, valid)
	mock.ClearFaults("")
	create(t, mock, valid, "Prefer", "code=404")
	create(t, mock, `{"email":"not-found@mock.test"}`)
	test.failed = true
	test.end()

	assert.Contains(t, test.log, "the last requests that arrived (50, at most 50)")
	assert.NotContains(t, test.log, "req_14 ")
	assert.Contains(t, test.log, "req_15 ")
	assert.Contains(t, test.log, "POST /customer/open/v1/customers → 201, key bbb_test_…, customer cust_")
	assert.Contains(t, test.log, "duplicate of req_59")
	assert.Contains(t, test.log, "req_61 ")
	assert.Contains(t, test.log, `email: must be an email address, got "siti rahma"`)
	assert.Contains(t, test.log, "fault_1 (hit 2)")
	assert.Contains(t, test.log, "preference code=404")
	assert.Contains(t, test.log, "trigger notFound")
	assert.NotContains(t, test.log, "siti@example.com", "nothing is wrong with that")
	assert.Less(t, strings.Count(test.log, "\n"), 60)
}

func TestTheLogOfATestThatPassedIsEmpty(t *testing.T) {
	t.Parallel()
	test := &testOf{}
	create(t, mockserver.Start(test), valid)
	test.end()
	assert.Empty(t, test.log)
}

// Not parallel: it counts the goroutines of the process, and parallel tests wait until it is over.
func TestNoGoroutineIsLeftAfterTheTest(t *testing.T) { //nolint:paralleltest // see above
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	before := runtime.NumGoroutine()
	test := &testOf{}
	mock := mockserver.Start(test, mockserver.WithRateLimit(0))
	for range 20 {
		create(t, mock, valid)
	}
	for _, connection := range fault.Connections() {
		if connection != fault.NoResponse {
			add(t, mock, fault.Fault{Connection: connection, Times: 1})
			_, err := try(t, mock, valid)
			require.Error(t, err)
		}
	}
	add(t, mock, fault.Fault{Connection: fault.NoResponse, Times: 1})
	add(t, mock, fault.Fault{Delay: fault.Delay{Fixed: time.Hour}, Times: 1})
	add(t, mock, fault.Fault{Drip: fault.Drip{Chunks: 2, Over: time.Hour}, Times: 1})
	waiting := len(mock.Requests())
	failed := make(chan error)
	for range 3 {
		go func() {
			_, err := try(t, mock, valid)
			failed <- err
		}()
	}
	require.Eventually(t, func() bool { return len(mock.Requests()) == waiting+3 }, time.Minute, time.Millisecond)
	test.end()
	for range 3 {
		assert.Error(t, <-failed)
	}
	assert.Eventually(t, func() bool {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		return runtime.NumGoroutine() <= before+1 // Eventually runs this in one of its own
	}, time.Minute, 10*time.Millisecond, "%d goroutines before", before)
}
