package mockserver_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestWhatIsNotOneJSONValueIsRefused(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for _, tc := range []struct{ name, body, want string }{
		{"empty", ``, `body: is required`},
		{"white space", " \n", `body: must be one JSON value`},
		{"not JSON", `email=a@example.com`, `body: must be one JSON value`},
		{"truncated", `{"email":"a@example.com"`, `body: must be one JSON value`},
		{"two documents", `{"email":"a@example.com"}{"email":"a@example.com"}`, `body: must be one JSON value`},
		{"garbage after the value", `{"email":"a@example.com"} x`, `body: must be one JSON value`},
		{"a comma too many", `{"email":"a@example.com",}`, `body: must be one JSON value`},
		{"a comment", `{"email":"a@example.com"} // hello`, `body: must be one JSON value`},
		{"single quotes", `{'email':'a@example.com'}`, `body: must be one JSON value`},
		{"a byte order mark", "\ufeff" + `{"email":"a@example.com"}`, `body: must be one JSON value`},
		{"a control character in a string", "{\"email\":\"a@example.com\",\"firstName\":\"\x01\"}",
			`body: must be one JSON value`},
		{"NaN", `{"email":"a@example.com","x":NaN}`, `body: must be one JSON value`},
		{"duplicate keys", `{"email":"a@example.com","email":"b@example.com"}`, `email: must be named once`},
		{"duplicate keys, one escaped", `{"email":"a@example.com","\u0065mail":"b@example.com"}`,
			`email: must be named once`},
		{"duplicate keys inside", `{"email":"a@example.com","addresses":[{"address1":"1","address1":"2"}]}`,
			`addresses[0].address1: must be named once`},
		{"duplicate unknown keys", `{"email":"a@example.com","x":1,"x":2}`, `x: must be named once`},
		{"invalid UTF-8", "{\"email\":\"a@example.com\",\"firstName\":\"\xff\"}", `body: must be UTF-8`},
		{"invalid UTF-8 in an unknown property", "{\"email\":\"a@example.com\",\"x\":\"\xc3\"}", `body: must be UTF-8`},
		{"UTF-16", "\xff\xfe{\x00}\x00", `body: must be UTF-8`},
		{"half a surrogate pair", `{"email":"a@example.com","firstName":"\ud800"}`, `body: must be one JSON value`},
		{"100,000 levels", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), `body: must be nested at most 10,000 deep`},
		{"100,000 levels in an unknown property",
			`{"email":"a@example.com","x":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}",
				100_000) + `}`, `must be nested at most 10,000 deep`},
		{"100,000 levels that do not end", strings.Repeat(`[`, 100_000), `body: must be nested at most 10,000 deep`},
		{"1e400", `{"email":"a@example.com","x":1e400}`, `x: must be a number that a 64-bit float can hold`},
		{"-1e400 as a field", `{"email":-1e400}`, `email: must be a string, got the number -1e400`},
		{"zero bytes", strings.Repeat("\x00", 100), `body: must be one JSON value`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := create(t, mock, tc.body)
			assert.Equal(t, http.StatusBadRequest, got.status, got.body)
			assert.Equal(t, gen.CodeValidationError, got.code())
			assert.Contains(t, got.message(), tc.want)
		})
	}
	assert.Empty(t, mock.Customers(""))
}

func TestNumbersThatAFloatHoldsRoughlyAreIgnoredWhereNobodyAsksForThem(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	assert.Equal(t, http.StatusCreated,
		create(t, mock, `{"email":"a@example.com","x":[1e-400,123456789012345678901234567890,0.1e1]}`).status)
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for contentType, status := range map[string]int{
		"application/json":                        201,
		"application/json; charset=utf-8":         201,
		"application/json;charset=\"UTF-8\"":      201,
		"Application/JSON":                        201,
		"application/json; charset=us-ascii":      201,
		"":                                        400,
		"application/json; charset=latin1":        400,
		"application/json; charset=utf-16":        400,
		"text/plain":                              400,
		"text/json":                               400,
		"application/x-www-form-urlencoded":       400,
		"application/merge-patch+json":            400,
		"application/jsonp":                       400,
		"multipart/form-data; boundary=x":         400,
		"application/json, text/plain":            400,
		"application/json; charset=utf-8; =":      400,
		";;;":                                     400,
		strings.Repeat("application/json; ", 100): 400,
	} {
		got := create(t, mock, vendorsBody, "Content-Type", contentType)
		assert.Equal(t, status, got.status, "%q: %s", contentType, got.body)
		if status == http.StatusBadRequest {
			assert.Contains(t, got.message(), "header Content-Type: ", contentType)
		}
	}
}

func TestContentEncodings(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write([]byte(vendorsBody))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	got := create(t, mock, zipped.String(), "Content-Encoding", "gzip")
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Equal(t, `header Content-Encoding: must be absent or identity, got "gzip"`, got.message())
	assert.Equal(t, http.StatusBadRequest, create(t, mock, vendorsBody, "Content-Encoding", "br").status)
	assert.Equal(t, http.StatusBadRequest,
		create(t, mock, vendorsBody, "Content-Encoding", "identity", "Content-Encoding", "gzip").status)
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody, "Content-Encoding", "identity").status)
}

func TestHeadersSentTwice(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, tc := range []struct {
		name, again string
		status      int
		code        gen.ErrorCode
		want        string
	}{
		{keyHeader, goodKey, http.StatusUnauthorized, gen.CodeInvalidAPIKey, gen.KeyHeader + " must be sent once"},
		{keyHeader, "bbb_test_other", http.StatusUnauthorized, gen.CodeInvalidAPIKey, gen.KeyHeader + " must be sent once"},
		{"Content-Type", "application/json", http.StatusBadRequest, gen.CodeValidationError, "header Content-Type: must be application/json"},
		{"Content-Type", "text/plain", http.StatusBadRequest, gen.CodeValidationError, "header Content-Type: must be application/json"},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers",
			strings.NewReader(vendorsBody))
		require.NoError(t, err)
		request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
		request.Header.Add(tc.name, tc.again)
		got := do(t, request)
		assert.Equal(t, tc.status, got.status, "%s %s", tc.name, tc.again)
		assert.Equal(t, tc.code, got.code(), "%s %s", tc.name, tc.again)
		assert.Contains(t, got.message(), tc.want, "%s %s", tc.name, tc.again)
	}
}
