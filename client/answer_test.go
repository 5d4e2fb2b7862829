package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Every documented error arrives as status, code, message and sentinel, and as no other sentinel.
func TestDocumentedErrors(t *testing.T) {
	t.Parallel()
	documented := []struct {
		status   int
		code     gen.ErrorCode
		sentinel error
	}{
		{400, gen.CodeValidationError, client.ErrValidation},
		{400, gen.CodeMissingCompanyID, client.ErrMissingCompanyID},
		{401, gen.CodeMissingAPIKey, client.ErrMissingAPIKey},
		{401, gen.CodeInvalidAPIKey, client.ErrInvalidAPIKey},
		{403, gen.CodeInsufficientScope, client.ErrInsufficientScope},
		{403, gen.CodeIPNotAllowed, client.ErrIPNotAllowed},
		{404, gen.CodeNotFound, client.ErrNotFound},
		{429, gen.CodeRateLimitExceeded, client.ErrRateLimitExceeded},
		{503, gen.CodeServiceUnavailable, client.ErrServiceUnavailable},
	}
	for _, tc := range documented {
		t.Run(string(tc.code), func(t *testing.T) {
			t.Parallel()
			body := envelope(string(tc.code))
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, tc.status, body) })
			_, err := c.CreateCustomer(t.Context(), jane())
			e, isError := errors.AsType[*client.Error](err)
			require.True(t, isError)
			assert.Equal(t, tc.status, e.StatusCode)
			assert.Equal(t, tc.code, e.Code)
			assert.Equal(t, "about jane.doe@private.example", e.Message)
			assert.Equal(t, &client.RateLimit{Limit: 100, Remaining: 99, Reset: 42e9}, e.RateLimit)
			assert.Equal(t, 1, e.Attempts)
			assert.Equal(t, body, string(e.Body))
			for _, other := range documented {
				assert.Equal(t, other.code == tc.code, errors.Is(err, other.sentinel), "errors.Is %v", other.sentinel)
			}
			assert.NotErrorIs(t, err, client.ErrOutcomeUnknown)
			assert.ErrorContains(t, err, fmt.Sprintf("answered %d %s", tc.status, tc.code))
			assert.NotContains(t, err.Error(), "jane")
		})
	}
}

// Each code of the contract has a sentinel, which is found where an answer has the code, and no other.
func TestEveryCodeHasASentinel(t *testing.T) {
	t.Parallel()
	generated, err := os.ReadFile("../gen/api.gen.go")
	require.NoError(t, err)
	codes := regexp.MustCompile(`Code(\w+) +ErrorCode += "(\w+)"`).FindAllStringSubmatch(string(generated), -1)
	require.NotEmpty(t, codes)
	for _, code := range codes {
		sentinel := client.Sentinel(gen.ErrorCode(code[2]))
		if !assert.Error(t, sentinel, "%s has no sentinel: add to the codes in client/error.go\n\tErr%s = sentinel(gen.Code%s) // when it comes",
			code[2], code[1], code[1]) {
			continue
		}
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, envelope(code[2])) })
		_, err := c.CreateCustomer(t.Context(), jane())
		for _, other := range codes {
			if is := client.Sentinel(gen.ErrorCode(other[2])); is != nil {
				assert.Equal(t, other[2] == code[2], errors.Is(err, is), "%s: errors.Is %v", code[2], is)
			}
		}
	}
}

