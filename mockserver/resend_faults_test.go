package mockserver_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// resendInBubble sends the first request again, without a connection.
func resendInBubble(ctx context.Context, t *testing.T, mock *mockserver.Server) (entry control.RequestEntry, status int) {
	t.Helper()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "http://localhost/_mock/requests/req_1/resend", strings.NewReader("{}"))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	mock.ServeHTTP(recorder, request)
	if recorder.Code == http.StatusOK {
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &entry))
	}
	return entry, recorder.Code
}

func TestAFaultHitsARequestThatIsSentAgain(t *testing.T) {
	t.Parallel()
	never := func(*mockserver.Server, context.CancelFunc) {}
	for name, test := range map[string]struct {
		fault  fault.Fault
		during func(mock *mockserver.Server, leave context.CancelFunc) // a second after it began
		status int
		stored int // customers beside the first
		took   time.Duration
	}{
		"a status":                {fault.Fault{Status: 429}, never, 429, 0, 0},
		"of a proxy":              {fault.Fault{Status: 502, Store: true}, never, 502, 1, 0},
		"a delay":                 {fault.Fault{Delay: fault.Delay{Fixed: 5 * time.Second}}, never, 201, 1, 5 * time.Second},
		"a delay before a status": {fault.Fault{Delay: fault.Delay{Fixed: 5 * time.Second}, Status: 503}, never, 503, 0, 5 * time.Second},
		"too long a delay":        {fault.Fault{Delay: fault.Delay{Fixed: time.Hour}}, never, 0, 0, 10 * time.Second},
		"in pieces":               {fault.Fault{Drip: fault.Drip{Chunks: 3, Over: 6 * time.Second}}, never, 201, 1, 6 * time.Second},
		"in too many pieces":      {fault.Fault{Drip: fault.Drip{Chunks: 3, Over: time.Hour}}, never, 201, 1, 10 * time.Second},
		"stored, too late":        {fault.Fault{Delay: fault.Delay{Fixed: time.Hour}, Store: true}, never, 201, 1, 10 * time.Second},
		"no answer":               {fault.Fault{Connection: fault.NoResponse}, never, 0, 0, 10 * time.Second},
		"no answer, stored":       {fault.Fault{Connection: fault.NoResponse, Store: true}, never, 0, 1, 10 * time.Second},
		"the caller leaves":       {fault.Fault{Connection: fault.NoResponse}, func(_ *mockserver.Server, leave context.CancelFunc) { leave() }, 0, 0, time.Second},
		"the caller leaves a delay": {fault.Fault{Delay: fault.Delay{Fixed: 5 * time.Second}},
			func(_ *mockserver.Server, leave context.CancelFunc) { leave() }, 0, 0, time.Second},
		"the server closes":     {fault.Fault{Connection: fault.NoResponse}, func(mock *mockserver.Server, _ context.CancelFunc) { mock.Close() }, 0, 0, time.Second},
		"a reset":               {fault.Fault{Connection: fault.Reset}, never, 0, 0, 0},
		"a reset, stored":       {fault.Fault{Connection: fault.Reset, Store: true}, never, 0, 1, 0},
		"a reset in the body":   {fault.Fault{Connection: fault.ResetInBody, Store: true}, never, 201, 1, 0},
		"an empty response":     {fault.Fault{Connection: fault.EmptyResponse}, never, 0, 0, 0},
		"a malformed chunk":     {fault.Fault{Connection: fault.MalformedChunk, Store: true}, never, 201, 1, 0},
		"random data":           {fault.Fault{Connection: fault.RandomData}, never, 0, 0, 0},
		"random data, too late": {fault.Fault{Connection: fault.RandomData, Delay: fault.Delay{Fixed: 3 * time.Second}}, never, 0, 0, 3 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			direct(t, mock, goodKey, valid)
			test.fault.Key, test.fault.Times = goodKey, 1
			_, err = mock.AddFault(test.fault)
			require.NoError(t, err)
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			timer := time.AfterFunc(time.Second, func() { test.during(mock, leave) })
			begin := time.Now()
			entry, status := resendInBubble(ctx, t, mock)
			assert.Equal(t, test.took, time.Since(begin), name)
			timer.Stop()
			assert.Equal(t, http.StatusOK, status, name)
			assert.Equal(t, "req_2", entry.ID, name)
			assert.Equal(t, test.status, entry.Status, name)
			assert.Equal(t, "fault_1", entry.Fault.ID, name)
			assert.Equal(t, "bbb_test_…", entry.Fault.Key, name)
			assert.Contains(t, entry.Reason, "fault_1 hit it", name)
			assert.Len(t, mock.Customers(goodKey), 1+test.stored, name)

			_, status = resendInBubble(t.Context(), t, mock)
			assert.Equal(t, http.StatusOK, status, name)
			assert.Len(t, mock.Customers(goodKey), 2+test.stored, "%s: the next one is answered", name)
		})
	}
}

// What is forgotten while it is under way is no longer there to be shown.
func TestARequestThatIsForgottenWhileItIsSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Delay: fault.Delay{Fixed: 2 * time.Second}, Times: 1, Key: goodKey})
		direct(t, mock, "bbb_test_other", valid)
		time.AfterFunc(time.Second, func() { mock.Reset(goodKey) })
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/_mock/requests/req_1/resend",
			strings.NewReader(`{"key":"`+goodKey+`"}`))
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, request)
		assert.Equal(t, http.StatusNotFound, recorder.Code, recorder.Body)
		assert.Contains(t, recorder.Body.String(), `There is no request`)
	})
}

// The timeouts of http.Server leave the ten seconds to a request that is sent again, and a caller who leaves ends it.
func TestARequestIsSentAgainOverAConnection(t *testing.T) {
	t.Parallel()
	for name, leaves := range map[string]bool{"it waits": false, "the caller leaves": true} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			direct(t, mock, goodKey, valid)
			_, err = mock.AddFault(fault.Fault{Connection: fault.NoResponse, Times: 1})
			require.NoError(t, err)
			server, dial := overPipes(t, mock)
			client := dial()
			_, err = client.Write([]byte("POST /_mock/requests/req_1/resend HTTP/1.1\r\nHost: localhost\r\n" +
				"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"))
			require.NoError(t, err)
			synctest.Wait()
			begin := time.Now()
			under, ok := mock.Request("req_2")
			require.True(t, ok, name)
			assert.Zero(t, under.Status, name)
			if leaves {
				require.NoError(t, client.Close())
				require.NoError(t, server.Shutdown(t.Context()), "it waits for what is under way")
				assert.Less(t, time.Since(begin), time.Second, name)
				return
			}
			assert.Equal(t, http.StatusOK, answerOf(t, client), name)
			assert.Equal(t, 10*time.Second, time.Since(begin), name)
		})
	}
}
