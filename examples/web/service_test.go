package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	key    = gen.KeyPrefixTest + "web"
	secret = "whsec_test_0123456789abcdef"
	siti   = `{"email": "siti@example.com", "firstName": "Siti"}`
)

// logs is what the service logs, from several goroutines.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the service against a mock that sends it webhooks, and returns what the service logs as well.
func start(t *testing.T) (s *service, url string, mock *mockserver.Running, logged *logs) {
	t.Helper()
	mock = mockserver.Start(t)
	c, err := client.New(mock.Key, client.WithBaseURL(mock.URL), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	logged = new(logs)
	s, err = newService(c, secret, slog.New(slog.NewTextHandler(logged, nil)))
	require.NoError(t, err)
	server := httptest.NewServer(s.handler())
	t.Cleanup(server.Close)
	_, err = mock.AddWebhook(webhook.Endpoint{URL: server.URL + "/webhooks", Secret: secret})
	require.NoError(t, err)
	return s, server.URL, mock, logged
}

// send returns the answer and its body.
func send(t *testing.T, method, url, contentType, body string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(text)
}

func parsed(t *testing.T, text string) (a answer) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &a), text)
	return a
}

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault   *fault.Fault
		body    string
		status  int
		state   string
		message string // a part of it
		retry   bool   // whether Retry-After says when
		stored  int    // customers that bitbybit has afterwards
		logged  string // a part of it
	}{
		"created":                    {body: siti, status: http.StatusCreated, state: created, stored: 1},
		"a wrong email":              {body: `{"email": "plain"}`, status: http.StatusUnprocessableEntity, message: `email: must be an email address, got "plain"`},
		"neither email nor phone":    {body: `{"firstName": "Siti"}`, status: http.StatusUnprocessableEntity, message: "an email address or a phone number"},
		"no JSON":                    {body: `email`, status: http.StatusBadRequest, message: "expected a customer"},
		"a misspelt name":            {body: `{"mail": "siti@example.com"}`, status: http.StatusBadRequest, message: "expected a customer"},
		"two customers":              {body: siti + siti, status: http.StatusBadRequest, message: "expected a customer"},
		"too long":                   {body: `{"email": "` + strings.Repeat("a", maxBody) + `"}`, status: http.StatusBadRequest},
		"a reset, nothing stored":    {fault: &fault.Fault{Connection: fault.Reset}, body: siti, status: http.StatusAccepted, state: inDoubt, logged: "outcome unknown"},
		"no answer, nothing stored":  {fault: &fault.Fault{Connection: fault.EmptyResponse}, body: siti, status: http.StatusAccepted, state: inDoubt},
		"garbage, nothing stored":    {fault: &fault.Fault{Connection: fault.RandomData}, body: siti, status: http.StatusAccepted, state: inDoubt},
		"a proxy's page":             {fault: &fault.Fault{Status: http.StatusBadGateway}, body: siti, status: http.StatusAccepted, state: inDoubt},
		"the rate limit is exceeded": {fault: &fault.Fault{Status: http.StatusTooManyRequests}, body: siti, status: http.StatusServiceUnavailable, retry: true, logged: "429"},
		"bitbybit is unavailable":    {fault: &fault.Fault{Status: http.StatusServiceUnavailable}, body: siti, status: http.StatusServiceUnavailable, retry: true, logged: "503"},
		"a wrong key":                {fault: &fault.Fault{Status: http.StatusUnauthorized}, body: siti, status: http.StatusInternalServerError, logged: "level=ERROR"},
		"a key without the scope":    {fault: &fault.Fault{Status: http.StatusForbidden}, body: siti, status: http.StatusInternalServerError, logged: "level=ERROR"},
		"a wrong base URL":           {fault: &fault.Fault{Status: http.StatusNotFound}, body: siti, status: http.StatusInternalServerError, logged: "level=ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, service, mock, logged := start(t)
			if tc.fault != nil {
				_, err := mock.AddFault(*tc.fault)
				require.NoError(t, err)
			}
			response, text := send(t, http.MethodPost, service+"/customers", "application/json", tc.body)
			a := parsed(t, text)
			assert.Equal(t, tc.status, response.StatusCode, text)
			assert.Equal(t, tc.state, a.State)
			assert.Contains(t, a.Message, tc.message)
			assert.Equal(t, tc.status == http.StatusCreated, a.ID != "")
			assert.Equal(t, tc.retry, response.Header.Get("Retry-After") != "")
			assert.Len(t, mock.Customers(mock.Key), tc.stored)
			assert.Contains(t, logged.String(), tc.logged)
			assert.NotContains(t, logged.String(), "siti@")
			assert.NotContains(t, logged.String(), "plain")
			if tc.status == http.StatusAccepted {
				response, text = send(t, http.MethodGet, service+response.Header.Get("Location"), "", "")
				assert.Equal(t, http.StatusOK, response.StatusCode)
				assert.Equal(t, inDoubt, parsed(t, text).State)
			}
		})
	}
}

// A customer is stored and its answer lost: the webhook settles the call.
func TestDoubtIsSettled(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault.Fault{
		"reset":          {Connection: fault.Reset, Store: true},
		"no answer":      {Connection: fault.EmptyResponse, Store: true},
		"cut in between": {Connection: fault.MalformedChunk, Store: true},
		"a proxy's page": {Status: http.StatusGatewayTimeout, Store: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, service, mock, _ := start(t)
			_, err := mock.AddFault(f)
			require.NoError(t, err)
			response, text := send(t, http.MethodPost, service+"/customers", "application/json", siti)
			stored := mock.Customers(mock.Key)
			require.Len(t, stored, 1)
			if response.StatusCode == http.StatusCreated { // the id came before the cut
				assert.Equal(t, stored[0].ID, parsed(t, text).ID)
				return
			}
			require.Equal(t, http.StatusAccepted, response.StatusCode, text)
			require.Equal(t, "/customers/"+parsed(t, text).Ref, response.Header.Get("Location"))
			require.Eventually(t, func() bool {
				assert.NoError(t, s.tracker.Settle(t.Context())) // in place of the next minute's: the event may have come before the call ended
				_, text = send(t, http.MethodGet, service+response.Header.Get("Location"), "", "")
				return parsed(t, text).State == created
			}, 10*time.Second, time.Millisecond)
			assert.Equal(t, stored[0].ID, parsed(t, text).ID)
		})
	}
}

