package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// call is the command that the program runs in these tests. It posts each argument but the first as a customer to the API of the environment, prints the answers, and returns the first as its exit code.
func call(args []string) int {
	code, _ := strconv.Atoi(args[0])
	for _, body := range args[1:] {
		r, err := http.NewRequest(http.MethodPost, os.Getenv("BITBYBIT_BASE_URL")+"/customers", strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {key}}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Println("no answer")
			continue
		}
		_, _ = io.Copy(os.Stdout, answer.Body)
		_ = answer.Body.Close()
	}
	return code
}

// proxyWith runs the program with calls as its command.
func proxyWith(t *testing.T, flags []string, calls ...string) *process {
	t.Helper()
	p := start(t, append(append([]string{"proxy"}, flags...), append([]string{"--", os.Args[0], "call"}, calls...)...)...)
	_ = p.Wait()
	return p
}

// withoutReset is a mock that leaves out a header.
func withoutReset(t *testing.T) string {
	t.Helper()
	mock, err := mockserver.New()
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, r)
		recorder.Header().Del("RateLimit-Reset")
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	t.Cleanup(mock.Close)
	return server.URL
}

const (
	rightCall = `{"email":"wilhelmina@quarzwerk.example"}`
	wrongCall = `{"firstName":"Wilhelmina"}`
)

func TestProxyExitCodes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	broken, base := withoutReset(t), strings.TrimSuffix(mock.URL, gen.BasePath)
	baseline := filepath.Join(t.TempDir(), "known.json")
	require.Equal(t, exitFound, proxyWith(t, []string{"--target", broken, "--report", "json=" + baseline}, "0", rightCall).ProcessState.ExitCode())
	for _, tc := range []struct {
		name   string
		flags  []string
		calls  []string
		want   int
		stdout string
	}{
		{"right", []string{"--target", base}, []string{"0", rightCall}, exitGood, "\nPASS  " + mock.URL + ": 0 errors, 0 warnings in 1 request\n"},
		{"the path is given", []string{"--target", mock.URL}, []string{"0", rightCall}, exitGood, "in 1 request\n"},
		{"a wrong request", []string{"--target", base}, []string{"0", rightCall, wrongCall}, exitGood, "notices: 1 request_contract"},
		{"a wrong request counts", []string{"--target", base, "--strict-requests"}, []string{"0", rightCall, wrongCall}, exitFound, "ERROR request_contract"},
		{"a broken answer", []string{"--target", broken}, []string{"0", rightCall}, exitFound, "ERROR required_headers"},
		{"which is known", []string{"--target", broken, "--baseline", baseline}, []string{"0", rightCall}, exitGood, "known: 1 finding"},
		{"which is left out", []string{"--target", broken, "--exclude-checks", "required_headers"}, []string{"0", rightCall}, exitGood, "PASS"},
		{"which fails nothing", []string{"--target", broken, "--fail-on", "never"}, []string{"0", rightCall}, exitGood, "FAIL"},
		{"which is refused", []string{"--target", broken, "--enforce"}, []string{"0", rightCall}, exitFound, "CONTRACT_VIOLATION"},
		{"the command fails", []string{"--target", base}, []string{"7", rightCall}, 7, "PASS"},
		{"the command fails too", []string{"--target", broken}, []string{"7", rightCall}, 7, "FAIL"},
		{"no call", []string{"--target", base}, []string{"0"}, exitNothing, ""},
		{"the target is not there", []string{"--target", "http://127.0.0.1:1"}, []string{"0", rightCall}, exitNothing, "no answer"},
		{"no target", nil, []string{"0"}, exitUsage, ""},
		{"no URL", []string{"--target", "nonsense"}, []string{"0"}, exitUsage, ""},
		{"no check", []string{"--target", base, "--exclude-checks", "x"}, []string{"0"}, exitUsage, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := proxyWith(t, tc.flags, tc.calls...)
			assert.Equal(t, tc.want, p.ProcessState.ExitCode(), "%s%s", &p.stdout, &p.stderr)
			assert.Contains(t, p.stdout.String(), tc.stdout)
			all := strings.ToLower(p.stdout.String() + p.stderr.String())
			all = strings.ReplaceAll(all, `"email":"wilhelmina@quarzwerk.example"`, "") // what the command itself prints
			assert.NotContains(t, all, "wilhelmina")
			assert.NotContains(t, all, key)
		})
	}
}

