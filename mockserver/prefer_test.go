package mockserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func TestPreferGivesEveryExampleOfTheContract(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(1))
	examples := 0
	for status, response := range judge.Contract().Operations()[0].Spec.Responses.Map() {
		for name, example := range response.Value.Content["application/json"].Examples {
			examples++
			body := map[bool]string{true: valid, false: `{}`}[status == "201"] // an error is answered to any request
			got := create(t, mock, body, "Prefer", "code="+status+", example="+name)
			assert.Equal(t, status, strconv.Itoa(got.status), name)
			expected, err := json.Marshal(example.Value.Value)
			require.NoError(t, err)
			assert.JSONEq(t, string(expected), got.body, name)
			assert.Equal(t, "code="+status+", example="+name, got.header.Get("Preference-Applied"))
		}
	}
	assert.Greater(t, examples, 9)
	assert.Empty(t, mock.Customers(""), "also code=201 stores nothing")
	entries := mock.Requests()
	require.Len(t, entries, examples)
	assert.Contains(t, entries[0].Preference, "code=")
	for _, entry := range entries {
		assert.Equal(t, entry.Status != 201, len(entry.Violations) > 0, "the journal says what was wrong with the request all the same")
	}
	assert.Equal(t, http.StatusCreated, create(t, mock, valid).status, "the rate limit was not touched")
}

func TestPreferIsReadAsTheRFCSays(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for _, test := range []struct {
		name    string
		lines   []string
		status  int
		applied string
	}{
		{"code", []string{"code=429"}, 429, "code=429"},
		{"code of several examples", []string{"code=400"}, 400, "code=400"},
		{"example alone", []string{"example=notFound"}, 404, "example=notFound"},
		{"name in capitals", []string{"CODE=503"}, 503, "code=503"},
		{"quoted", []string{`code="503"`}, 503, "code=503"},
		{"quoted pair", []string{`code="5\03"`}, 503, "code=503"},
		{"space around the sign", []string{"code = 503"}, 503, "code=503"},
		{"several preferences", []string{"respond-async, wait=100, code=503"}, 503, "code=503"},
		{"several headers", []string{"code=400", "example=missingCompanyId"}, 400, "code=400, example=missingCompanyId"},
		{"the first of two counts", []string{"code=429, code=503"}, 429, "code=429"},
		{"the first of two headers counts", []string{"code=429", "code=503"}, 429, "code=429"},
		{"parameters", []string{`code=429; a; b="c,d;e" ;, example=rateLimitExceeded`}, 429, "code=429, example=rateLimitExceeded"},
		{"empty elements", []string{",, code=429 ,,"}, 429, "code=429"},
		{"not ours", []string{"return=minimal"}, 201, ""},
		{"ours within a value", []string{`note="code=503, code=429"`}, 201, ""},
		{"ours as a parameter", []string{`return=minimal; code=503`}, 201, ""},
		{"empty", []string{""}, 201, ""},
	} {
		var header []string
		for _, line := range test.lines {
			header = append(header, "Prefer", line)
		}
		got := tried(t, mock, valid, header...)
		assert.Equal(t, test.status, got.status, test.name)
		assert.Equal(t, test.applied, got.header.Get("Preference-Applied"), test.name)
	}
}

