// Package runners_test runs the examples for other test runners (examples/vitest, examples/playwright, examples/pytest): as they are they pass, and with
// tests that break the contract these fail, and no others, with the reason; where nothing is judged, the run fails.
package runners_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const (
	root = "../../.."
	// envRunners is set by make runners: npm's packages are installed.
	envRunners = "BITBYBIT_RUNNERS"
	// reportFile is what a runner writes, in the format of JUnit.
	reportFile = "report.xml"
	key        = gen.KeyPrefixTest + "runners0123456789"
)

// examples are the folders of examples/, and how their tests are run.
var examples = map[string]struct {
	install []string
	check   []string // of the types
	test    [][]string
	passing int    // how many tests there are
	idle    string // the test that sends nothing to the API
	environ []string
}{
	"vitest": {
		install: []string{"npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"},
		check:   []string{"npm", "run", "check"},
		test:    [][]string{{"npm", "test", "--", "--reporter=default", "--reporter=junit", "--outputFile.junit=" + reportFile}},
		passing: 4,
		idle:    "idle.test.ts",
	},
	"playwright": {
		install: []string{"npm", "ci", "--no-audit", "--no-fund", "--prefer-offline"},
		check:   []string{"npm", "run", "check"},
		test:    [][]string{{"npm", "test", "--", "--reporter=list,junit"}},
		passing: 4,
		idle:    "idle.spec.ts",
		environ: []string{"PLAYWRIGHT_JUNIT_OUTPUT_FILE=" + reportFile, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1"},
	},
	// Debian's name comes first: another pytest may be of a Python that has no pytest.
	"pytest": {
		test:    [][]string{{"pytest-3", "--junitxml=" + reportFile}, {"pytest", "--junitxml=" + reportFile}},
		passing: 10,
		idle:    "proxy/test_idle.py",
	},
}

// wrong is what fails with testdata added, and the reason that is shown there.
var wrong = []struct{ test, reason string }{
	{"mock sends what the contract forbids", `email: must be an email address, got "plain" [openapi.yaml:`},
	{"proxy sends what the contract forbids", `request email: must be an email address, got "xxxxx" [openapi.yaml:`},
	{"proxy is answered wrongly", `data.id: must be a string, got the number`},
}

func TestExamplesForOtherRunners(t *testing.T) {
	t.Parallel()
	if os.Getenv(envRunners) == "" {
		t.Skip("make runners runs it")
	}
	programs := t.TempDir()
	output, err := command(t, root, "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", programs+string(filepath.Separator),
		"./mockserver/cmd/bitbybit-mock", "./contracttest/cmd/bitbybit-contract")
	require.NoError(t, err, output)
	target := httptest.NewServer(sometimesBroken(t))
	t.Cleanup(target.Close)
	for name, example := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := copied(t, name)
			if example.install != nil {
				output, err := command(t, folder, example.install...)
				require.NoError(t, err, output)
				output, err = command(t, folder, example.check...)
				require.NoError(t, err, output)
			}
			run := func(only ...string) (string, error) {
				line := example.test[0]
				for _, other := range example.test {
					if _, err := exec.LookPath(other[0]); err == nil {
						line = other
						break
					}
				}
				environ := append([]string{
					"BITBYBIT_MOCK_PROGRAM=" + filepath.Join(programs, "bitbybit-mock"), "BITBYBIT_CONTRACT_PROGRAM=" + filepath.Join(programs, "bitbybit-contract"),
					"BITBYBIT_CONTRACT_TARGET=" + target.URL, "BITBYBIT_API_KEY=" + key, "NO_COLOR=1", "PYTHONDONTWRITEBYTECODE=1",
				}, example.environ...)
				return command(t, folder, append([]string{"env"}, append(append(environ, line...), only...)...)...)
			}

			output, err := run()
			require.NoError(t, err, output)
			passed, failed := results(t, filepath.Join(folder, reportFile))
			assert.Len(t, passed, example.passing)
			assert.Empty(t, failed)

			require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "wrong", name))))
			output, err = run()
			require.Error(t, err, output)
			passed, failed = results(t, filepath.Join(folder, reportFile))
			assert.Len(t, passed, example.passing+2, output)
			for _, w := range wrong {
				assert.Contains(t, failed[w.test], w.reason, "at %s:\n%s", w.test, output)
				assert.Contains(t, output, w.reason)
				delete(failed, w.test)
			}
			assert.Empty(t, failed)
			assert.NotContains(t, output, key)
			if name == "vitest" {
				for line := range strings.Lines(shown(t)) {
					assert.Regexp(t, "(?m)^"+strings.ReplaceAll(regexp.QuoteMeta(strings.TrimRight(line, "\n")), "…", ".*")+"$", output)
				}
			}

			require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", "idle", name))))
			output, err = run(example.idle)
			require.Error(t, err, output)
			assert.Contains(t, output, "bitbybit-contract ended with exit code 3", "nothing was judged")
		})
	}
}