// TestProxyTargetsThatAreOperations are told the URL of the API.
func TestProxyTargetsThatAreOperations(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	root := strings.TrimSuffix(mock.URL, gen.BasePath)
	for _, tc := range []struct {
		target string
		want   int
		stderr string
	}{
		{mock.URL + gen.PathCreateCustomer, exitUsage, "which is added to it; use " + mock.URL + " "},
		{mock.URL + gen.PathCreateCustomer + "/", exitUsage, "which is added to it; use " + mock.URL + " "},
		{root + gen.PathCreateCustomer, exitNothing, "which is added to it; if the API is not below that, use " + root + "/\n"},
		{mock.URL, exitGood, "judging what passes "},
	} {
		p := proxyWith(t, []string{"--target", tc.target}, "0", rightCall)
		assert.Equal(t, tc.want, p.ProcessState.ExitCode(), "%s: %s%s", tc.target, &p.stdout, &p.stderr)
		assert.Contains(t, p.stderr.String(), tc.stderr)
		assert.Equal(t, tc.target != mock.URL, strings.Contains(p.stderr.String(), "the path of an operation"), tc.target)
	}
}

// TestProxyReports looks at what is written: reports, where nothing personal is in, and the list of what exchanges broke.
func TestProxyReports(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var flags []string
	for _, format := range []string{"text", "json", "junit", "html", "github"} {
		flags = append(flags, "--report", format+"="+filepath.Join(dir, format))
	}
	p := proxyWith(t, append(flags, "--target", withoutReset(t), "--strict-requests", "--verbose"), "0", rightCall, wrongCall)
	require.Equal(t, exitFound, p.ProcessState.ExitCode())
	for _, format := range []string{"text", "json", "junit", "html", "github"} {
		text := strings.ToLower(read(t, filepath.Join(dir, format)))
		assert.Contains(t, text, "required_headers", format)
		assert.NotContains(t, text, "wilhelmina", format)
		assert.NotContains(t, text, key, format)
	}
	var report result.Report
	require.NoError(t, json.Unmarshal([]byte(read(t, filepath.Join(dir, "json"))), &report))
	assert.Equal(t, 2, report.Traffic.Judged)
	assert.Equal(t, map[string]int{"valid": 1, "invalid": 1}, report.Traffic.Classes)
	var suites struct {
		Suites []struct {
			Name     string `xml:"name,attr"`
			Failures int    `xml:"failures,attr"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal([]byte(read(t, filepath.Join(dir, "junit"))), &suites))
	require.Len(t, suites.Suites, 1)
	assert.Equal(t, "contract traffic", suites.Suites[0].Name)
	assert.Equal(t, 2, suites.Suites[0].Failures)
}

// TestProxyServesUntilItIsTold has no command: the program serves, lists what exchanges broke, and reports at SIGTERM.
func TestProxyServesUntilItIsTold(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGTERM to send")
	}
	p := start(t, "proxy", "--target", withoutReset(t), "--listen", "127.0.0.1:0", "--report", "json=-")
	var address []string
	require.Eventually(t, func() bool {
		address = regexp.MustCompile(`judging what passes (http://\S+) on to`).FindStringSubmatch(p.stderr.String())
		return address != nil
	}, 30*time.Second, 10*time.Millisecond)
	base := address[1]
	root := strings.TrimSuffix(base, gen.BasePath)
	violations := func(query string) (list struct {
		Last int
		Data []brokenExchange
	}) {
		answer, err := http.Get(root + "/_contract/violations" + query)
		require.NoError(t, err)
		defer answer.Body.Close()
		require.Equal(t, http.StatusOK, answer.StatusCode)
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&list))
		return list
	}
	assert.Empty(t, violations("").Data)
	for range 2 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/customers", strings.NewReader(rightCall))
		require.NoError(t, err)
		r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {key}}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	assert.Len(t, violations("").Data, 2, "one for each exchange, be it new or not")
	shown := func() int {
		return strings.Count(p.stderr.String(), "ERROR required_headers (1 exchange, e.g. exchange 1, POST ")
	}
	assert.Eventually(t, func() bool { return shown() == 1 }, 30*time.Second, time.Millisecond, "it is shown as it comes")
	list := violations("?after=1")
	assert.Equal(t, 2, list.Last)
	require.Len(t, list.Data, 1)
	assert.Equal(t, result.RequiredHeaders, list.Data[0].Violations[0].Check)
	assert.Regexp(t, `^openapi\.yaml:\d+ `, list.Data[0].Violations[0].Rule)
	answer, err := http.Get(root + "/_contract/violations?after=x")
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	assert.Equal(t, http.StatusBadRequest, answer.StatusCode)

	require.NoError(t, p.Process.Signal(syscall.SIGTERM))
	_ = p.Wait()
	assert.Equal(t, exitFound, p.ProcessState.ExitCode(), p.stderr.String())
	assert.Equal(t, 1, shown(), "and once: %s", &p.stderr)
	var report result.Report
	require.NoError(t, json.Unmarshal([]byte(p.stdout.String()), &report))
	assert.Equal(t, 2, report.Traffic.Judged)
}

