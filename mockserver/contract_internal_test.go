package mockserver

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The handler at the end of the chain is replaced by one that breaks the contract.
func TestAnAnswerThatBreaksTheContractIsLogged(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		operation http.HandlerFunc
		want      string
	}{
		"no id": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"data":{"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"}}`))
		}, "data.id: is required"},
		"a status that is not documented": {func(w http.ResponseWriter,
			_ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
		}, "status=418"},
		"a value of the wrong type": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"error":{"code":"secret@example.com","message":"no"}}`))
		}, "error.code: must be one of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			s, err := New(WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
			require.NoError(t, err)
			handler := chain(tc.operation, s.reply, s.record, s.recover, s.route, s.contractResponse)
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers",
				strings.NewReader(`{"email":"secret@example.com"}`))
			handler.ServeHTTP(w, r)
			assert.Contains(t, log.String(), "level=ERROR")
			assert.Contains(t, log.String(), "the mock broke the contract")
			assert.Contains(t, log.String(), tc.want)
			assert.NotContains(t, log.String(), "secret@example.com", "no personal data")
		})
	}
}

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := New(WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, err)
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a bug") })
	w := httptest.NewRecorder()
	chain(panics, s.reply, s.record, s.recover, s.route).ServeHTTP(w,
		httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", nil))
	assert.Equal(t, http.StatusServiceUnavailable, w.Code)
	assert.Contains(t, w.Body.String(), "SERVICE_UNAVAILABLE")
	assert.NotContains(t, w.Body.String(), "a bug")
	assert.Contains(t, log.String(), "panic=\"a bug\"")
	assert.Contains(t, log.String(), "contract_internal_test.go", "the stack")

	abort := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		chain(abort, s.reply, s.record, s.recover, s.route).ServeHTTP(w,
			httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", nil))
	}, "net/http knows what to do with it")
}