// shown is what docs/traffic.md says of the output of vitest.
func shown(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "traffic.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "\n## In your own test runner\n")
	require.True(t, found)
	_, block, found := strings.Cut(section, "```text\n")
	require.True(t, found)
	block, _, _ = strings.Cut(block, "```")
	return block
}

// sometimesBroken is a mock that answers a certain customer wrongly.
func sometimesBroken(t *testing.T) http.Handler {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if r.Body = io.NopCloser(bytes.NewReader(body)); err != nil || !bytes.Contains(body, []byte("broken@example.com")) {
			mock.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, r)
		var created struct {
			Data map[string]any `json:"data"`
		}
		assert.NoError(t, json.Unmarshal(answer.Body.Bytes(), &created))
		created.Data["id"] = 7
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		assert.NoError(t, json.NewEncoder(w).Encode(created))
	})
}

// command runs a program in a folder, and returns all that it printed.
func command(t *testing.T, folder string, line ...string) (string, error) {
	t.Helper()
	c := exec.CommandContext(t.Context(), line[0], line[1:]...)
	c.Dir = folder
	output, err := c.CombinedOutput()
	return string(output), err
}

// tracked are the files of an example that git has or would add: what npm and Python leave behind is none.
func tracked(t *testing.T, name string) []string {
	t.Helper()
	output, err := command(t, root, "git", "ls-files", "--cached", "--others", "--exclude-standard", "examples/"+name)
	require.NoError(t, err, output)
	return strings.Fields(output)
}

// copied returns a folder with the tracked files of an example.
func copied(t *testing.T, name string) string {
	t.Helper()
	folder := t.TempDir()
	for _, file := range tracked(t, name) {
		contents, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		write(t, filepath.Join(folder, strings.TrimPrefix(file, "examples/"+name+"/")), contents)
	}
	return folder
}

func write(t *testing.T, path string, contents []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, contents, 0o600))
}

// results are the tests of a report in the format of JUnit, and why those failed that did. Their names begin with whether they use the mock or the proxy.
func results(t *testing.T, path string) (passed []string, failed map[string]string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	type trouble struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	var report struct {
		Cases []struct {
			Name  string    `xml:"name,attr"`
			Class string    `xml:"classname,attr"`
			All   []trouble `xml:"failure"`
			More  []trouble `xml:"error"`
		} `xml:"testsuite>testcase"`
	}
	require.NoError(t, xml.Unmarshal(text, &report))
	failed = map[string]string{}
	for _, c := range report.Cases {
		name := strings.ReplaceAll(strings.TrimPrefix(c.Name, "test_"), "_", " ")
		if strings.Contains(c.Class, "proxy") {
			name = "proxy " + name
		} else if strings.Contains(c.Class, "mock") {
			name = "mock " + name
		}
		reason := ""
		for _, one := range append(c.All, c.More...) {
			reason += one.Message + "\n" + one.Text + "\n"
		}
		if reason == "" {
			passed = append(passed, name)
		} else {
			failed[name] = reason
		}
	}
	return passed, failed
}
