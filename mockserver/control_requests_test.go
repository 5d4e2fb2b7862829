package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func TestControlFiltersRequests(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }))
	client := controlClient(t, mock)
	key, path := "bbb_test_journal", "/nowhere"
	create(t, mock, `{"email":"one@example.com"}`, keyHeader, key) // req_1
	create(
		t,
		mock,
		`{"email":"one@example.com"}`,
		keyHeader,
		key,
	) // req_2 repeats it
	create(t, mock, `{"email":"plain"}`) // req_3 violates
	call(
		t,
		http.MethodGet,
		root(t, mock).JoinPath("nowhere").String(),
		"",
	) // req_4 is not found
	mock.Advance(time.Hour) //
	create(
		t,
		mock,
		`{"addresses":[{}],"tags":"x"}`,
		keyHeader,
		key,
	) // req_5 violates, an hour later
	create(
		t,
		mock,
		`{"email":"rate-limit-exceeded@mock.test"}`,
		keyHeader,
		key,
		"Prefer",
		"unused",
	) // req_6 is a trigger

	yes := true
	for name, test := range map[string]struct {
		parameters control.ListRequestsParams
		want       []string
	}{
		"none":       {control.ListRequestsParams{}, []string{"req_1", "req_2", "req_3", "req_4", "req_5", "req_6"}},
		"key":        {control.ListRequestsParams{Key: &key}, []string{"req_1", "req_2", "req_5", "req_6"}},
		"method":     {control.ListRequestsParams{Method: new("GET")}, []string{"req_4"}},
		"path":       {control.ListRequestsParams{Path: &path}, []string{"req_4"}},
		"status":     {control.ListRequestsParams{Status: new(400)}, []string{"req_3", "req_5"}},
		"no answer":  {control.ListRequestsParams{Status: new(0)}, nil},
		"since":      {control.ListRequestsParams{Since: new(now.Add(time.Hour))}, []string{"req_5", "req_6"}},
		"violating":  {control.ListRequestsParams{Violating: &yes}, []string{"req_3", "req_4", "req_5"}},
		"duplicates": {control.ListRequestsParams{Duplicates: &yes}, []string{"req_2"}},
		"limit":      {control.ListRequestsParams{Limit: new(2)}, []string{"req_5", "req_6"}},
		"two":        {control.ListRequestsParams{Violating: &yes, Key: &key}, []string{"req_5"}},
	} {
		listed, err := client.ListRequestsWithResponse(t.Context(), &test.parameters)
		require.NoError(t, err)
		require.NotNil(t, listed.JSON200, "%s: %s", name, listed.Body)
		var ids []string
		for _, entry := range listed.JSON200.Data {
			ids = append(ids, entry.ID)
			assert.Empty(t, entry.Curl, "a list is short")
		}
		assert.Equal(t, test.want, ids, name)
	}
}

func TestControlShowsARequest(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	key := "bbb_test_0123456789abcdef"
	created := create(t, mock, `{"email":"siti.rahma@example.com","firstName":"Siti"}`, keyHeader, key)
	require.Equal(t, http.StatusCreated, created.status)

	shown, err := client.GetRequestWithResponse(t.Context(), "req_1", &control.GetRequestParams{Key: &key})
	require.NoError(t, err)
	require.NotNil(t, shown.JSON200, string(shown.Body))
	entry := shown.JSON200
	assert.Equal(t, "createCustomer", entry.Operation)
	assert.Equal(t, http.StatusCreated, entry.Status)
	assert.Equal(t, created.customer().ID, entry.Customer)
	assert.Empty(t, entry.Violations)
	assert.Contains(t, entry.Curl, "${BITBYBIT_API_KEY:-bbb_test_1}")
	assert.Contains(t, entry.GoTest, "func Test")
	assert.JSONEq(t, `{"email":"siti.rahma@example.com","firstName":"Siti"}`, entry.Body)
	assert.Contains(t, entry.ResponseBody, "siti.rahma@example.com")
	assert.Contains(t, entry.Curl, "siti.rahma@example.com", "what repeats the request sends what came")
	assert.NotContains(t, string(shown.Body), key, "a key is masked always")

	for name, target := range map[string]string{
		"of another key": "req_1?key=bbb_test_stranger",
		"unknown":        "req_99",
		"not an id":      "x",
	} {
		missing := callControl(t, mock, http.MethodGet, "/_mock/requests/"+target, "")
		assert.Equal(t, http.StatusNotFound, missing.status, name)
	}
}

func TestControlShowsViolationsAndFaults(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	_, err := mock.AddFault(fault.Fault{Key: goodKey, Status: 503, Times: 1, Store: true})
	require.NoError(t, err)
	assert.Equal(t, 503, create(t, mock, `{"email":"a@example.com"}`).status)
	create(t, mock, `{"email":"a@example.com","addresses":[{"city":5}]}`)
	call(t, http.MethodPost, mock.URL+"/customers", "\xff")

	listed, err := client.ListRequestsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, listed.JSON200, string(listed.Body))
	entries := listed.JSON200.Data
	require.Len(t, entries, 3)
	assert.Equal(t, "fault_1", entries[0].Fault.ID)
	assert.Equal(t, 503, entries[0].Fault.Status)
	assert.True(t, entries[0].Fault.Store)
	assert.NotEmpty(t, entries[0].Customer, "it was created, and the answer lost")
	line := spec.Line("/components/schemas/AddressInput/required")
	assert.Contains(t, entries[1].Violations, control.Violation{
		Check: "request_schema", Path: "addresses[0].address1", Pointer: "/addresses/0/address1", Keyword: "required",
		Expected: "is required", Rule: "/components/schemas/AddressInput/required", Line: line, Source: "required: [address1]",
		Provenance: control.Assumed, Page: "Create Customer",
	})
	assert.Equal(t, "\uFFFD", entries[2].Body, "what is not UTF-8 is replaced")
	assert.Equal(t, "utf8", entries[2].Violations[0].Check)
}

func TestControlForgetsRequests(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	key := "bbb_test_forget"
	create(t, mock, `{"email":"a@example.com"}`, keyHeader, key)
	create(t, mock, `{"email":"a@example.com"}`)
	_, err := client.DeleteRequestsWithResponse(t.Context(), &control.DeleteRequestsParams{Key: &key})
	require.NoError(t, err)
	assert.Len(t, mock.Requests(), 1)
	_, err = client.DeleteRequestsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, mock.Requests())
}

// Of the key's journal one entry is looked at, not all of them: rendering 1,000 takes thousands of allocations.
func TestControlFindsARequestOfAKeyWithoutReadingItsJournal(t *testing.T) { //nolint:paralleltest // counts the allocations of the process
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	for range 1_000 {
		direct(t, mock, goodKey, valid)
	}
	allocations := testing.AllocsPerRun(5, func() {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/_mock/requests/req_500?key="+goodKey, http.NoBody)
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, request)
		assert.Equal(t, http.StatusOK, recorder.Code)
	})
	assert.Less(t, allocations, 1_000.0)
}