func TestForm(t *testing.T) {
	t.Parallel()
	_, service, mock, _ := start(t)
	form := func(email string) (int, string) {
		response, text := send(t, http.MethodPost, service+"/customers", "application/x-www-form-urlencoded", url.Values{"email": {email}, "firstName": {"Siti"}}.Encode())
		return response.StatusCode, text
	}
	status, text := form("<b>plain</b>")
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Contains(t, text, "email: must be an email address", "for whoever typed it")
	assert.NotContains(t, text, "<b>")
	status, text = form(" siti@example.com ")
	assert.Equal(t, http.StatusCreated, status)
	require.Len(t, mock.Customers(mock.Key), 1)
	assert.Contains(t, text, mock.Customers(mock.Key)[0].ID)
	assert.Equal(t, "siti@example.com", *mock.Customers(mock.Key)[0].Email)
	response, text := send(t, http.MethodGet, service, "", "")
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Contains(t, text, "<form")
	assert.Len(t, mock.Requests(journal.Filter{Violating: true}), 1, "what the service sends keeps the contract but for what was typed")
}

func TestRefused(t *testing.T) {
	t.Parallel()
	_, service, mock, _ := start(t)
	response, _ := send(t, http.MethodPost, service+"/customers", "text/plain", siti)
	assert.Equal(t, http.StatusUnsupportedMediaType, response.StatusCode)
	response, _ = send(t, http.MethodGet, service+"/customers/none", "", "")
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	response, _ = send(t, http.MethodPost, service+"/webhooks", "application/json", siti)
	assert.Equal(t, http.StatusBadRequest, response.StatusCode, "it is not signed")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, service+"/customers", strings.NewReader("email=siti@example.com"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err = http.DefaultClient.Do(request)
	require.NoError(t, err)
	response.Body.Close()
	assert.Equal(t, http.StatusForbidden, response.StatusCode, "a form of another site")
	assert.Empty(t, mock.Requests())
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	c, err := client.New(key, client.WithBaseURL(gone.URL), client.WithRetry(client.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	s, err := newService(c, secret, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, "/customers", strings.NewReader(siti))
	request.Header.Set("Content-Type", "application/json")
	s.handler().ServeHTTP(recorder, request)
	assert.Equal(t, http.StatusServiceUnavailable, recorder.Code, "nothing was sent, so that it is not in doubt")
	assert.NotEmpty(t, recorder.Header().Get("Retry-After"))
}

// A call under way ends well where the service is told to stop, also one whose browser is gone.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, hangUp := range map[string]bool{"a caller who waits": false, "a caller who hung up": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, err := mockserver.New()
			require.NoError(t, err)
			arrived, release := make(chan struct{}), make(chan struct{})
			vendor := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(arrived)
				<-release
				mock.ServeHTTP(w, r)
			}))
			t.Cleanup(vendor.Close)
			c, err := client.New(key, client.WithBaseURL(vendor.URL))
			require.NoError(t, err)
			s, err := newService(c, secret, slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
			require.NoError(t, err)
			ctx, stop := context.WithCancel(t.Context())
			calling, hang := context.WithCancel(t.Context())
			defer hang()
			ended, status := make(chan error, 1), make(chan int, 1)
			go func() { ended <- serve(ctx, listener, s) }()
			go func() { status <- post(calling, "http://"+listener.Addr().String()+"/customers") }()
			<-arrived
			if hangUp {
				hang()
				assert.Zero(t, <-status)
			}
			stop()
			require.Eventually(t, func() bool {
				connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String())
				if err == nil {
					connection.Close()
				}
				return err != nil
			}, 10*time.Second, time.Millisecond, "no further connection is taken")
			close(release)
			if !hangUp {
				assert.Equal(t, http.StatusCreated, <-status)
			}
			assert.NoError(t, <-ended)
			assert.Len(t, mock.Customers(key), 1)
			assert.Empty(t, s.answers, "nothing is in doubt")
		})
	}
}

// post returns the status of the answer, 0 where none came.
func post(ctx context.Context, url string) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(siti))
	if err != nil {
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

func TestSettings(t *testing.T) {
	t.Setenv("BITBYBIT_API_KEY", "")
	assert.ErrorContains(t, run(t.Context(), slog.New(slog.DiscardHandler)), "BITBYBIT_API_KEY")
	t.Setenv("BITBYBIT_API_KEY", key)
	t.Setenv("BITBYBIT_WEBHOOK_SECRET", "")
	assert.ErrorContains(t, run(t.Context(), slog.New(slog.DiscardHandler)), "BITBYBIT_WEBHOOK_SECRET")
	t.Setenv("BITBYBIT_WEBHOOK_SECRET", secret)
	t.Setenv("ADDR", "nowhere")
	assert.ErrorContains(t, run(t.Context(), slog.New(slog.DiscardHandler)), "nowhere")
	t.Setenv("ADDR", "127.0.0.1:0")
	ended, stop := context.WithCancel(t.Context())
	stop()
	assert.NoError(t, run(ended, slog.New(slog.DiscardHandler)))
}
