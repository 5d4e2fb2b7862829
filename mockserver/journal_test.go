package mockserver_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// direct hands a request to a server without a connection. It is quicker, for tests of many requests.
func direct(t testing.TB, mock http.Handler, key, body string) {
	t.Helper()
	request := httptest.NewRequestWithContext(context.Background(), http.MethodPost, judge.Contract().BasePaths()[0]+"/customers", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, key)
	mock.ServeHTTP(unread{http.Header{}}, request)
}

// unread is an answer that nobody keeps: what a recorder would allocate for it is not the mock's.
type unread struct{ header http.Header }

func (u unread) Header() http.Header         { return u.header }
func (u unread) WriteHeader(int)             {}
func (u unread) Write(p []byte) (int, error) { return len(p), nil }

func TestJournalTellsWhatArrivedAndWhatWasAnswered(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }))
	mock.Advance(time.Minute)
	got := create(t, mock, valid, keyHeader, "bbb_test_0123456789abcdef", "Cookie", "session=secret", "X-Note", "kept")

	entries := mock.Requests()
	require.Len(t, entries, 1)
	entry := entries[0]
	assert.Equal(t, "req_1", entry.ID)
	assert.Equal(t, now.Add(time.Minute), entry.Time)
	assert.Zero(t, entry.Duration)
	assert.Equal(t, "bbb_test_…cdef", entry.Key)
	assert.Equal(t, "createCustomer", entry.Operation)
	assert.Equal(t, http.MethodPost, entry.Method)
	assert.Equal(t, "/customer/open/v1/customers", entry.Target)
	assert.Equal(t, root(t, mock).Host, entry.Host)
	assert.Equal(t, "bbb_test_…cdef", entry.Header.Get(keyHeader))
	assert.Equal(t, "…", entry.Header.Get("Cookie"))
	assert.Equal(t, "kept", entry.Header.Get("X-Note"))
	assert.True(t, bytes.Equal([]byte(valid), entry.Body), "%s", entry.Body)
	assert.Equal(t, len(valid), entry.BodySize)
	assert.Equal(t, http.StatusCreated, entry.Status)
	assert.Equal(t, got.body, string(entry.ResponseBody))
	assert.Equal(t, len(got.body), entry.ResponseBodySize)
	assert.Equal(t, got.header.Get("RateLimit-Remaining"), entry.ResponseHeader.Get("RateLimit-Remaining"))
	assert.Equal(t, strconv.Itoa(len(got.body)), entry.ResponseHeader.Get("Content-Length"))
	assert.Equal(t, got.customer().ID, entry.Customer)
	assert.Empty(t, entry.Violations)
	assert.Empty(t, entry.DuplicateOf)
	assert.Nil(t, entry.Fault)
	assert.Empty(t, entry.Preference+entry.Trigger)
}

func TestJournalNamesEveryViolation(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	create(t, mock, `{"email":"plain","addresses":[{"city":"Bandung"}]}`)
	entry := mock.Requests()[0]
	require.Len(t, entry.Violations, 2)
	assert.ElementsMatch(t, []string{"/email", "/addresses/0/address1"}, []string{entry.Violations[0].Pointer, entry.Violations[1].Pointer})
	assert.Empty(t, entry.Customer)
}

func TestJournalHasRequestsThatMeanNoOperation(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	call(t, http.MethodDelete, root(t, mock).String()+"/nothing?a=b", "", keyHeader, "")
	entry := mock.Requests()[0]
	assert.Empty(t, entry.Operation)
	assert.Empty(t, entry.Key)
	assert.Equal(t, "/nothing?a=b", entry.Target)
	assert.Equal(t, http.StatusNotFound, entry.Status)
}

func TestAnEntryIsTheReadersOwn(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 400, Key: goodKey})
	create(t, mock, `{"email":"plain"}`)
	first := mock.Requests()[0]
	first.Header.Set("Content-Type", "changed")
	first.ResponseHeader.Set("Content-Type", "changed")
	first.Body[0], first.ResponseBody[0] = 'x', 'x'
	first.Violations[0].Path = "changed"
	first.Fault.Status = 1
	second := mock.Requests()[0]
	assert.Equal(t, "application/json", second.Header.Get("Content-Type"))
	assert.Equal(t, "application/json", second.ResponseHeader.Get("Content-Type"))
	assert.Equal(t, "{{", string([]byte{second.Body[0], second.ResponseBody[0]}))
	assert.Equal(t, "email", second.Violations[0].Path)
	assert.Equal(t, 400, second.Fault.Status)
	assert.Equal(t, "bbb_test_…", second.Fault.Key)
}