func TestHARExitCodes(t *testing.T) {
	t.Parallel()
	file := func(entries ...har.Entry) string {
		var b bytes.Buffer
		w := har.NewWriter(&b, "test", "1")
		for _, e := range entries {
			require.NoError(t, w.Write(e))
		}
		require.NoError(t, w.Close())
		path := filepath.Join(t.TempDir(), "a.har")
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
		return path
	}
	entry := func(set func(*har.Entry)) har.Entry {
		e := har.Entry{
			Started: time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC),
			Request: har.Request{Method: http.MethodPost, URL: "https://gateway.example" + gen.BasePath + "/customers", Header: http.Header{"Content-Type": {"application/json"}}, Body: har.Body{Bytes: []byte(rightCall)}},
			Response: har.Response{
				Status: http.StatusCreated, Header: http.Header{"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"}},
				Body: har.Body{Bytes: []byte(`{"data":{"id":"cust_1","email":"wilhelmina@quarzwerk.example","createdAt":"2026-11-28T10:00:00.000Z","updatedAt":"2026-11-28T10:00:00.000Z"}}`)},
			},
		}
		if set != nil {
			set(&e)
		}
		return e
	}
	right := file(entry(nil))
	cut := filepath.Join(t.TempDir(), "cut.har")
	require.NoError(t, os.WriteFile(cut, []byte(read(t, right)[:200]), 0o600))
	for _, tc := range []struct {
		name string
		args []string
		want int
		text string
	}{
		{"right, without its key", []string{right}, exitGood, "PASS"},
		{"two files", []string{right, file(entry(func(e *har.Entry) {
			e.Response.Body.Bytes = bytes.Replace(e.Response.Body.Bytes, []byte("cust_1"), []byte("cust_2"), 1)
			e.Started = e.Started.Add(time.Second)
		}))}, exitGood, "in 2 requests"},
		{"a header is missing", []string{file(entry(func(e *har.Entry) { e.Response.Header.Del("RateLimit-Reset") }))}, exitFound, "required_headers"},
		{"the body was not recorded", []string{file(entry(func(e *har.Entry) { e.Response.Body = har.Body{State: har.BodyOmitted} }))}, exitGood, "judged by status and headers alone"},
		{"below another base, with a key", []string{file(entry(func(e *har.Entry) {
			e.Request.URL = "https://gateway.example/bitbybit/customers"
			e.Request.Header.Set(gen.KeyHeader, key)
		}))}, exitGood, "in 1 request"},
		{"below another base, without", []string{file(entry(func(e *har.Entry) { e.Request.URL = "https://shop.example/admin/customers" }))}, exitNothing, "without an API key"},
		{"cut, beside one that is whole", []string{right, cut}, exitUsage, "INCOMPLETE"},
		{"cut, as JUnit reports it", []string{"--report", "junit=-", right, cut}, exitUsage, "not read to its end"},
		{"cut, as GitHub shows it", []string{"--report", "github=-", right, cut}, exitUsage, "::error title=not read to its end::"},
		{"of another API", []string{file(entry(func(e *har.Entry) { e.Request.URL = "https://other.example/things" }))}, exitNothing, "nothing could be judged"},
		{"out of a cache", []string{file(entry(func(e *har.Entry) { e.Response.Source = har.SourceCache }))}, exitNothing, "not the server's (cache)"},
		{"cut", []string{cut}, exitUsage, "the file ends too early"},
		{"a method with a line of its own", []string{file(entry(func(e *har.Entry) {
			e.Request.Method = "PO\n::error::Wilhelmina"
			e.Request.Header.Set(gen.KeyHeader, key)
		}))}, exitNothing, "a method that the contract does not have at its path"},
		{"no file", []string{"/nowhere.har"}, exitUsage, "nowhere.har"},
		{"no argument", nil, exitUsage, "must name a file"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := program(t, "", append([]string{"har"}, tc.args...)...)
			assert.Equal(t, tc.want, code, stdout+stderr)
			assert.Contains(t, stdout+stderr, tc.text)
			assert.NotContains(t, strings.ToLower(stdout+stderr), "wilhelmina")
			if tc.name == "no file" {
				assert.Equal(t, 2, strings.Count(stdout, "\n"), "nothing is said of what was not read: %s", stdout)
			}
		})
	}
}

