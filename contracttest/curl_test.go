package contracttest_test

import (
	"net/http"
	"net/http/httptest"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// needsShell skips a test of a command for a POSIX shell where that or the program which it calls is not there. The sh that Git brings to Windows
// rewrites arguments that look like paths.
func needsShell(t *testing.T, program string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no POSIX shell of its own")
	}
	for _, name := range []string{"sh", program} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip("there is no " + name)
		}
	}
}

// TestTheCurlOfAnUntrustedRequestIsHarmless has a shell run what findings print of an untrusted request: the shell
// and curl must take no part of it for their own words.
func TestTheCurlOfAnUntrustedRequestIsHarmless(t *testing.T) {
	t.Parallel()
	needsShell(t, "curl")
	for _, tc := range []struct{ name, method, query, body string }{
		{"words of the shell in the method", "A|B&C`D`$E'F", "", "{}"},
		{"patterns of curl in the URL", http.MethodPut, "x=[1-2]&y={a,b}", "{}"},
		{"words of the shell in the URL", http.MethodPut, "x='$(id)'%60id%60", "@/etc/hostname"},
		{"a body of HEAD", http.MethodHead, "", "{}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan string, 2)
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				arrived <- r.Method + " " + r.RequestURI
			}))
			t.Cleanup(server.Close)
			request, err := http.NewRequestWithContext(t.Context(), tc.method,
				server.URL+gen.BasePath+"/customers", strings.NewReader(tc.body))
			require.NoError(t, err)
			request.URL.RawQuery = tc.query
			answer, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())

			line := curl.Line(curl.Request{Method: tc.method, URL: request.URL.String(), Header: request.Header, Body: []byte(tc.body)})
			command := strings.Replace(line, "curl ", "curl --max-time 20 ", 1)
			output, err := exec.CommandContext(t.Context(), "sh", "-c", command).CombinedOutput()
			require.NoError(t, err, "%s\n%s", line, output)
			first, again := <-arrived, <-arrived
			assert.Equal(t, first, again, line)
			assert.Empty(t, arrived)
		})
	}
}