func TestWhoeverHasTheAnswerFindsTheEntry(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	var calls sync.WaitGroup
	for i := range 50 {
		calls.Go(func() {
			key := "bbb_test_" + strconv.Itoa(i)
			got := tried(t, mock, valid, keyHeader, key)
			entries := mock.Requests(journal.Filter{Key: key})
			if assert.Len(t, entries, 1) {
				assert.Equal(t, got.customer().ID, entries[0].Customer)
			}
		})
	}
	calls.Wait()
}

func TestFiltersOfTheJournal(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { mu.Lock(); defer mu.Unlock(); return now }))
	create(t, mock, valid, keyHeader, "bbb_test_one")                                 // req_1
	create(t, mock, valid, keyHeader, "bbb_test_two")                                 // req_2
	create(t, mock, `{}`, keyHeader, "bbb_test_two")                                  // req_3
	mock.Advance(time.Second)                                                         //
	create(t, mock, valid, keyHeader, "bbb_test_one")                                 // req_4
	call(t, http.MethodGet, mock.URL+"/customers?a=b", "", keyHeader, "bbb_test_one") // req_5
	for _, test := range []struct {
		name    string
		filters []journal.Filter
		ids     string
	}{
		{"none", nil, "req_1 req_2 req_3 req_4 req_5"},
		{"open", []journal.Filter{{}}, "req_1 req_2 req_3 req_4 req_5"},
		{"key", []journal.Filter{{Key: "bbb_test_two"}}, "req_2 req_3"},
		{"no such key", []journal.Filter{{Key: "bbb_test_"}}, ""},
		{"method", []journal.Filter{{Method: "GET"}}, "req_5"},
		{"path without the query", []journal.Filter{{Path: "/customer/open/v1/customers", Method: "GET"}}, "req_5"},
		{"other path", []journal.Filter{{Path: "/customers"}}, ""},
		{"status", []journal.Filter{{Status: 201}}, "req_1 req_2 req_4"},
		{"since", []journal.Filter{{Since: now.Add(time.Second)}}, "req_4 req_5"},
		{"since later", []journal.Filter{{Since: now.Add(time.Second + 1)}}, ""},
		{"unanswered", []journal.Filter{{Unanswered: true}}, ""},
		{"violating", []journal.Filter{{Violating: true}}, "req_3 req_5"},
		{"duplicates", []journal.Filter{{Duplicates: true}}, "req_4"},
		{"limit gives the newest", []journal.Filter{{Limit: 2}}, "req_4 req_5"},
		{"every filter must let it pass", []journal.Filter{{Key: "bbb_test_one"}, {Status: 201, Limit: 5}, {Limit: 1}}, "req_4"},
	} {
		var ids []string
		for _, entry := range mock.Requests(test.filters...) {
			ids = append(ids, entry.ID)
		}
		assert.Equal(t, test.ids, strings.Join(ids, " "), test.name)
	}
}

func TestRequestByID(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	create(t, mock, valid)
	create(t, mock, `{}`)
	entry, ok := mock.Request("req_2")
	require.True(t, ok)
	assert.Equal(t, "{}", string(entry.Body))
	for _, id := range []string{"", "req_", "req_3", "req_0", "req_02", "req_+2", "2", "req_99999999999999999999"} {
		_, ok := mock.Request(id)
		assert.False(t, ok, id)
	}
}

func TestForgetRequests(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, key := range []string{"bbb_test_one", "bbb_test_two", "bbb_test_one", "bbb_test_three"} {
		create(t, mock, valid, keyHeader, key)
	}
	mock.ForgetRequests("bbb_test_one")
	mock.ForgetRequests("bbb_test_nobody")
	assert.Len(t, mock.Requests(), 2)
	assert.Empty(t, mock.Requests(journal.Filter{Key: "bbb_test_one"}))
	mock.ForgetRequests("")
	assert.Empty(t, mock.Requests())
	create(t, mock, valid)
	assert.Equal(t, "req_5", mock.Requests()[0].ID, "an id never means another request")
}

