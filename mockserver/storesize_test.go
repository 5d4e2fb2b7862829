package mockserver_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// stored is what the store holds: the phone numbers, and how many bytes it is in JSON.
func stored(t *testing.T, mock *mockserver.Running) (phones []string, bytes int) {
	t.Helper()
	for _, customer := range mock.Customers("") {
		phones = append(phones, *customer.PhoneNumber)
		bytes += len(callControl(t, mock, http.MethodGet, "/_mock/customers/"+customer.ID, "").body) - len("{\"data\":}\n")
	}
	return phones, bytes
}

func TestTheStoreIsBoundedByBytes(t *testing.T) {
	t.Parallel()
	const size = 20_000
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithStoreSize(size), mockserver.WithRateLimit(0))
	kilobyte := strings.Repeat("x", 1_000)
	for i := range 40 {
		body := `{"phoneNumber":"` + strconv.Itoa(i) + `","firstName":"` + kilobyte + `"}`
		require.Equal(t, http.StatusCreated, create(t, mock, body, keyHeader, "bbb_test_"+strconv.Itoa(i%3)).status)
	}
	phones, bytes := stored(t, mock)
	assert.LessOrEqual(t, bytes, size)
	assert.Greater(t, bytes, size-2*1_200, "no more are dropped than must be")
	var newest []string
	for i := 40 - len(phones); i < 40; i++ {
		newest = append(newest, strconv.Itoa(i))
	}
	assert.ElementsMatch(t, newest, phones, "the oldest went first, whichever key's they were")
	lines := log.with("the store is full")
	require.Len(t, lines, 1, "one line, not one for each create")
	assert.Contains(t, lines[0], "level=WARN")
	assert.Contains(t, lines[0], "storeSize=20000")

	large := `{"phoneNumber":"large","firstName":"` + strings.Repeat("x", 2*size) + `"}`
	assert.Equal(t, http.StatusCreated, create(t, mock, large).status)
	phones, _ = stored(t, mock)
	assert.Equal(t, []string{"large"}, phones, "the newest one stays however large it is")
	create(t, mock, `{"phoneNumber":"small"}`)
	phones, _ = stored(t, mock)
	assert.Equal(t, []string{"small"}, phones)

	mock.EmptyCustomers("")
	for i := range 10 {
		create(t, mock, `{"phoneNumber":"`+strconv.Itoa(i)+`","firstName":"`+kilobyte+`"}`)
	}
	phones, _ = stored(t, mock)
	assert.Len(t, phones, 10, "an empty store has room for all of its bytes")
}

func TestSeedsLeaveRoomInBytes(t *testing.T) {
	t.Parallel()
	seed := mockserver.WithSeed([]byte(`[{"email":"seed@example.com"}]`))
	_, err := mockserver.New(seed, mockserver.WithStoreSize(100))
	require.EqualError(t, err, "mockserver: WithSeed: must leave room in a store of 100 bytes (WithStoreSize) for a customer, got 145 bytes")
	_, err = mockserver.New(mockserver.WithStoreSize(0))
	require.EqualError(t, err, "mockserver: WithStoreSize: must be at least 1 byte, got 0")
}

// A page of large customers would have to be made whole before it is sent.
func TestAPageOfCustomersIsBoundedByBytes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for i := range 12 {
		create(t, mock, `{"phoneNumber":"`+strconv.Itoa(i)+`","firstName":"`+strings.Repeat("x", 1<<20-100)+`"}`)
	}
	first := callControl(t, mock, http.MethodGet, "/_mock/customers", "")
	assert.Less(t, len(first.body), 9<<20)
	_, next, found := strings.Cut(first.body, `"next":"`)
	require.True(t, found)
	second := callControl(t, mock, http.MethodGet, "/_mock/customers?after="+strings.TrimSuffix(next, "\"}\n"), "")
	assert.Equal(t, 12, strings.Count(first.body+second.body, `"id":"cust_`))
	assert.NotContains(t, second.body, `"next"`)
}