func TestWhatAnAnswerSettles(t *testing.T) {
	t.Parallel()
	long := created[:len(created)-1] + strings.Repeat(" ", 2000) + "}"
	for name, tc := range map[string]struct {
		answer func(http.ResponseWriter)
		say    string // what Error() says; "" for success
		known  bool   // an error that is not ErrOutcomeUnknown
	}{
		"201": {answer: ok},
		"201 with more than is known": {answer: answer(201, `{"meta":{},"data":{"loyalty":{"points":3},"id":"c",`+
			`"createdAt":"2026-11-23T08:30:00Z","updatedAt":"2026-11-23T08:30:00Z"}}`)},
		"201 of any media type":     {answer: answer(201, created, "Content-Type", "text/plain")},
		"201 cut short":             {answer: answer(201, created[:60]), say: "at byte 60", known: true},
		"201 announced longer":      {answer: cut(201, created), say: "broke off after", known: true},
		"201 with garbage after it": {answer: answer(201, created+"x"), say: "more or less than one value", known: true},
		"201 with two documents":    {answer: answer(201, created+created), say: "more or less than one value", known: true},
		"201 without a body":        {answer: answer(201, ""), say: "at byte 0"},
		"201 with null":             {answer: answer(201, `null`), say: "no data.id"},
		"201 without id": {
			answer: answer(201, `{"data":{"email":"jane.doe@private.example"}}`),
			say:    "no data.id",
		},
		"201 with an id that is null": {answer: answer(201, `{"data":{"id":null}}`), say: "no data.id"},
		"201 over the bound":          {answer: answer(201, long), say: "over the bound of 1024 bytes", known: true},
		"200":                         {answer: answer(200, created), say: "no documented answer"},
		"204":                         {answer: answer(204, ""), say: "no documented answer"},
		"301":                         {answer: answer(301, "", "Location", "/jane"), say: "redirect"},
		"304":                         {answer: answer(304, ""), say: "redirect"},
		"400 with HTML": {
			answer: answer(400, "<html>jane", "Content-Type", "text/html; charset=utf-8"),
			say:    "answered 400 with text/html, expected the vendor's error envelope",
		},
		"400 without media type": {
			answer: answer(400, "jane", "Content-Type", "jane doe"),
			say:    "no media type",
		},
		"400 cut short": {answer: cut(400, envelope("VALIDATION_ERROR")), say: "broke off after"},
		"400 without code": {
			answer: answer(400, `{"error":{"message":"m"}}`),
			say:    "no error.code and error.message",
		},
		"400 without message": {
			answer: answer(400, `{"error":{"code":"VALIDATION_ERROR"}}`),
			say:    "no error.code and error.message",
		},
		"400 with an error of its own": {answer: answer(400, `{"error":"jane"}`), say: "error has the wrong type"},
		"400 over the bound":           {answer: answer(400, long), say: "over the bound of 1024 bytes"},
		"409 with an undocumented code": {
			answer: answer(409, envelope("DUPLICATE_JANE")),
			say:    "answered 409 an undocumented code",
			known:  true,
		},
		"409 with a documented code": {
			answer: answer(409, envelope("INSUFFICIENT_SCOPE")),
			say:    "answered 409 INSUFFICIENT_SCOPE",
			known:  true,
		},
		"400 in other letters": {
			answer: answer(400, `{"ERROR":{"Code":"VALIDATION_ERROR","Message":"m"}}`),
			say:    "no error.code and error.message",
		},
		"400 with an empty code": {
			answer: answer(400, envelope("")),
			say:    "no error.code and error.message",
		},
		"400 with a message that is null": {
			answer: answer(400, `{"error":{"code":"VALIDATION_ERROR","message":null}}`),
			say:    "no error.code and error.message",
		},
		"500 with the envelope": {
			answer: answer(500, envelope("SERVICE_UNAVAILABLE")),
			say:    "answered 500 SERVICE_UNAVAILABLE",
		},
		"502": {
			answer: answer(502, "<h1>Bad Gateway</h1>", "Content-Type", "text/html"),
			say:    "answered 502 with text/html",
		},
		"503 with HTML": {
			answer: answer(503, "<h1>Sorry</h1>"),
			say:    "answered 503 with application/json, expected",
		},
		"503 with another code": {
			answer: answer(503, envelope("VALIDATION_ERROR")),
			say:    "answered 503 VALIDATION_ERROR",
		},
		"504 with the envelope": {answer: answer(504, envelope("TIMEOUT")), say: "answered 504"},
		"a connection closed": {
			answer: func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
			say:    "no answer: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { tc.answer(w) }, client.WithMaxResponse(1024))
			customer, err := c.CreateCustomer(t.Context(), jane())
			if tc.say == "" {
				require.NoError(t, err)
				assert.NotEmpty(t, customer.ID)
				return
			}
			require.ErrorContains(t, err, tc.say)
			assert.Nil(t, customer)
			assert.Equal(t, !tc.known, errors.Is(err, client.ErrOutcomeUnknown), "outcome unknown")
			assert.Equal(t, !tc.known, strings.Contains(err.Error(), "outcome unknown, the customer may exist"))
			assert.NotErrorIs(t, err, client.ErrServiceUnavailable)
			assert.NotErrorIs(t, err, client.ErrValidation)
			assert.NotContains(t, strings.ToLower(err.Error()), "jane")
			assert.NotContains(t, err.Error(), "6281234567890")
		})
	}
}

// cut announces more than it sends.
func cut(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		reply(w, status, body, "Content-Length", fmt.Sprint(len(body)+10))
	}
}

