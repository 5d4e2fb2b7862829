package curl_test

import (
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
)

const key = "bbb_test_secret"

// arguments runs a command in a shell with a function in the place of curl. They are what curl would get, and at the end
// its standard input.
func arguments(t *testing.T, command string) []string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" { // where Git's sh would read it
		t.Skip("there is no POSIX shell here")
	}
	const stand = `curl() { for a; do printf '%s\001' "$a"; done; case " $* " in *" @- "*) cat;; esac; }` + "\n"
	run := exec.CommandContext(t.Context(), sh)
	run.Stdin = strings.NewReader(stand + command + "\n") // an argument of sh could be too long
	run.Env = append(os.Environ(), "BITBYBIT_API_KEY="+key)
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%.500s\n%s", command, output)
	return strings.Split(string(output), "\x01")
}

func TestEveryByteReachesCurl(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body  string
		piped bool
	}{
		"plain":           {`{"email":"a@b.co"}`, false},
		"quotes":          {`{"firstName":"O'Neil \"x\" $HOME ` + "`id`" + ` \\ !"}`, false},
		"only quotes":     {`'''`, false},
		"lines":           {"{\n\"a\": 1\n}\n\n", false},
		"control":         {"{\n\t\"a\": 1\r\n}\n\n", true},
		"a file for curl": {"@/etc/passwd", false},
		"zeros":           {"{\"a\":\"\x00 % \\ ' \x00\"}", true},
		"not UTF-8":       {"\xff\xfe{\"a\":1}", true},
		"emoji":           {"{\"firstName\":\"🙂 \u200f\"}", false},
		"dash":            {"--help", false},
		"dash and zero":   {"-x\x00-%", true},
		"zero and digits": {"\x0012\xff34", true},
		"long":            {strings.Repeat("é", 40_000), true},
		"key":             {`{"k":"` + key + `"}`, false},
		"key and zero":    {key + "\x00", true},
		"empty":           {"", false},
	} {
		request := curl.Request{
			Method: "PO'ST", URL: "http://127.0.0.1:4010/a'b?c=[1]&d={$x}", Target: "/a#b", Key: key, KeyHeader: "x-secret",
			Header: http.Header{
				"X-Secret": {"bbb_live_…"}, "Content-Type": {"application/json"}, "X-Note": {"it's", ""}, "Content-Length": {"5"},
				"X-Key": {key},
			},
			Body: []byte(tc.body),
		}
		expected := []string{
			"--globoff", "--path-as-is", "--request", "PO'ST", "--url", "http://127.0.0.1:4010/a'b?c=[1]&d={$x}", "--request-target", "/a#b",
			"--header", "Content-Type: application/json", "--header", "X-Key: " + key, "--header", "X-Note: it's", "--header", "X-Note;",
			"--header", "x-secret: " + key,
		}
		switch {
		case tc.piped:
			expected = append(expected, "--data-binary", "@-", tc.body)
		case tc.body != "":
			expected = append(expected, "--data-raw", tc.body, "")
		default:
			expected = append(expected, "")
		}
		for _, command := range []string{curl.Line(request), curl.Lines(request)} {
			assert.NotContains(t, command, key, name)
			assert.True(t, utf8.ValidString(command), "%s: a command that is shown as text can be pasted", name)
			got := arguments(t, command)
			if got[0] == "--silent" {
				assert.Equal(t, []string{"--silent", "--show-error", "--include"}, got[:3], name)
				got = got[3:]
			}
			assert.Equal(t, expected, got, name)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	request := curl.Request{Method: http.MethodHead, URL: "http://127.0.0.1:4010/", Body: []byte("\x00")}
	assert.Equal(t, "curl --silent --show-error --include --globoff --path-as-is --head --url 'http://127.0.0.1:4010/'", curl.Line(request))
	assert.Equal(t, "curl --globoff --path-as-is --head \\\n  --url 'http://127.0.0.1:4010/'", curl.Lines(request))
}

func TestCurlAddsNoHeaderOfItsOwn(t *testing.T) {
	t.Parallel()
	request := curl.Request{Method: http.MethodPost, URL: "http://127.0.0.1:4010/"}
	assert.Equal(t, "curl --globoff --path-as-is --request POST \\\n  --url 'http://127.0.0.1:4010/' \\\n  --header 'Content-Length: 0'", curl.Lines(request))
	request.Body = []byte("{}")
	assert.Equal(t, "curl --globoff --path-as-is --request POST \\\n  --url 'http://127.0.0.1:4010/' \\\n  --header 'Content-Type:' \\\n  --data-raw '{}'", curl.Lines(request))
}

func TestAKeyInAURLIsTheVariable(t *testing.T) {
	t.Parallel()
	request := curl.Request{Method: http.MethodGet, URL: "http://127.0.0.1:4010/?a=k%2Fy&b=k/y", Key: "k/y"}
	assert.Contains(t, curl.Line(request), `--url 'http://127.0.0.1:4010/?a='"$BITBYBIT_API_KEY"'&b='"$BITBYBIT_API_KEY"`)
}
