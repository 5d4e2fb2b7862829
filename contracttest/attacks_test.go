package contracttest_test

import (
	"bytes"
	"cmp"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// findingsAt are the findings of a run against a wrong server that does not say that it is the mock.
func findingsAt(t *testing.T, wrong func(x *exchange), config contracttest.Config) map[string]result.Severity {
	t.Helper()
	config.URL, config.APIKey = testURL, testKey
	config.HTTPClient = client(wrongServer{live: true, after: wrong}.inFrontOf(newRightServer()))
	outcome, err := contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	found := map[string]result.Severity{}
	for _, f := range outcome.Findings {
		for _, v := range f.Variants {
			found[string(f.Check)+" "+v.Place] = f.Severity
		}
	}
	return found
}

// TestAnotherMediaTypeHidesNothing has answers of text/plain whose times are numbers.
func TestAnotherMediaTypeHidesNothing(t *testing.T) {
	t.Parallel()
	number := inCustomer(func(customer map[string]any) { customer["createdAt"] = 5 })
	found := findingsAt(t, func(x *exchange) {
		number(x)
		x.header.Set("Content-Type", "text/plain")
	}, contracttest.Config{MaxRequests: 20})
	assert.Equal(t, result.Error, found["content_type header Content-Type"])
	assert.Equal(t, result.Error, found["response_schema data.createdAt"])
}

// TestADeepAnswerCostsLittle nests an answer as deep as a reader of JSON allows.
func TestADeepAnswerCostsLittle(t *testing.T) {
	deep := `,"deep":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}}`
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	findingsAt(t, onStatus(http.StatusCreated, func(x *exchange) {
		x.answer = append(bytes.TrimSuffix(bytes.TrimSpace(x.answer), []byte("}}")), deep...)
	}), contracttest.Config{MaxRequests: 8, Checks: []result.Check{result.IDUnique, result.Echo}})
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<30), "bytes allocated by eight requests")
}

// TestTimesAndLimitsThatCannotBe breaks what no clock and no limit explains.
func TestTimesAndLimitsThatCannotBe(t *testing.T) {
	t.Parallel()
	found := findingsAt(t, inCustomer(func(customer map[string]any) { customer["updatedAt"] = "2001-02-03T04:05:06.789Z" }), contracttest.Config{MaxRequests: 10})
	assert.Equal(t, result.Error, found["timestamps data.updatedAt"])
	found = findingsAt(t, func(x *exchange) {
		for _, name := range rateHeaders {
			x.header.Set(name, "0")
		}
	}, contracttest.Config{MaxRequests: 10})
	assert.Equal(t, result.Error, found["ratelimit_values header RateLimit-Limit"])
	found = findingsAt(t, inCustomer(func(customer map[string]any) { customer["id"] = text(customer["id"]) + "\n" }), contracttest.Config{MaxRequests: 10})
	assert.Equal(t, result.Warning, found["id_unique data.id"], "that ids have no white space is assumed")
}

// codeOf is the error code that the contract shows a status with; empty where it shows none.
func codeOf(status int) string {
	response := judge.Contract().Operation(gen.OperationCreateCustomer).Spec.Responses.Status(status)
	if response == nil {
		return ""
	}
	for _, example := range response.Value.Content["application/json"].Examples {
		envelope, _ := example.Value.Value.(map[string]any)
		inner, _ := envelope["error"].(map[string]any)
		return text(inner["code"])
	}
	return ""
}

// unique is a right server that has each email address and phone number once, and says 409 of the second.
func unique() http.Handler {
	right, known := newRightServer(), map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		sent := object(body)
		contact := text(sent["email"]) + " " + text(sent["phoneNumber"])
		if len(sent) > 0 && r.Header.Get(gen.KeyHeader) == testKey && known[contact] && checkCustomer(sent) == nil {
			always(http.StatusConflict, cmp.Or(codeOf(http.StatusConflict), "VALIDATION_ERROR")).ServeHTTP(w, r)
			return
		}
		known[contact] = true
		right.ServeHTTP(w, r)
	})
}

