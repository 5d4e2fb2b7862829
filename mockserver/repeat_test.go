package mockserver_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// awkward are bodies that a shell or a Go literal could get wrong.
var awkward = map[string]string{
	"plain":           valid,
	"quotes":          `{"firstName":"O'Neil \"x\" $HOME ` + "`id`" + ` \\ !"}`,
	"only quotes":     `'''`,
	"lines":           "{\n\t\"a\": 1\r\n}\n\n",
	"a file for curl": "@/etc/passwd",
	"zeros":           "{\"a\":\"\x00 % \\ ' \x00\"}",
	"not UTF-8":       "\xff\xfe{\"a\":1}",
	"emoji":           "{\"firstName\":\"🙂 \u200f\"}",
	"dash":            "--help",
	"dash and zero":   "-x\x00-%",
	"zero and digits": "\x0012\xff34",
	"empty":           "",
}

// shell runs a command as a person would paste it.
func shell(t *testing.T, command string, environment ...string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" { // where Git's sh rewrites arguments that look like paths
		t.Skip("skipped: there is no POSIX shell here")
	}
	run := exec.CommandContext(t.Context(), sh, "-c", command)
	run.Env = append(os.Environ(), environment...)
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s\n%s", command, output)
	return string(output)
}

// stand is a shell function in the place of curl: it prints its arguments, and its standard input if it is told to read
// it.
const stand = `curl() { for a; do printf '%s\001' "$a"; done; case " $* " in *" @- "*) cat;; esac; }` + "\n"

func TestCurlQuotesWhatItSends(t *testing.T) {
	t.Parallel()
	for name, body := range awkward {
		request := journal.Request{
			Method: "PO'ST", Host: "127.0.0.1:4010", Target: "/a'b?c=[1]&d={$x}", Body: []byte(body), BodySize: len(body),
			Header: http.Header{keyHeader: {"bbb_test_…"}, "Content-Type": {"application/json"}, "X-Note": {"it's", ""}, "Cookie": {"…"}, "Content-Length": {"5"}},
		}
		output := shell(t, stand+request.Curl(), "BITBYBIT_API_KEY=bbb_test_secret")
		arguments := strings.Split(output, "\x01")
		expected := []string{
			"--globoff", "--path-as-is", "--request", "PO'ST", "--url", "http://127.0.0.1:4010/a'b?c=[1]&d={$x}",
			"--header", "Content-Type: application/json", "--header", gen.KeyHeader + ": bbb_test_secret", "--header", "X-Note: it's", "--header", "X-Note;",
		}
		require.GreaterOrEqual(t, len(arguments), len(expected), name)
		assert.Equal(t, expected, arguments[:len(expected)], name)
		rest := arguments[len(expected):]
		switch name {
		case "empty":
			assert.Equal(t, []string{""}, rest)
		case "zeros", "dash and zero", "zero and digits", "not UTF-8", "lines": // bytes that a terminal would obey or not show
			assert.True(t, utf8.ValidString(request.Curl()), "a command that is shown as text can be pasted")
			assert.Equal(t, []string{"--data-binary", "@-", body}, rest)
		default:
			assert.Equal(t, []string{"--data-raw", body, ""}, rest, name)
		}
	}
}

func TestCurlRepeatsTheRequest(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("skipped: there is no curl here")
	}
	mock := mockserver.Start(t)
	for name, body := range awkward {
		first := tried(t, mock, body)
		entry := mock.Requests(journal.Filter{Limit: 1})[0]
		shell(t, strings.Replace(entry.Curl(), "curl ", "curl --silent --noproxy '*' ", 1), "BITBYBIT_API_KEY="+mock.Key)
		again := mock.Requests(journal.Filter{Limit: 1})[0]
		require.NotEqual(t, entry.ID, again.ID, name)
		assert.Equal(t, body, string(again.Body), name)
		assert.Equal(t, first.status, again.Status, name)
		assert.Equal(t, entry.Key, again.Key, name)
		assert.Equal(t, entry.Header["Content-Type"], again.Header["Content-Type"], name)
	}
	tried(t, mock, valid, "Content-Type", "")
	entry := mock.Requests(journal.Filter{Limit: 1})[0]
	shell(t, strings.Replace(entry.Curl(), "curl ", "curl --silent --noproxy '*' ", 1), "BITBYBIT_API_KEY="+mock.Key)
	assert.Nil(t, mock.Requests(journal.Filter{Limit: 1})[0].Header["Content-Type"], "nor does curl send the type of a form")
}

func TestGoTestIsGoAndHoldsTheRequest(t *testing.T) {
	t.Parallel()
	for name, body := range awkward {
		source := journal.Request{
			ID: "req_7", Method: "POST", Host: "127.0.0.1:4010", Target: "/a\"b", Body: []byte(body), BodySize: len(body), Status: 400,
			Header: http.Header{keyHeader: {"bbb_test_…"}, "X-Note": {"\"a\"", "b"}, "User-Agent": {"x"}},
		}.GoTest()
		formatted, err := format.Source([]byte(source))
		require.NoError(t, err, "%s\n%s", name, source)
		assert.Equal(t, string(formatted), source, name)
		assert.Contains(t, source, "func TestRepeatRequest7(t *testing.T)")
		assert.Contains(t, source, `request.Header.Add("`+keyHeader+`", cmp.Or(os.Getenv("BITBYBIT_API_KEY"), "bbb_test_1"))`)
		assert.NotContains(t, source, "User-Agent")

		file, err := parser.ParseFile(token.NewFileSet(), "", source, 0)
		require.NoError(t, err)
		var literals []string
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				literals = append(literals, text)
			}
			return true
		})
		assert.Contains(t, literals, body, name)
		assert.Contains(t, literals, `http://127.0.0.1:4010/a"b`)
	}
}