// TestTheGuideShowsHowTrafficIsJudged runs the commands of docs/traffic.md, with calls in the place of npm test.
func TestTheGuideShowsHowTrafficIsJudged(t *testing.T) {
	t.Parallel()
	section := read(t, "../../../docs/traffic.md")
	blocks := regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(section, -1)
	require.Len(t, blocks, 2)
	mock := mockserver.Start(t)
	base := strings.TrimSuffix(mock.URL, gen.BasePath)
	as := func(line string) string { return strings.ReplaceAll(line, "http://127.0.0.1:4010", base) }
	expect := func(block, got string) {
		for line := range strings.Lines(block) {
			if line = strings.TrimSpace(as(line)); line != "…" && !strings.HasPrefix(line, "$") {
				pattern := strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*")
				assert.Regexp(t, "(?m)^"+pattern+"$", got)
			}
		}
	}
	proxy := regexp.MustCompile(`\$ bitbybit-contract (proxy .*) -- npm test\n`).FindStringSubmatch(blocks[0][1])
	require.NotNil(t, proxy)
	p := start(t, append(strings.Fields(as(proxy[1])), "--", os.Args[0], "call", "0", rightCall, wrongCall, `{"email":"a@b.example"}`)...)
	_ = p.Wait()
	assert.Equal(t, exitGood, p.ProcessState.ExitCode())
	expect(strings.Replace(blocks[0][1], "these calls never saw createCustomer 403", "these calls never saw createCustomer 401, createCustomer 403", 1), p.stderr.String()+p.stdout.String())

	recorded := regexp.MustCompile(`\$ curl -s "(\S+)" > session.har\n\$ bitbybit-contract har session.har\n`).FindStringSubmatch(blocks[1][1])
	require.NotNil(t, recorded)
	answer, err := http.Get(as(recorded[1]))
	require.NoError(t, err)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	session := filepath.Join(t.TempDir(), "session.har")
	require.NoError(t, os.WriteFile(session, text, 0o600))
	code, stdout, stderr := program(t, "", "har", session)
	assert.Equal(t, exitGood, code, stderr)
	expect(blocks[1][1], strings.ReplaceAll(stdout, session, "session.har"))
}