func TestDoubleSubmits(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }))
	other := `{"email":"budi@example.com"}`
	for _, step := range []struct {
		name, key, body string
		later           time.Duration
		duplicateOf     string
	}{
		{"first", "bbb_test_one", valid, 0, ""},
		{"again", "bbb_test_one", valid, 0, "req_1"},
		{"another body", "bbb_test_one", other, 0, ""},
		{"another key", "bbb_test_two", valid, 0, ""},
		{"just in time, of the last one", "bbb_test_one", valid, journal.DoubleSubmitWindow - 1, "req_2"},
		{"too late", "bbb_test_one", valid, journal.DoubleSubmitWindow, ""},
		{"no key", "", valid, 0, ""},
		{"no key again: nobody knows whether it is the same caller", "", valid, 0, ""},
		{"no body", "bbb_test_one", "", 0, ""},
		{"no body again", "bbb_test_one", "", 0, ""},
	} {
		mock.Advance(step.later)
		create(t, mock, step.body, keyHeader, step.key)
		assert.Equal(t, step.duplicateOf, mock.Requests(journal.Filter{Limit: 1})[0].DuplicateOf, step.name)
	}
}

func TestARetryAfterALostAnswerIsADoubleSubmit(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 502, Store: true, Times: 1})
	tried(t, mock, valid)
	tried(t, mock, valid)
	duplicates := mock.Requests(journal.Filter{Duplicates: true})
	require.Len(t, duplicates, 1)
	first, ok := mock.Request(duplicates[0].DuplicateOf)
	require.True(t, ok)
	assert.NotEqual(t, first.Customer, duplicates[0].Customer, "the customer is there twice")
}

func TestRequestsWithoutAnAnswerAreFound(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	create(t, mock, valid)
	add(t, mock, fault.Fault{Connection: fault.EmptyResponse, Store: true, Times: 1})
	_, err := try(t, mock, valid)
	require.Error(t, err)
	found := mock.Requests(journal.Filter{Unanswered: true})
	require.Len(t, found, 1)
	assert.NotEmpty(t, found[0].Customer, "created, and the answer lost")
	assert.Empty(t, mock.Requests(journal.Filter{Unanswered: true, Status: 201}))
}

func TestJSONLogsSayTheirUnit(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(1500 * time.Microsecond); return now }
	mock, err := mockserver.New(mockserver.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))), mockserver.WithClock(clock))
	require.NoError(t, err)
	direct(t, mock, "", "")
	assert.Contains(t, log.String(), `"duration_ms":1.5`)
}

func TestJournalCutsWhatIsLong(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	long := `{"email":"siti@example.com","firstName":"` + strings.Repeat("x", 200_000) + `"}`
	create(t, mock, long)
	create(t, mock, long)
	entries := mock.Requests()
	assert.Equal(t, long[:64<<10], string(entries[0].Body))
	assert.Equal(t, len(long), entries[0].BodySize)
	assert.Len(t, entries[0].ResponseBody, 64<<10)
	assert.Greater(t, entries[0].ResponseBodySize, len(long))
	assert.Equal(t, "req_1", entries[1].DuplicateOf)
	create(t, mock, long[:len(long)-3]+`y"}`)
	assert.Empty(t, mock.Requests(journal.Filter{Limit: 1})[0].DuplicateOf, "bodies are compared to their end")

	create(t, mock, `{"email":"siti@example.com","tags":[`+strings.Repeat("1,", 500)+`1]}`)
	last := mock.Requests(journal.Filter{Limit: 1})[0]
	assert.Len(t, last.Violations, 100)
	assert.Equal(t, 401, last.MoreViolations)
}

func TestJournalCutsViolationsThatAreLong(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithStrict())
	body := `{"email":"siti@example.com"`
	for i := range 80 {
		body += `,"` + strconv.Itoa(i) + strings.Repeat("n", 900) + `":1`
	}
	create(t, mock, body+`}`)
	entry := mock.Requests()[0]
	assert.InDelta(t, 58, len(entry.Violations), 3, "64 KiB of them")
	assert.Equal(t, 80-len(entry.Violations), entry.MoreViolations)
}

func TestJournalStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	for i := range 1100 {
		direct(t, mock, "bbb_test_one", `{"email":"`+strconv.Itoa(i)+`"}`)
	}
	entries := mock.Requests(journal.Filter{Key: "bbb_test_one"})
	require.Equal(t, 1000, len(entries), "1,000 entries of a key") //nolint:testifylint // Len would print them all
	assert.Equal(t, "req_101", entries[0].ID, "the oldest went first")
	assert.Equal(t, "req_1100", entries[999].ID)

	large := strings.Repeat(" ", 60<<10)
	for range 150 {
		direct(t, mock, "bbb_test_large", large)
	}
	share := mock.Requests(journal.Filter{Key: "bbb_test_large"})
	assert.InDelta(t, (8<<20)/(61<<10), len(share), 5, "8 MiB of a key")
	for key := range 5 {
		for range 150 {
			direct(t, mock, "bbb_test_"+strconv.Itoa(key), large)
		}
	}
	held := 0
	for _, entry := range mock.Requests() {
		held += len(entry.Body) + len(entry.ResponseBody)
	}
	assert.LessOrEqual(t, held, 32<<20, "32 MiB of all keys")
	assert.Greater(t, held, 28<<20)
	assert.Empty(t, mock.Requests(journal.Filter{Key: "bbb_test_one"}), "the oldest of all went first")
}

func TestADayOfTrafficLeaksNothing(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	begin := now
	mock, err := mockserver.New(mockserver.WithClock(func() time.Time { return now }), mockserver.WithMaxCustomers(500))
	require.NoError(t, err)
	_, err = mock.AddFault(fault.Fault{Status: 503, Probability: 0.01})
	require.NoError(t, err)
	for ; now.Before(begin.Add(24 * time.Hour)); now = now.Add(4 * time.Second) {
		n := int(now.Sub(begin) / time.Second)
		direct(t, mock, fmt.Sprintf("bbb_test_%d", n%40_000/4), fmt.Sprintf(`{"email":"c%d@example.com"}`, n))
		if n%40 == 0 {
			direct(t, mock, fmt.Sprintf("bad%d", n), `{`)
		}
	}
	entries := mock.Requests()
	assert.Less(t, len(entries), 20_000, "32 MiB of them")
	assert.Greater(t, len(entries), 15_000)
	assert.Len(t, mock.Customers(""), 500)
	assert.True(t, entries[0].Time.After(begin))
	assert.Len(t, mock.Faults(""), 1)
}

func TestTheJournalIsReadWhileItIsWritten(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	add(t, mock, fault.Fault{Delay: fault.Delay{Upper: time.Millisecond}, Drip: fault.Drip{Chunks: 2}, Probability: 0.5})
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() {
			for range 10 {
				tried(t, mock, valid)
			}
		})
		calls.Go(func() {
			for range 10 {
				for _, entry := range mock.Requests() {
					_ = entry.Curl() + entry.GoTest() + entry.String()
				}
			}
			mock.ForgetRequests(mock.Key)
		})
	}
	calls.Wait()
}

func TestALineARequest(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	mock := mockserver.Start(t, mockserver.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	fault := add(t, mock, fault.Fault{Status: 503, Times: 1})
	create(t, mock, valid, keyHeader, "bbb_test_0123456789abcdef")
	assert.Contains(t, log.String(), `msg=request id=req_1 operation=createCustomer status=503 duration_ms=`)
	assert.Contains(t, log.String(), `key=bbb_test_…cdef fault=`+fault.ID)
	log.Reset()
	call(t, http.MethodGet, root(t, mock).String()+"/"+strings.Repeat("customers/", 100)+strings.Repeat("a", 1000)+"?email=siti@example.com", "", keyHeader, "")
	assert.Contains(t, log.String(), `operation="" status=404`)
	assert.Contains(t, log.String(), `method=GET path=/customers/customers/`)
	assert.Less(t, log.Len(), 400)
	log.Reset()
	create(t, mock, `{"email":"siti@example"}`)
	create(t, mock, valid)
	assert.Equal(t, 2, strings.Count(log.String(), "\n"))
	assert.NotContains(t, log.String(), "siti")
	assert.NotContains(t, log.String(), "0123456789")
}