func TestPreferWithoutAMeaningIsRefused(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for _, test := range []struct{ name, prefer, message string }{
		{"status outside the contract", "code=418", "header Prefer: the contract has no status 418; it has 201 (created, createdWithNulls), 400 (validationError, missingCompanyId), 401 ("},
		{"example outside the contract", "example=nothing", `the contract has no example "nothing"; it has 201 (`},
		{"example of another status", "code=400, example=notFound", `the contract has no example "notFound" for status 400; it has`},
		{"no number", "code=abc", `code must be a status of the contract, got "abc"`},
		{"sign", "code=+429", `code must be a status of the contract, got "+429"`},
		{"leading zero", "code=0429", `code must be a status`},
		{"no value", "code", `code must be a status of the contract, got ""`},
		{"no example", "code=429, example", "example must name one of the contract's"},
		{"no comma", "code=429 example=x", "a comma is missing"},
		{"no end", `code="429`, "a quoted string has no end"},
		{"no end behind a backslash", `code="429\`, "a quoted string has no end"},
		{"no name", "=429", "a name is missing"},
		{"no name of a parameter", "code=429; =1", "a name is missing"},
		{"a semicolon for a comma", "code=400; example=missingCompanyId", "header Prefer: a comma must stand before example, not a semicolon: must be like"},
		{"the other way round", "Example=missingCompanyId ;a=b; Code=400", "a comma must stand before Code, not a semicolon"},
		{"too long", "a=" + strings.Repeat("b", 4096), "header Prefer: must be at most 4096 bytes"},
	} {
		got := create(t, mock, valid, "Prefer", test.prefer)
		assert.Equal(t, http.StatusBadRequest, got.status, test.name)
		assert.Equal(t, gen.CodeValidationError, got.code(), test.name)
		assert.Contains(t, got.message(), test.message, test.name)
		assert.Less(t, len(got.message()), 1000, test.name)
		assert.Empty(t, got.header.Get("Preference-Applied"), test.name)
	}
	assert.Empty(t, mock.Customers(""))
}

// A program whose body the vendor would refuse is not told that it works.
func TestPreferDoesNotMakeAnInvalidRequestASuccess(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(1))
	for _, prefer := range []string{"code=201", "code=201, example=createdWithNulls", "example=created"} {
		for body, message := range map[string]string{
			`{}`:                       "email or phoneNumber: is required",
			`{"email":"plain"}`:        `email: must be an email address, got "plain"`,
			"not JSON":                 "body: must be ",
			strings.Repeat("x", 2<<20): "body: must be at most 1048576 bytes",
		} {
			got := create(t, mock, body, "Prefer", prefer)
			assert.Equal(t, http.StatusBadRequest, got.status, "%s: %.20s", prefer, body)
			assert.Equal(t, gen.CodeValidationError, got.code())
			assert.Contains(t, got.message(), message)
			assert.Empty(t, got.header.Get("Preference-Applied"))
		}
		assert.Equal(t, http.StatusCreated, create(t, mock, valid, "Prefer", prefer).status)
	}
	assert.True(t, mock.Requests()[0].Broken())
	assert.Empty(t, mock.Requests()[0].Preference)
}

// The table of magic values names errors by their codes, and so may Prefer and a fault.
func TestAnExampleIsFoundByItsErrorCode(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for _, trigger := range mockserver.Triggers() {
		got := create(t, mock, valid, "Prefer", "example="+string(trigger.Code))
		assert.Equal(t, trigger.Status, got.status)
		assert.Equal(t, trigger.Code, got.code())
		add(t, mock, fault.Fault{Status: trigger.Status, Example: string(trigger.Code), Times: 1})
		got = create(t, mock, valid)
		assert.Equal(t, trigger.Code, got.code())
	}
	assert.Equal(t, "example=MISSING_COMPANY_ID", create(t, mock, valid, "Prefer", "example=MISSING_COMPANY_ID").header.Get("Preference-Applied"))
}

func TestPreferWorksWithoutAKey(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	assert.Equal(t, http.StatusServiceUnavailable, tried(t, mock, "not JSON", "Prefer", "code=503", keyHeader, "").status)
}

func TestPreferNeverAffectsAnotherRequest(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	var calls sync.WaitGroup
	for i := range 200 {
		calls.Go(func() {
			if i%2 == 0 {
				assert.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
				return
			}
			assert.Equal(t, http.StatusTooManyRequests, tried(t, mock, valid, "Prefer", "code=429").status)
		})
	}
	calls.Wait()
	assert.Len(t, mock.Customers(mock.Key), 100)
}

func FuzzPrefer(f *testing.F) {
	for _, seed := range []string{"code=429", `code="400", example=missingCompanyId`, "return=minimal;a=b", `a="\"",code=1`, ",;=", `x="`} {
		f.Add(seed, seed)
	}
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(f, err)
	operation := judge.Contract().Operations()[0]
	f.Fuzz(func(t *testing.T, first, second string) {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, judge.Contract().BasePaths()[0]+"/customers", strings.NewReader(valid))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set(keyHeader, "bbb_test_fuzz")
		request.Header["Prefer"] = []string{first, second}
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, request)
		assert.Empty(t, operation.Response(recorder.Code, recorder.Header(), recorder.Body.Bytes()).String())
		applied := recorder.Header().Get("Preference-Applied")
		switch {
		case recorder.Code == http.StatusCreated || recorder.Code == http.StatusBadRequest:
		case strings.HasPrefix(applied, "code="):
			assert.True(t, strings.HasPrefix(applied, "code="+strconv.Itoa(recorder.Code)), applied)
		default:
			assert.True(t, strings.HasPrefix(applied, "example="), "%d %q", recorder.Code, applied)
		}
	})
}
