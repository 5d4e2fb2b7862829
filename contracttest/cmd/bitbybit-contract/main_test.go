package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/version"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const key = "bbb_test_0123456789abcdef"

// program runs the program and returns what it printed.
func program(t *testing.T, key string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, environment(key, ""), &out, &err)
	assert.NotContains(t, out.String()+err.String(), "0123456789abcdef\"", "the key is never printed")
	return code, out.String(), err.String()
}

// environment has a key and a URL.
func environment(key, url string) func(string) string {
	return func(name string) string {
		return map[string]string{"BITBYBIT_API_KEY": key, "BITBYBIT_BASE_URL": url}[name]
	}
}

func TestTheURLCanBeInTheEnvironment(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	var out, err bytes.Buffer
	args := []string{"--max-requests", "5"}
	assert.Equal(t, exitGood, run(t.Context(), args, environment(key, mock.URL), &out, &err), err.String())
	assert.Contains(t, out.String(), "(bitbybit-mock)")
	assert.Equal(t, exitNothing, run(t.Context(), args, environment(key, closed.URL), &out, &err))
	args = append(args, "--url", mock.URL)
	assert.Equal(t, exitGood, run(t.Context(), args, environment(key, closed.URL), &out, &err), "the flag counts")
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	wrong := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
	)
	t.Cleanup(wrong.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, tc := range []struct {
		name   string
		key    string
		args   []string
		want   int
		stderr string
	}{
		{"nothing found", key, []string{"--url", mock.URL, "--max-requests", "20"}, exitGood, ""},
		{"something found", key, []string{"--url", wrong.URL, "--max-requests", "5"}, exitFound, ""},
		{"unknown flag", key, []string{"--nonsense"}, exitUsage, "flag provided but not defined"},
		{"an argument", key, []string{"--url", mock.URL, "extra"}, exitUsage, "there are no arguments"},
		{"no URL", key, nil, exitUsage, "--url or BITBYBIT_BASE_URL is needed"},
		{"no key", "", []string{"--url", mock.URL}, exitUsage, "BITBYBIT_API_KEY"},
		{"a bad URL", key, []string{"--url", "nonsense"}, exitUsage, "must be like https://host/path"},
		{"an unknown check", key, []string{"--url", mock.URL, "--checks", "ehco"}, exitUsage, `there is no check "ehco"`},
		{"a bad report", key, []string{"--url", mock.URL, "--report", "pdf=x"}, exitUsage, "must be FORMAT=PATH"},
		{"a report without a path", key, []string{"--url", mock.URL, "--max-requests", "5", "--report", "json"}, exitGood, ""},
		{"two reports to one file", key, []string{"--report", "json=x", "--report", "text=./x"}, exitUsage, "takes the json report already"},
		{"two reports to one place", key, []string{"--report", "json=-", "--report", "text=-"}, exitUsage, "only one report"},
		{"a case that is not safe", key, []string{"--url", mock.URL, "--safe", "--replay", "coverage/createCustomer/key/absent"}, exitUsage, "is not safe"},
		{"a bad budget", key, []string{"--url", mock.URL, "--max-requests", "-3"}, exitUsage, "not negative"},
		{"a budget and more", key, []string{"--url", mock.URL, "--max-requests", "5x"}, exitUsage, "must be a whole number"},
		{"a rate of next to nothing", key, []string{"--url", mock.URL, "--rate", "1e-12"}, exitUsage, "at least 0.001"},
		{"no baseline", key, []string{"--url", mock.URL, "--baseline", "/nowhere.json"}, exitUsage, "nowhere.json"},
		{"a live key", "bbb_live_0123456789abcdef", []string{"--url", mock.URL}, exitUsage, "needs --allow-live"},
		{"nobody listens", key, []string{"--url", closed.URL}, exitNothing, "nothing could be judged"},
		{"no such case", key, []string{"--url", mock.URL, "--replay", "nothing"}, exitUsage, `there is no case "nothing"`},
		{"help", "", []string{"--help"}, exitGood, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := program(t, tc.key, tc.args...)
			assert.Equal(t, tc.want, code, stderr)
			assert.Contains(t, stderr, tc.stderr)
		})
	}
}

