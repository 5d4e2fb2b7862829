package mockserver_test

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

func TestFaultAnswersADocumentedStatus(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, test := range []struct {
		status  int
		example string
		code    gen.ErrorCode
	}{
		{400, "", gen.CodeValidationError},
		{400, "missingCompanyId", gen.CodeMissingCompanyID},
		{401, "", gen.CodeMissingAPIKey},
		{403, "ipNotAllowed", gen.CodeIPNotAllowed},
		{404, "", gen.CodeNotFound},
		{429, "", gen.CodeRateLimitExceeded},
		{503, "serviceUnavailable", gen.CodeServiceUnavailable},
	} {
		fault := add(t, mock, fault.Fault{Status: test.status, Example: test.example, Times: 1})
		got := create(t, mock, valid)
		assert.Equal(t, test.status, got.status)
		assert.Equal(t, test.code, got.code())
		entry := mock.Requests(journal.Filter{Limit: 1})[0]
		require.NotNil(t, entry.Fault)
		assert.Equal(t, fault.ID, entry.Fault.ID)
		assert.Equal(t, test.status, entry.Status)
	}
	assert.Empty(t, mock.Customers(""))
	assert.Equal(t, http.StatusCreated, create(t, mock, valid).status, "they are used up")
	assert.Empty(t, mock.Faults(""))
}

func TestFaultAnswersAsAProxy(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for i, status := range []int{500, 502, 504} {
		add(t, mock, fault.Fault{Status: status, Store: i > 0, Times: 1})
		got := tried(t, mock, valid)
		assert.Equal(t, status, got.status)
		assert.Equal(t, "text/html; charset=utf-8", got.header.Get("Content-Type"))
		assert.Contains(t, got.body, "<h1>"+strconv.Itoa(status)+" "+http.StatusText(status)+"</h1>")
		assert.Empty(t, got.header.Get("RateLimit-Limit"), "a proxy does not know it")
	}
	assert.Len(t, mock.Customers(""), 2)
}

func TestAFaultOutsideTheContractIsNoBugOfTheMock(t *testing.T) {
	t.Parallel()
	var log logLines // the end of a connection does not synchronize, as its bytes do
	mock := mockserver.Start(t, log.option())
	add(t, mock, fault.Fault{Status: 502, Times: 1})
	add(t, mock, fault.Fault{Connection: fault.EmptyResponse, Times: 1})
	tried(t, mock, valid)
	_, err := try(t, mock, valid)
	require.Error(t, err)
	assert.Len(t, log.with("msg=request"), 2)
	assert.Len(t, log.with(""), 2)
}

func TestFaultStoresTheCustomerBeforeItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, status := range []int{502, 503, 429} {
		mock := mockserver.Start(t)
		add(t, mock, fault.Fault{Status: status, Store: true})
		assert.Equal(t, status, tried(t, mock, valid).status)
		stored := mock.Customers(mock.Key)
		require.Len(t, stored, 1)
		assert.Equal(t, stored[0].ID, mock.Requests()[0].Customer)

		assert.Equal(t, status, tried(t, mock, `{}`).status)
		assert.Len(t, mock.Customers(mock.Key), 1, "an invalid request stores nothing")
		assert.Empty(t, mock.Requests()[1].Customer)
		assert.NotEmpty(t, mock.Requests()[1].Violations)
	}
}

func TestFaultOfAnExchangeThatIsNotCarriedOutTellsWhatWasWrongWithIt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 503})
	create(t, mock, `{"email":5}`)
	assert.Contains(t, mock.Requests()[0].Violations.String(), "email: must be a string")
}

func TestFaultHitsExactlyTheNextCalls(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	add(t, mock, fault.Fault{Status: 503, Times: 3})
	var hit, created atomic.Int32
	var calls sync.WaitGroup
	for range 200 {
		calls.Go(func() {
			switch got := tried(t, mock, valid); got.status {
			case 503:
				hit.Add(1)
			case 201:
				created.Add(1)
			}
		})
	}
	calls.Wait()
	assert.EqualValues(t, 3, hit.Load())
	assert.EqualValues(t, 197, created.Load())
	assert.Len(t, mock.Customers(mock.Key), 197)
	assert.Len(t, mock.Requests(journal.Filter{Status: 503}), 3)
}

func TestFaultWithAProbabilityRepeatsExactly(t *testing.T) {
	t.Parallel()
	pattern := func(seed uint64) (hits string) {
		mock := mockserver.Start(t, mockserver.WithRateLimit(0))
		add(t, mock, fault.Fault{Status: 503, Probability: 0.3, Seed: seed})
		for range 100 {
			if create(t, mock, valid).status == 503 {
				hits += "x"
			} else {
				hits += "-"
			}
		}
		return hits
	}
	first := pattern(1)
	assert.Equal(t, first, pattern(1))
	assert.NotEqual(t, first, pattern(2))
	assert.Contains(t, first, "x")
	assert.Contains(t, first, "-")
}

func TestFaultWithAProbabilityEndsAfterItsTimes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	add(t, mock, fault.Fault{Status: 503, Probability: 0.5, Times: 4})
	for range 60 {
		create(t, mock, valid)
	}
	assert.Len(t, mock.Requests(journal.Filter{Status: 503}), 4)
	assert.Empty(t, mock.Faults(""))
}

func TestFaultsComeInTheOrderInWhichTheyWereSet(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 503, Times: 2})
	add(t, mock, fault.Fault{Status: 429, Times: 1})
	var statuses []int
	for range 4 {
		statuses = append(statuses, create(t, mock, valid).status)
	}
	assert.Equal(t, []int{503, 503, 429, 201}, statuses)
}

func TestFaultOfOneKeyLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	set := add(t, mock, fault.Fault{Key: "bbb_test_one", Status: 503})
	add(t, mock, fault.Fault{Key: "bbb_test_two", Status: 404})
	assert.Equal(t, 201, create(t, mock, valid).status)
	assert.Equal(t, 503, create(t, mock, valid, keyHeader, "bbb_test_one").status)
	assert.Equal(t, 404, create(t, mock, valid, keyHeader, "bbb_test_two").status)

	listed := mock.Faults("bbb_test_one")
	require.Len(t, listed, 1)
	assert.Equal(t, set.ID, listed[0].ID)
	assert.Equal(t, 1, listed[0].Hits)
	assert.Len(t, mock.Faults(""), 2)

	mock.ClearFaults("bbb_test_one")
	assert.Empty(t, mock.Faults("bbb_test_one"))
	assert.Equal(t, 201, create(t, mock, valid, keyHeader, "bbb_test_one").status)
	assert.Equal(t, 404, create(t, mock, valid, keyHeader, "bbb_test_two").status)
	mock.ClearFaults("")
	assert.Equal(t, 201, create(t, mock, valid, keyHeader, "bbb_test_two").status)
}

func TestFaultCountsCallsOfAnOperationOnly(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 503, Times: 1})
	assert.Equal(t, 404, call(t, http.MethodGet, root(t, mock).String()+"/nowhere", "").status)
	assert.Equal(t, 405, call(t, http.MethodGet, mock.URL+"/customers", "").status)
	assert.Equal(t, 429, create(t, mock, valid, "Prefer", "code=429").status, "what is preferred is another call's")
	assert.Equal(t, 503, create(t, mock, valid).status)
	assert.Equal(t, 201, create(t, mock, valid).status)
}

func TestFaultCanHitACallWithoutAKey(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, fault.Fault{Status: 503})
	assert.Equal(t, 503, create(t, mock, valid, keyHeader, "").status)
}

func TestFaultThatCannotBePlayedIsRefused(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, test := range []struct {
		fault   fault.Fault
		message string
	}{
		{fault.Fault{}, "must have a status, a delay, a drip or a connection fault"},
		{fault.Fault{Store: true, Times: 3}, "must have a status"},
		{fault.Fault{Status: 418}, "the contract has no status 418; it has " + example.All().String()},
		{fault.Fault{Status: -1}, "the contract has no status -1"},
		{fault.Fault{Status: 400, Example: "notFound"}, `the contract has no example "notFound" for status 400`},
		{fault.Fault{Status: 502, Example: "notFound"}, "status 502 is not in the contract and has no examples"},
		{fault.Fault{Connection: "EMPTY_RESPONSE", Example: "notFound"}, `example "notFound" needs the status`},
		{fault.Fault{Status: 400, Times: -1}, "times must not be negative, got -1"},
		{fault.Fault{Status: 400, Probability: 1.5}, "probability must be more than 0 and at most 1, got 1.5"},
		{fault.Fault{Status: 400, Probability: math.NaN()}, "probability must be"},
		{fault.Fault{Connection: "CRASH"}, `connection must be one of CONNECTION_RESET_BY_PEER, RESET_IN_RESPONSE_BODY, EMPTY_RESPONSE, MALFORMED_RESPONSE_CHUNK, RANDOM_DATA_THEN_CLOSE, NO_RESPONSE, got "CRASH"`},
		{fault.Fault{Connection: "EMPTY_RESPONSE", Drip: fault.Drip{Chunks: 2}}, "not both"},
		{fault.Fault{Drip: fault.Drip{Over: time.Second}}, "drip must have from 1 to 1000 chunks"},
		{fault.Fault{Drip: fault.Drip{Chunks: 2, Over: 2 * time.Hour}}, "over at most 1h0m0s"},
		{fault.Fault{Delay: fault.Delay{Fixed: -1}}, "delay must be from 0 to 1h0m0s"},
		{fault.Fault{Delay: fault.Delay{Fixed: 1, Upper: 2}}, "not several of them"},
		{fault.Fault{Delay: fault.Delay{Lower: 2, Upper: 1}}, "0 ≤ lower ≤ upper ≤ 1h0m0s, got lower 2ns and upper 1ns"},
		{fault.Fault{Delay: fault.Delay{Median: 2 * time.Hour}}, "a median above 0 and up to 1h0m0s"},
		{fault.Fault{Delay: fault.Delay{Sigma: 0.1}}, "a median above 0"},
		{fault.Fault{Delay: fault.Delay{Median: 1, Sigma: math.Inf(1)}}, "a sigma from 0 to 10"},
		{fault.Fault{Status: 400, Key: goodKey + strings.Repeat("x", 256)}, "key must be an API key, bbb_test_ or bbb_live_ and up to 256 printable ASCII characters in all, or empty for every call; got bbb_test_…"},
		{fault.Fault{Status: 400, Key: "test_good"}, "key must be an API key"},
	} {
		_, err := mock.AddFault(test.fault)
		assert.ErrorContains(t, err, test.message)
	}
	assert.Empty(t, mock.Faults(""))
	for range 1000 {
		add(t, mock, fault.Fault{Status: 503, Times: 1})
	}
	_, err := mock.AddFault(fault.Fault{Status: 503})
	assert.ErrorContains(t, err, "at most 1000 can be set at once")
}
