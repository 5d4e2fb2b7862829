package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

func TestEveryErrorHasAMagicValue(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	codes := map[gen.ErrorCode]bool{}
	for _, trigger := range mockserver.Triggers() {
		for _, body := range []string{`{"email":"` + trigger.Email + `"}`, `{"phoneNumber":"` + trigger.PhoneNumber + `"}`} {
			got := create(t, mock, body)
			assert.Equal(t, trigger.Status, got.status, body)
			codes[got.code()] = true
		}
		entries := mock.Requests(journal.Filter{Limit: 1})
		require.Len(t, entries, 1)
		assert.Equal(t, trigger.Example, entries[0].Trigger)
		assert.NotEmpty(t, trigger.Summary)
	}
	assert.Len(t, codes, 9, "each documented error code has one")
	assert.Empty(t, mock.Customers(""))
}

func TestTheMagicEmailCountsBeforeThePhoneNumber(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	assert.Equal(t, http.StatusNotFound, create(t, mock, `{"phoneNumber":"+12025550109","email":"not-found@mock.test"}`).status)
}

func TestAMagicValueInAnInvalidRequestIsNone(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"email":"service-unavailable@mock.test","firstName":5}`)
	assert.Equal(t, gen.CodeValidationError, got.code())
	assert.Contains(t, got.message(), "firstName")
}

func TestMagicValuesCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithoutTriggers())
	assert.Equal(t, http.StatusCreated, create(t, mock, `{"email":"not-found@mock.test"}`).status)
}

func TestATriggered429SaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"email":"rate-limit-exceeded@mock.test"}`)
	assert.Equal(t, "0", got.header.Get("RateLimit-Remaining"))
	assert.Equal(t, "1", got.header.Get("RateLimit-Reset"))
}