func TestHelpAndVersionAreAnOutput(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := program(t, "", "--help")
	assert.Equal(t, exitGood, code)
	for _, want := range []string{
		"USAGE:", "--max-requests", "Exit codes:", "\n  130  ", "BITBYBIT_API_KEY ", "BITBYBIT_BASE_URL ", "HTTPS_PROXY",
	} {
		assert.Contains(t, stdout, want)
	}
	assert.Empty(t, stderr)

	code, stdout, stderr = program(t, "", "--version")
	assert.Equal(t, exitGood, code)
	assert.Equal(t, "bitbybit-contract "+version.String()+" "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n", stdout)
	assert.Empty(t, stderr)
}

func TestReportsGoWhereTheyAreSent(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	dir := t.TempDir()
	args := []string{"--url", mock.URL, "--max-requests", "10"}
	for _, format := range []string{"text", "json", "junit", "html"} {
		args = append(args, "--report", format+"="+filepath.Join(dir, format))
	}
	code, stdout, stderr := program(t, key, args...)
	require.Equal(t, exitGood, code, stderr)
	assert.Empty(t, stdout)
	beginnings := map[string]string{"text": "PASS  http://", "json": "{", "junit": "<?xml", "html": "<!DOCTYPE html>"}
	for format, beginning := range beginnings {
		content, err := os.ReadFile(filepath.Join(dir, format))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(content), beginning), format)
	}
	_, stdout, _ = program(t, key, "--url", mock.URL, "--max-requests", "10")
	assert.Contains(t, stdout, " in 10 requests\n10 cases (bitbybit-mock)")
}

func TestABaselineTurnsFailureIntoSuccess(t *testing.T) {
	t.Parallel()
	wrong := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
	)
	t.Cleanup(wrong.Close)
	known := filepath.Join(t.TempDir(), "known.json")
	code, _, _ := program(t, key, "--url", wrong.URL, "--report", "json="+known)
	require.Equal(t, exitFound, code)
	code, stdout, stderr := program(t, key, "--url", wrong.URL, "--baseline", known)
	assert.Equal(t, exitGood, code, stderr)
	assert.Contains(t, stdout, "PASS  "+wrong.URL+gen.BasePath+": 0 errors, ")
	assert.Regexp(t, `\nknown: \d+ findings of the baseline, in \d+ exchanges\n`, stdout)
}

func TestListAndDryRunSendNothing(t *testing.T) {
	t.Parallel()
	code, stdout, _ := program(t, "", "--list")
	assert.Equal(t, exitGood, code)
	assert.Contains(t, stdout, "check echo ")
	assert.Contains(t, stdout, "case  coverage/createCustomer/key/absent: missing key\n")
	assert.Contains(t, stdout, "case  coverage/createCustomer/asked/429-rateLimitExceeded: asked for an error (mock only)\n")

	_, stdout, _ = program(t, "", "--list", "--max-requests", "4", "--checks", "echo")
	assert.Equal(t, 1, strings.Count(stdout, "check "))
	assert.Equal(t, 4, strings.Count(stdout, "case "))

	code, stdout, _ = program(t, "", "--dry-run", "--max-requests", "3")
	assert.Equal(t, exitGood, code)
	assert.Equal(t, 3, strings.Count(stdout, "\ncurl "))
	assert.Contains(t, stdout, "$BITBYBIT_API_KEY")
}

func TestAListThatCannotBeWrittenIsAFailure(t *testing.T) {
	t.Parallel()
	read, write := io.Pipe()
	require.NoError(t, read.Close())
	for _, flag := range []string{"--list", "--dry-run"} {
		var stderr bytes.Buffer
		assert.Equal(t, exitUsage, run(t.Context(), []string{flag}, environment("", ""), write, &stderr))
		assert.Equal(t, "bitbybit-contract: io: read/write on closed pipe\n", stderr.String())
	}
}

func TestReplayRunsOneCase(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	code, stdout, stderr := program(t, key, "--url", mock.URL, "--replay", "coverage/createCustomer/key/absent")
	assert.Equal(t, exitGood, code, stderr)
	assert.Contains(t, stdout, "PASS  coverage/createCustomer/key/absent at "+mock.URL+": 0 errors, 0 warnings in 1 request\n")
}

func TestAnInterruptedRunIsNoSuccess(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, err bytes.Buffer
	assert.Equal(t, exitInterrupted, run(ctx, []string{"--url", mock.URL}, environment(key, ""), &out, &err))
	assert.Contains(t, out.String(), "the run was interrupted")
}