// What is null and what is absent look the same in every optional field.
func TestNullIsAbsent(t *testing.T) {
	t.Parallel()
	const times = `"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"`
	nulls := `{"data":{"id":"c","email":null,"phoneNumber":null,"firstName":null,"lastName":null,"imageUrl":null,` +
		`"tags":null,"addresses":[{"id":"a","address1":"x","firstName":null,"lastName":null,"phone":null,` +
		`"address2":null,"city":null,` +
		`"province":null,"country":null,"zip":null}],` + times + `}}`
	absent := `{"data":{"id":"c","addresses":[{"id":"a","address1":"x"}],` + times + `}}`
	var got []*client.Customer
	for _, body := range []string{nulls, absent} {
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, body) })
		customer, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		got = append(got, customer)
	}
	assert.Equal(t, got[0], got[1])
	assert.Nil(t, got[0].Tags)
	assert.Nil(t, got[0].Email)

	got = nil
	for _, body := range []string{
		`{"data":{"id":"c","tags":null,"addresses":null,` + times + `}}`, `{"data":{"id":"c",` + times + `}}`,
	} {
		c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 201, body) })
		customer, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		got = append(got, customer)
	}
	assert.Equal(t, got[0], got[1])
	assert.Nil(t, got[0].Addresses)
	assert.Nil(t, got[0].Tags)
}

func TestErrorBodyIsBounded(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 502, strings.Repeat("x", 100_000)) })
	_, err := c.CreateCustomer(t.Context(), jane())
	e, isError := errors.AsType[*client.Error](err)
	require.True(t, isError)
	assert.Equal(t, strings.Repeat("x", 4096), string(e.Body))
}

// An answer without end is read no further than to the bound.
func TestEndlessAnswer(t *testing.T) {
	t.Parallel()
	var endless zeros
	c, err := client.New(testKey, client.WithMaxResponse(1000), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}),
		client.WithMiddleware(func(http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 201, Body: io.NopCloser(&endless), Request: r}, nil
			})
		}))
	require.NoError(t, err)
	_, err = c.CreateCustomer(t.Context(), jane())
	require.ErrorIs(t, err, client.ErrOutcomeUnknown)
	require.ErrorContains(t, err, "over the bound of 1000 bytes")
	assert.LessOrEqual(t, endless.read, 1001)
}

// zeros is 1 MB of zeros, endless enough, and counts what is read of it.
type zeros struct{ read int }

func (z *zeros) Read(p []byte) (int, error) {
	if z.read >= 1_000_000 {
		return 0, io.EOF
	}
	clear(p)
	z.read += len(p)
	return len(p), nil
}

// FuzzAnswer holds the promise of the package against any answer: success has an id, every failure is an *Error, and
// only the vendor's envelope and the id of a customer settle one, and the id always does.
func FuzzAnswer(f *testing.F) {
	f.Add(201, created)
	f.Add(400, envelope("VALIDATION_ERROR"))
	f.Add(503, envelope("SERVICE_UNAVAILABLE"))
	f.Add(502, "<html>")
	f.Add(201, `{"data":{"id":""}}`)
	f.Add(201, `{"Data":{"id":"c","\u0049D":7,"x":NaN,`)
	f.Add(201, `{"data":{"id":"c","Tags":["\"]"],"addresses":[{},null]}}`)
	const bound = 64 << 10
	f.Add(201, `{"data":{"firstName":"`+strings.Repeat("x", bound)+`","id":"c"}}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 599 {
			t.Skip()
		}
		c, err := client.New(testKey, client.WithRetry(client.RetryPolicy{MaxAttempts: 1}), client.WithMaxResponse(bound),
			client.WithMiddleware(func(http.RoundTripper) http.RoundTripper { return inMemory(status, body) }))
		require.NoError(t, err)
		customer, err := c.CreateCustomer(t.Context(), jane())
		if err == nil {
			require.Equal(t, 201, status)
			require.NotEmpty(t, customer.ID)
			return
		}
		e, isError := errors.AsType[*client.Error](err)
		require.True(t, isError)
		if errors.Is(err, client.ErrUnreadableCustomer) {
			require.Equal(t, 201, status)
			require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
			return
		}
		require.Empty(t, e.CustomerID)
		var loose struct{ Data struct{ ID any } } // encoding/json takes names in any case
		whole := len(body) <= bound               // it was read to its end
		if status == 201 && whole && json.Unmarshal([]byte(body), &loose) == nil {
			require.Contains(t, []any{nil, ""}, loose.Data.ID)
		}
		settled := e.Code != "" && (status/100 == 4 || status == 503 && e.Code == gen.CodeServiceUnavailable)
		require.Equal(t, !settled, errors.Is(err, client.ErrOutcomeUnknown))
	})
}
