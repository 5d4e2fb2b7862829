package mockserver_test

import (
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// rate is what the RateLimit headers say: limit, remaining, reset.
func (a answer) rate() [3]int {
	var rate [3]int
	for i, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
		rate[i] = -1
		if n, err := strconv.Atoi(a.header.Get(name)); err == nil && len(a.header.Values(name)) == 1 {
			rate[i] = n
		}
	}
	return rate
}

func TestExactlyAsManyAsTheLimitPassAtOnce(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	var created, refused atomic.Int32
	remaining := make([]atomic.Int32, 100)
	var wg sync.WaitGroup
	for range 300 {
		wg.Go(func() {
			switch got := create(t, mock, vendorsBody); got.status {
			case http.StatusCreated:
				created.Add(1)
				remaining[got.rate()[1]].Add(1)
			case http.StatusTooManyRequests:
				refused.Add(1)
				assert.Equal(t, gen.CodeRateLimitExceeded, got.code())
				assert.Equal(t, "Too many requests. Please retry after the reset period.", got.message())
				assert.Equal(t, 0, got.rate()[1])
			}
		})
	}
	wg.Wait()
	assert.EqualValues(t, 100, created.Load())
	assert.EqualValues(t, 200, refused.Load())
	assert.Len(t, mock.Customers(goodKey), 100)
	for i := range remaining {
		assert.EqualValues(t, 1, remaining[i].Load(), "each of 99, 98 … 0 is told once: %d", i)
	}
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, keyHeader, "bbb_test_other").status,
		"another key is another limit")
}

func TestTheWindowIsAMinuteFromTheFirstRequest(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 8, 30, 59, 999_000_000, time.UTC)
	mock := mockserver.Start(t, mockserver.WithRateLimit(2), mockserver.WithClock(func() time.Time { return start }))
	for _, step := range []struct {
		wait   time.Duration
		status int
		rate   [3]int
	}{
		{0, 201, [3]int{2, 1, 60}},
		{500 * time.Millisecond, 201, [3]int{2, 0, 60}},
		{500 * time.Millisecond, 429, [3]int{2, 0, 59}},
		{58 * time.Second, 429, [3]int{2, 0, 1}},
		{999 * time.Millisecond, 429, [3]int{2, 0, 1}},
		{time.Millisecond, 201, [3]int{2, 1, 60}}, // refusals did not make it longer
		{2 * time.Minute, 201, [3]int{2, 1, 60}},
		{-time.Hour, 201, [3]int{2, 1, 60}}, // a clock that is set back does not lock anybody out
	} {
		mock.Advance(step.wait)
		got := create(t, mock, vendorsBody)
		assert.Equal(t, step.status, got.status, "%+v", step)
		assert.Equal(t, step.rate, got.rate(), "%+v", step)
	}
}

func TestEveryAnswerSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithKeys("bbb_test_good", "bbb_test_ro=customers:read",
		"bbb_test_far@203.0.113.1"))
	assert.Equal(t, [3]int{100, 99, 60}, create(t, mock, vendorsBody).rate())
	assert.Equal(t, [3]int{100, 98, 60}, create(t, mock, `{}`).rate(), "a bad request counts")
	assert.Equal(t, [3]int{100, 98, 60}, call(t, http.MethodGet, mock.URL+"/customers", "").rate(),
		"what is no operation does not")
	assert.Equal(t, [3]int{100, 98, 60}, call(t, http.MethodGet, mock.URL+"/nothing", "").rate())
	assert.Equal(t, [3]int{100, 99, 60}, create(t, mock, vendorsBody, keyHeader, "bbb_test_ro").rate(),
		"one without the scope counts")
	for _, key := range []string{"", "nonsense", "bbb_test_unknown", "bbb_test_far"} {
		for range 3 {
			assert.Equal(t, [3]int{100, 100, 60}, create(t, mock, vendorsBody, keyHeader, key).rate(),
				"the window of requests without a key is untouched: %q", key)
		}
	}
	assert.Equal(t, [3]int{100, 97, 60}, create(t, mock, vendorsBody).rate())
}

func TestTheLimitCanBeOff(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for range 150 {
		got := create(t, mock, `{"phoneNumber":"1"}`)
		assert.Equal(t, http.StatusCreated, got.status)
		assert.Equal(t, [3]int{1_000_000_000, 1_000_000_000, 60}, got.rate(), "the headers are part of every answer")
	}
}
