package traffic_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// differently has a handler write what another answers in its own way. The answer has no Content-Length.
func differently(next http.Handler, write func(w http.ResponseWriter, r *http.Request, status int, body string)) *traffic.JudgingHandler {
	return traffic.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.Header().Del("Content-Length")
		write(w, r, recorder.Code, recorder.Body.String())
	}))
}

// quietly serves a handler, whose faults net/http would log.
func quietly(t *testing.T, handler http.Handler) (url string) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// aCreate is a request that makes a customer.
func aCreate(ctx context.Context, t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+gen.BasePath+"/customers", strings.NewReader(fullBody))
	require.NoError(t, err)
	r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {testKey}}
	return r
}

// TestAHandlersWrongLength is a finding where the caller gets no whole answer. Otherwise what the caller gets is judged.
func TestAHandlersWrongLength(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		off    int // Content-Length less the body
		parts  func(body string, length int) []string
		broken bool
		want   result.Check // none where it is empty
	}{
		{"right", 0, whole, false, ""},
		{"less is written", 80, whole, true, result.NotServerError},
		{"nothing is written", 80, func(string, int) []string { return nil }, true, result.NotServerError},
		{"more is written at once", -10, whole, true, result.NotServerError},
		{"more is written, the rest of it late", -10, atLength, false, result.SingleJSONValue},
		{"more is written than the answer", 0, func(body string, _ int) []string { return []string{body, "\n"} }, false, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			handler := differently(newMock(t), func(w http.ResponseWriter, _ *http.Request, status int, body string) {
				length := len(body) + tc.off
				w.Header().Set("Content-Length", strconv.Itoa(length))
				w.WriteHeader(status)
				for _, part := range tc.parts(body, length) {
					_, _ = io.WriteString(w, part)
				}
			})
			answer, err := client(t).Do(aCreate(t.Context(), t, quietly(t, handler)))
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, answer.Body)
			require.NoError(t, answer.Body.Close())
			assert.Equal(t, tc.broken, err != nil, "as the caller sees it")
			require.Eventually(t, func() bool { return handler.Report("").Traffic.Passed == 1 }, testTimeout, testTick)
			if tc.want == "" {
				assert.Empty(t, handler.Findings())
				return
			}
			found := handler.Findings()
			require.NotEmpty(t, found)
			assert.Equal(t, tc.want, found[0].Check)
			assert.Equal(t, result.Error, found[0].Severity)
			assert.Equal(t, tc.broken, strings.Contains(found[0].Message, "the answer broke off: its Content-Length is "), found[0].Message)
		})
	}
}

func whole(body string, _ int) []string         { return []string{body} }
func atLength(body string, length int) []string { return []string{body[:length], body[length:]} }

// TestAHandlerThatPanicsWithinItsAnswer has its caller get half of one.
func TestAHandlerThatPanicsWithinItsAnswer(t *testing.T) {
	t.Parallel()
	handler := differently(newMock(t), func(w http.ResponseWriter, _ *http.Request, status int, body string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body[:len(body)/2])
		panic(http.ErrAbortHandler)
	})
	_, err := client(t).Do(aCreate(t.Context(), t, quietly(t, handler)))
	require.Error(t, err)
	require.Eventually(t, func() bool { return handler.Judged() == 1 }, testTimeout, testTick)
	assert.Contains(t, handler.Findings()[0].Message, "the answer broke off: the handler panicked")
}

// TestAHandlersFlush sends what there is at once, by http.Flusher and http.ResponseController. A status that comes later is none of the answer.
func TestAHandlersFlush(t *testing.T) {
	t.Parallel()
	for name, flush := range map[string]func(w http.ResponseWriter) error{
		"Flusher": func(w http.ResponseWriter) error {
			w.(http.Flusher).Flush()
			return nil
		},
		"ResponseController": func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
	} {
		more := make(chan struct{})
		handler := differently(newMock(t), func(w http.ResponseWriter, _ *http.Request, status int, body string) {
			assert.NoError(t, flush(w), name)
			w.WriteHeader(status) // too late: it is 200
			_, _ = io.WriteString(w, body[:10])
			assert.NoError(t, flush(w), name)
			<-more
			_, _ = io.WriteString(w, body[10:])
		})
		answer, err := client(t).Do(aCreate(t.Context(), t, quietly(t, handler)))
		require.NoError(t, err)
		_, err = io.ReadFull(answer.Body, make([]byte, 10))
		require.NoError(t, err)
		close(more)
		_, err = io.Copy(io.Discard, answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Eventually(t, func() bool { return handler.Judged() == 1 }, testTimeout, testTick)
		require.ErrorContains(t, handler.Err(), string(result.DocumentedStatus), name)
	}
}

// TestAHandlerWhoseCallerHasGone is not judged by what it did not write then.
func TestAHandlerWhoseCallerHasGone(t *testing.T) {
	t.Parallel()
	nothing := func(http.ResponseWriter, int, string) {}
	half := func(w http.ResponseWriter, status int, body string) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body[:len(body)/2])
	}
	all := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), 0)
	t.Cleanup(cancel)
	for _, tc := range []struct {
		name   string
		ctx    context.Context
		write  func(w http.ResponseWriter, status int, body string)
		judged int
		errors int
	}{
		{"gone, nothing is written", canceled, nothing, 0, 0},
		{"gone, half is written", canceled, half, 0, 0},
		{"gone after all was written", canceled, all, 1, 0},
		{"a deadline, nothing is written", expired, nothing, 0, 0},
		{"a deadline, which the handler answers", expired, half, 1, 1},
		{"there, half is written", t.Context(), half, 1, 1},
	} {
		handler := differently(newMock(t), func(w http.ResponseWriter, _ *http.Request, status int, body string) { tc.write(w, status, body) })
		r := aCreate(tc.ctx, t, "http://api.test")
		handler.ServeHTTP(httptest.NewRecorder(), r)
		report := handler.Report("")
		assert.Equal(t, tc.judged, report.Traffic.Judged, tc.name)
		assert.Equal(t, tc.errors, report.Count(result.Error), "%s: %v", tc.name, report.Findings)
		assert.Len(t, report.Traffic.LeftOut, 1-tc.judged, tc.name)
	}
}

// TestAHandlerThatChangesTheProtocol by a status alone is not judged.
func TestAHandlerThatChangesTheProtocol(t *testing.T) {
	t.Parallel()
	handler := differently(newMock(t), func(w http.ResponseWriter, _ *http.Request, _ int, _ string) {
		w.WriteHeader(http.StatusSwitchingProtocols)
	})
	handler.ServeHTTP(httptest.NewRecorder(), aCreate(t.Context(), t, "http://api.test"))
	assert.Empty(t, handler.Findings())
	assert.Zero(t, handler.Judged())
}
