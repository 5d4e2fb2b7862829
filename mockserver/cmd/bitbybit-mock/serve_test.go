package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

func create(t *testing.T, origin, body string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(
		t.Context(),
		http.MethodPost,
		origin+gen.BasePath+"/customers",
		strings.NewReader(body),
	)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(gen.KeyHeader, "bbb_test_1")
	return do(t, request)
}

func do(t *testing.T, request *http.Request) *http.Response {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// The curl of the banner is what a new user pastes.
func TestTheBannersCurlCreatesACustomer(t *testing.T) {
	t.Parallel()
	p := start(t, "", "--addr", "127.0.0.1:0")
	origin := p.line(t)
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, origin)
	var banner strings.Builder
	for !strings.Contains(banner.String(), "Ctrl+C") {
		banner.WriteString(p.line(t) + "\n")
	}
	assert.Contains(t, banner.String(), origin+"/_mock/")
	quoted := regexp.MustCompile(`--(url|header|data) '?([^'\n]+?)'?(?: \\)?\n`).
		FindAllStringSubmatch(banner.String(), -1)
	require.Len(t, quoted, 4, banner.String())
	request, err := http.NewRequestWithContext(
		t.Context(),
		http.MethodPost,
		quoted[0][2],
		strings.NewReader(quoted[3][2]),
	)
	require.NoError(t, err)
	for _, header := range quoted[1:3] {
		name, value, _ := strings.Cut(header[2], ": ")
		request.Header.Set(name, value)
	}
	response := do(t, request)
	assert.Equal(t, http.StatusCreated, response.StatusCode, banner.String())
}

// A call that is under way when SIGTERM comes is answered.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM to send")
	}
	p := start(t, "", "--addr", "127.0.0.1:0")
	address := strings.TrimPrefix(p.line(t), "http://")
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	defer connection.Close()
	body := `{"email":"a@example.com"}`
	_, err = io.WriteString(
		connection,
		"POST "+gen.BasePath+"/customers HTTP/1.1\r\nHost: localhost\r\n"+gen.KeyHeader+": bbb_test_1\r\n"+
			"Content-Type: application/json\r\nContent-Length: 25\r\nExpect: 100-continue\r\n\r\n",
	)
	require.NoError(t, err)
	answers := bufio.NewReader(connection)
	line, err := answers.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 100 Continue\r\n", line, "the call is under way")
	_, err = answers.ReadString('\n')
	require.NoError(t, err)

	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	require.Eventually(
		t,
		func() bool { return strings.Contains(p.log.String(), "stopping") },
		patience,
		time.Millisecond,
	)
	require.Eventually(t, func() bool {
		late, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = late.Close()
		}
		return err != nil
	}, patience, time.Millisecond, "no new calls")
	_, err = io.WriteString(connection, body)
	require.NoError(t, err)
	response, err := http.ReadResponse(answers, nil)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, http.StatusCreated, response.StatusCode)
	assert.Equal(t, 0, p.exitCode(t), "%s", p.log.String())
}

// A fault that never answers does not keep the mock from stopping.
func TestStoppingEndsFaults(t *testing.T) {
	t.Parallel()
	origin, stop := serve(t, nil)
	response, err := http.Post(
		origin+"/_mock/faults",
		"application/json",
		strings.NewReader(`{"connection":"NO_RESPONSE"}`),
	)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
	failed := make(chan error, 1)
	ctx := context.WithoutCancel(t.Context())
	go func() {
		request, _ := http.NewRequestWithContext(
			ctx,
			http.MethodPost,
			origin+gen.BasePath+"/customers",
			strings.NewReader(`{}`),
		)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err == nil {
			_ = response.Body.Close()
		}
		failed <- err
	}()
	require.Eventually(t, func() bool {
		response, err := http.Get(origin + "/_mock/requests")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return strings.Contains(string(body), "NO_RESPONSE")
	}, patience, time.Millisecond)
	code, log := stop()
	assert.Equal(t, 0, code, log)
	assert.NotContains(t, log, "cut off")
	assert.Error(t, <-failed)
}

// "OPTIONS *" asks about the whole server; net/http would answer it with an empty 200.
func TestOptionsOfTheServerItselfAreAnsweredByTheMock(t *testing.T) {
	t.Parallel()
	origin, _ := serve(t, nil)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, origin, http.NoBody)
	require.NoError(t, err)
	request.URL.Opaque = "*"
	response := do(t, request)
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
}

func TestFlagBeforeEnvironmentBeforeDefault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ, args []string
		want          string
	}{
		"default":     {nil, nil, "100"},
		"environment": {[]string{"BITBYBIT_MOCK_RATE_LIMIT=7"}, nil, "7"},
		"empty":       {[]string{"BITBYBIT_MOCK_RATE_LIMIT="}, nil, "100"},
		"flag":        {[]string{"BITBYBIT_MOCK_RATE_LIMIT=7"}, []string{"--rate-limit=9"}, "9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			origin, _ := serve(t, test.environ, test.args...)
			assert.Equal(t, test.want, create(t, origin, `{"email":"a@example.com"}`).Header.Get("RateLimit-Limit"))
		})
	}
}