func TestGoTestPassesAgainstTheSameMock(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped in short mode: it compiles a test")
	}
	mock := mockserver.Start(t)
	tried(t, mock, `{"email":"plain"}`, keyHeader, "")
	tried(t, mock, valid)
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "go.mod"), []byte("module repeat\n\ngo 1.26\n"), 0o600))
	for _, entry := range mock.Requests() {
		require.NoError(t, os.WriteFile(filepath.Join(directory, entry.ID+"_test.go"), []byte(entry.GoTest()), 0o600))
	}
	run := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", ".")
	run.Dir = directory
	run.Env = append(os.Environ(), "BITBYBIT_API_KEY="+mock.Key, "GOFLAGS=", "GOWORK=off", "NO_PROXY=127.0.0.1")
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s", output)
	assert.Contains(t, string(output), "--- PASS: TestRepeatRequest1")
	assert.Contains(t, string(output), "--- PASS: TestRepeatRequest2")
	assert.Len(t, mock.Requests(), 4)
}

func TestRepetitionSaysWhatItCannotRepeat(t *testing.T) {
	t.Parallel()
	request := journal.Request{ID: "req_1", Method: "POST", Target: "/", Body: []byte("ab"), BodySize: 65_537, Fault: &fault.Fault{ID: "fault_3"}}
	for _, text := range []string{request.Curl(), request.GoTest()} {
		assert.Contains(t, text, "The body is cut: the journal kept 65536 of 65537 bytes.")
		assert.Contains(t, text, "The answer was that of fault_3, which may be gone.")
	}
}

func TestRepetitionOfABadKey(t *testing.T) {
	t.Parallel()
	const caveat = "for the API key that came"
	mock := mockserver.Start(t, mockserver.WithKeys("bbb_test_good", "bbb_test_ro=customers:read", "bbb_test_far@203.0.113.1"))
	add(t, mock, fault.Fault{Key: "bbb_test_ro", Status: 401, Times: 1})
	for _, test := range []struct {
		name, key, prefer string
		status            int
		about             bool
	}{
		{"a fault", "bbb_test_ro", "", 401, false},
		{"no key at all", "", "", 401, false},
		{"no such key", "bbb_test_other", "", 401, true},
		{"no key by its form", "other", "", 401, true},
		{"a key without the scope", "bbb_test_ro", "", 403, true},
		{"a key from elsewhere", "bbb_test_far", "", 403, true},
		{"a preference", "bbb_test_good", "code=401", 401, false},
		{"a good key", "bbb_test_good", "", 201, false},
	} {
		got := tried(t, mock, valid, keyHeader, test.key, "Prefer", test.prefer)
		require.Equal(t, test.status, got.status, test.name)
		entry := mock.Requests(journal.Filter{Limit: 1})[0]
		expectation := "expected status " + strconv.Itoa(got.status)
		if test.about {
			assert.Contains(t, entry.Curl(), caveat, test.name)
			assert.Contains(t, entry.GoTest(), caveat, test.name)
			assert.NotContains(t, entry.GoTest(), expectation, test.name)
		} else {
			assert.NotContains(t, entry.Curl()+entry.GoTest(), caveat, test.name)
			assert.Contains(t, entry.GoTest(), expectation, test.name)
		}
	}
}

func TestRepetitionOfATargetThatIsNoURL(t *testing.T) {
	t.Parallel()
	for _, target := range []string{"/customers#a?b", "/a'#", "*"} {
		request := journal.Request{ID: "req_1", Method: "OPTIONS", Host: "127.0.0.1:4010", Target: target}
		assert.Contains(t, strings.Split(shell(t, stand+request.Curl()), "\x01"), target)
		assert.Contains(t, request.Curl(), "--url 'http://127.0.0.1:4010/' \\\n  --request-target '")
		source := request.GoTest()
		formatted, err := format.Source([]byte(source))
		require.NoError(t, err)
		assert.Equal(t, string(formatted), source)
		assert.Contains(t, source, "request.URL.Opaque = "+strconv.Quote(target))

		mock := mockserver.Start(t) // what the two lines of the Go test do
		again, err := http.NewRequestWithContext(t.Context(), "OPTIONS", root(t, mock).String()+"/", nil)
		require.NoError(t, err)
		again.URL.Opaque = target
		do(t, again)
		assert.Equal(t, target, mock.Requests()[0].Target)
		if _, err := exec.LookPath("curl"); err == nil {
			entry := mock.Requests()[0]
			shell(t, strings.Replace(entry.Curl(), "curl ", "curl --silent --noproxy '*' ", 1))
			assert.Equal(t, target, mock.Requests()[1].Target)
		}
	}
}

func TestRepetitionSaysThatAHeaderIsNoText(t *testing.T) {
	t.Parallel()
	request := journal.Request{ID: "req_1", Method: "GET", Target: "/", Header: http.Header{"X-Note": {"\xff"}}}
	assert.Contains(t, request.Curl(), "# A header is not UTF-8 and may not come out as it was.")
}

func TestCurlAsksForAHeadWithoutWaitingForABody(t *testing.T) {
	t.Parallel()
	request := journal.Request{ID: "req_1", Method: "HEAD", Host: "127.0.0.1:4010", Target: "/"}
	assert.Equal(t, []string{"--globoff", "--path-as-is", "--head", "--url", "http://127.0.0.1:4010/", ""},
		strings.Split(shell(t, stand+request.Curl()), "\x01"))
}