// TestCustomersOfAnEarlierRunAreNoError runs twice against a server that knows what it has.
func TestCustomersOfAnEarlierRunAreNoError(t *testing.T) {
	t.Parallel()
	config := contracttest.Config{URL: testURL, APIKey: testKey, HTTPClient: client(unique()), MaxRequests: 40}
	outcome, err := contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	assert.Empty(t, outcome.Open(result.Error))
	assert.Positive(t, outcome.Count(result.Warning), "the same customer twice is a conflict here")
	_, err = contracttest.Run(t.Context(), config)
	require.ErrorIs(t, err, result.ErrNothingJudged)
	assert.ErrorContains(t, err, "--seed")
	config.Seed = 7
	outcome, err = contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	assert.Empty(t, outcome.Open(result.Error))
}

// TestABaselineDoesNotHideALoss has a property that is left out at times, and then always.
func TestABaselineDoesNotHideALoss(t *testing.T) {
	t.Parallel()
	run := func(when func(turn int64) bool, baseline *result.Baseline) result.Report {
		wrong := wrongServer{live: true, after: func(x *exchange) {
			if when(x.turn) {
				inCustomer(func(customer map[string]any) { delete(customer, "imageUrl") })(x)
			}
		}}
		outcome, err := contracttest.Run(t.Context(), contracttest.Config{
			URL: testURL, APIKey: testKey, MaxRequests: 30, HTTPClient: client(wrong.inFrontOf(newRightServer())), Baseline: baseline,
		})
		require.NoError(t, err)
		return outcome
	}
	sometimes := run(func(turn int64) bool { return turn%3 == 0 }, nil)
	require.Empty(t, sometimes.Open(result.Error))
	require.Positive(t, sometimes.Count(result.Warning))
	var known bytes.Buffer
	require.NoError(t, report.JSON(&known, sometimes))
	baseline, err := result.ReadBaseline(&known)
	require.NoError(t, err)
	assert.NotEmpty(t, run(func(int64) bool { return true }, baseline).Open(result.Error))
}

// TestTrafficTellsALossFromWhatWasLeftOut has a property that never comes back, and then does once.
func TestTrafficTellsALossFromWhatWasLeftOut(t *testing.T) {
	t.Parallel()
	lose := true
	loses := wrongServer{live: true, after: inCustomer(func(customer map[string]any) {
		if lose {
			delete(customer, "lastName")
		}
	})}
	watched := traffic.Transport(inProcess{loses.inFrontOf(newRightServer())})
	create := func() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, testURL+gen.BasePath+"/customers",
			strings.NewReader(`{"email":"a@example.com","lastName":"Rahma"}`))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set(gen.KeyHeader, testKey)
		answer, err := (&http.Client{Transport: watched}).Do(r)
		require.NoError(t, err)
		_ = answer.Body.Close()
	}
	create()
	require.ErrorContains(t, watched.Err(), "data.lastName")
	lose = false
	create()
	require.NoError(t, watched.Err(), "it may have been left out")
	require.NotEmpty(t, watched.Findings())
	assert.Contains(t, watched.Findings()[0].Message, "data.lastName")
}

// TestContractsThatNoBodyFits have a schema within itself, and a body that is not JSON.
func TestContractsThatNoBodyFits(t *testing.T) {
	t.Parallel()
	within := thingsWith(t, "things", "", "", `, "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
		"parent": {"$ref": "#/components/schemas/Thing"}`)
	plan, err := contracttest.Plan(contracttest.Config{URL: testURL, Judge: within})
	require.NoError(t, err)
	assert.NotEmpty(t, plan)
	form := strings.Replace(things, "application/json", "application/x-www-form-urlencoded", 1)
	_, err = contracttest.Plan(contracttest.Config{URL: testURL, Judge: judgeOf(t, form)})
	assert.ErrorContains(t, err, "takes a body of application/x-www-form-urlencoded, and the suite sends JSON")
}
