package mockserver_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestIDsSortByCreationWhateverTheClockDoes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	last := ""
	for _, move := range []time.Duration{0, time.Hour, -2 * time.Hour, 0, time.Nanosecond, time.Millisecond,
		5 * time.Hour, -time.Hour} {
		mock.Advance(move)
		for range 3 {
			customer := create(t, mock, `{"phoneNumber":"1","addresses":[{"address1":"1"},{"address1":"2"}]}`).customer()
			require.Greater(t, customer.ID, last)
			require.Less(t, customer.Addresses[0].ID, customer.Addresses[1].ID)
			last = customer.ID
		}
	}
	assert.Len(t, mock.Customers(goodKey), 24)
}

func TestIDsAndTimesRepeatWithASeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64, key string) (answers []string) {
		mock := mockserver.Start(t, mockserver.WithIDSeed(seed))
		create(t, mock, vendorsBody, keyHeader, "bbb_test_somebody_else")
		for range 3 {
			answers = append(answers, create(t, mock, vendorsBody, keyHeader, key).body)
		}
		mock.Reset(key)
		assert.Equal(t, answers[0], create(t, mock, vendorsBody, keyHeader, key).body, "after a reset as at start")
		return answers
	}
	first := run(1, goodKey)
	assert.Equal(t, first, run(1, goodKey))
	assert.NotEqual(t, first, run(2, goodKey))
	assert.NotEqual(t, first, run(1, "bbb_test_b"), "ids are not shared between keys")
	assert.Contains(t, first[0], `"createdAt":"2024-01-15T10:30:00.000Z"`)
	assert.Contains(t, first[2], `"createdAt":"2024-01-15T10:30:02.000Z"`)
	// Golden files of others depend on these: they must not change from one version to the next.
	assert.Contains(t, first[0], `"id":"cust_01hm6aqh20ez1tcnjmwq8d9f9j"`)
}

func TestASeedWithAClockKeepsTheClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }), mockserver.WithIDSeed(1))
	assert.Equal(t, now, create(t, mock, vendorsBody).customer().CreatedAt)
}