// Each flag reaches the server, from its environment variable here.
func TestEveryFlagDoesWhatItSays(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(`[{"email":"seed@example.com"}]`), 0o600))
	origin, stop := serve(t, []string{
		"BITBYBIT_MOCK_KEYS=bbb_test_ro=customers:read, bbb_test_1",
		"BITBYBIT_MOCK_STRICT=yes",
		"BITBYBIT_MOCK_LATENCY=1ms",
		"BITBYBIT_MOCK_MAX_BODY=200",
		"BITBYBIT_MOCK_MAX_CUSTOMERS=2",
		"BITBYBIT_MOCK_STORE_SIZE=1000000",
		"BITBYBIT_MOCK_SEED=" + seed,
		"BITBYBIT_MOCK_ID_SEED=7",
		"BITBYBIT_MOCK_MAGIC_VALUES=no",
		"BITBYBIT_MOCK_CORS_ORIGINS=https://app.example.com,https://b.example.com",
		"BITBYBIT_MOCK_CORS_HEADERS=traceparent",
		"BITBYBIT_MOCK_CONTROL_HOSTS=mock.example.com",
		"BITBYBIT_MOCK_LOG_FORMAT=json",
		"BITBYBIT_MOCK_LOG_LEVEL=debug",
	})
	status := func(body string) int { return create(t, origin, body).StatusCode }
	assert.Equal(t, http.StatusBadRequest, status(`{"email":"a@example.com","undocumented":"x"}`), "strict")
	assert.Equal(t, http.StatusBadRequest, status(`{"email":"a@example.com"`+strings.Repeat(" ", 200)+`}`), "max-body")
	assert.Equal(t, http.StatusCreated, status(`{"email":"rate-limit-exceeded@mock.test"}`), "magic-values")
	assert.Equal(t, http.StatusCreated, status(`{"email":"b@example.com"}`))

	request := func(method, target, host string, header ...string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, origin+target, http.NoBody)
		require.NoError(t, err)
		r.Host = host
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return do(t, r)
	}
	listed := request(http.MethodGet, "/_mock/customers", "mock.example.com")
	body, err := io.ReadAll(listed.Body)
	require.NoError(t, err)
	assert.Contains(t, string(body), "seed@example.com", "seed, control-host")
	assert.Contains(t, string(body), "b@example.com")
	assert.NotContains(t, string(body), "rate-limit-exceeded", "max-customers")
	assert.Contains(t, string(body), "2024-01-15T10:30:00.000Z", "id-seed")
	assert.Equal(
		t,
		http.StatusForbidden,
		request(http.MethodPost, gen.BasePath+"/customers", "", gen.KeyHeader, "bbb_test_ro").StatusCode,
		"key",
	)
	allowed := request(http.MethodPost, gen.BasePath+"/customers", "", "Origin", "https://b.example.com")
	assert.Equal(t, "https://b.example.com", allowed.Header.Get("Access-Control-Allow-Origin"), "cors-origin")
	foreign := request(http.MethodPost, gen.BasePath+"/customers", "", "Origin", "https://shop.example")
	assert.Empty(t, foreign.Header.Get("Access-Control-Allow-Origin"), "cors-origin")

	for header, granted := range map[string]string{"traceparent": "https://b.example.com", "baggage": ""} {
		asked := request(http.MethodOptions, gen.BasePath+"/customers", "", "Origin", "https://b.example.com",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", header)
		assert.Equal(t, granted, asked.Header.Get("Access-Control-Allow-Origin"), "cors-header")
	}

	_, log := stop()
	assert.Contains(t, log, `"level":"DEBUG","msg":"control"`, "log-format, log-level")
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	origin, _ := serve(t, nil)
	address := strings.TrimPrefix(origin, "http://")
	code, stdout, stderr := call(t, nil, "--addr", address)
	assert.Equal(t, exitFailure, code)
	assert.Empty(t, stdout)
	assert.Equal(
		t,
		"bitbybit-mock: "+address+" is in use, by another mock perhaps; --addr 127.0.0.1:0 picks a free port, and so does "+
			"make mock ARGS=\"--addr 127.0.0.1:0\"\n",
		stderr,
	)
}

func TestListeningToOthersWarns(t *testing.T) {
	t.Parallel()
	for addr, warns := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true} {
		origin, stop := serve(t, nil, "--addr", addr)
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, origin)
		_, log := stop()
		assert.Equal(t, warns, strings.Contains(log, "other machines reach"), "%s: %s", addr, log)
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		":4010": "127.0.0.1:4010", "0.0.0.0:4010": "127.0.0.1:4010", "[::]:4010": "127.0.0.1:4010",
		"[::1]:4010": "[::1]:4010", "192.0.2.1:4010": "192.0.2.1:4010", "mock:4010": "mock:4010",
	} {
		assert.Equal(t, want, reachable(addr), addr)
	}
}
