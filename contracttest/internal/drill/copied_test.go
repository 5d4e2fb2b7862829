package drill

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../../.."

// copied is a copy of the tree, to be changed.
type copied struct {
	dir    string
	edited []string // files that were edited by hand, but for openapi.yaml and tests of the drill's own
	said   []string // what build and tests said, a few words each
}

// newCopy copies what git tracks, with what is not committed of it.
func newCopy(t *testing.T) *copied {
	t.Helper()
	c := &copied{dir: t.TempDir()}
	list := exec.CommandContext(t.Context(), "git", "ls-files", "-z")
	list.Dir = root
	names, err := list.Output()
	require.NoError(t, err, "git ls-files")
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not committed yet
		}
		require.NoError(t, err)
		c.write(t, name, text)
	}
	return c
}

func (c *copied) write(t *testing.T, name string, text []byte) {
	t.Helper()
	path := filepath.Join(c.dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, text, 0o644))
}

// replace puts a text in place of another, which must be there once.
func (c *copied) replace(t *testing.T, name, anchor, text string) {
	t.Helper()
	old := c.read(t, name)
	require.Equal(t, 1, strings.Count(old, anchor), "the drill's anchor must be in %s once: %q", name, anchor)
	c.write(t, name, []byte(strings.Replace(old, anchor, text, 1)))
	c.count(name)
}

// replaceAll puts a text in place of another wherever it is, in a file that has it.
func (c *copied) replaceAll(t *testing.T, name, old, text string) {
	t.Helper()
	content := c.read(t, name)
	require.Contains(t, content, old, "the drill's anchor must be in %s", name)
	c.write(t, name, []byte(strings.ReplaceAll(content, old, text)))
	c.count(name)
}

// before adds a text in front of an anchor, which must be there once.
func (c *copied) before(t *testing.T, name, anchor, text string) {
	t.Helper()
	c.replace(t, name, anchor, text+anchor)
}

const contract = "openapi.yaml"

func (c *copied) count(name string) {
	if name != contract && !slices.Contains(c.edited, name) {
		c.edited = append(c.edited, name)
	}
}

// add writes a file of testdata into the tree.
func (c *copied) add(t *testing.T, testdata, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", testdata))
	require.NoError(t, err)
	c.write(t, name, text)
	if !strings.HasSuffix(name, "_test.go") { // one of those asks whether the drill worked
		c.count(name)
	}
}

func (c *copied) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, name))
	require.NoError(t, err)
	return string(text)
}

// byHand says which files were edited.
func (c *copied) byHand() string {
	if len(c.edited) == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%s)", len(c.edited), strings.Join(c.edited, ", "))
}

func (c *copied) generate(t *testing.T) {
	t.Helper()
	out, err := c.run(t, "generate", "-tags", "generate", "./tools.go")
	require.NoError(t, err, "make generate: %s", out)
}

// build returns what the compiler says, one problem a line.
func (c *copied) build(t *testing.T) (problems []string) {
	t.Helper()
	out, err := c.run(t, "build", "work")
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			problems = append(problems, line)
		}
	}
	require.Equal(t, err == nil, len(problems) == 0, "go build: %v", err)
	return problems
}

// mostOutput is how many bytes of what a failing test says are kept: some print whole pages.
const mostOutput = 4 << 10

// failure is one test that failed, or one package that did not compile.
type failure struct{ name, output string }

// test runs the tests of some packages, all of them by default, and returns those that fail.
func (c *copied) test(t *testing.T, arguments ...string) (failures []failure) {
	t.Helper()
	if len(arguments) == 0 {
		arguments = []string{"work"}
	}
	out, err := c.run(t, append([]string{"test", "-short", "-json", "-timeout", "8m"}, arguments...)...)
	outputs, failed := map[string]*strings.Builder{}, []string{}
	decoder := json.NewDecoder(bytes.NewReader([]byte(out)))
	for {
		var event struct{ Action, Package, ImportPath, Test, Output string }
		if err := decoder.Decode(&event); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			require.NoError(t, err, "go test -json: %s", out)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(event.Package+event.ImportPath, module+"/")+" "+event.Test, " ")
		switch event.Action {
		case "output", "build-output":
			if outputs[name] == nil {
				outputs[name] = &strings.Builder{}
			}
			outputs[name].WriteString(event.Output)
		case "fail", "build-fail":
			failed = append(failed, name)
		}
	}
	for _, name := range failed {
		inside := func(other string) bool { return other != name && strings.HasPrefix(other, name) }
		if !slices.ContainsFunc(failed, inside) {
			output := outputs[name].String()
			failures = append(failures, failure{name, output[:min(len(output), mostOutput)]})
		}
	}
	require.Equal(t, err == nil, len(failures) == 0, "go test: %v", err)
	return failures
}

const module = "github.com/bitbybit-go/bitbybit-go"

// passes asserts that all tests pass, but those of some packages.
func (c *copied) passes(t *testing.T, but ...string) {
	t.Helper()
	list, err := c.run(t, "list", "work")
	require.NoError(t, err, list)
	failures := c.test(t, slices.DeleteFunc(strings.Fields(list), func(path string) bool {
		return slices.Contains(but, strings.TrimPrefix(path, module+"/"))
	})...)
	without := ""
	if len(but) > 0 {
		without = " but those of " + strings.Join(but, " and ") + ", which are not run"
	}
	c.passed(t, failures, without)
}

// passesWithout asserts that all tests pass, but some.
func (c *copied) passesWithout(t *testing.T, tests ...string) {
	t.Helper()
	failures := c.test(t, "-skip", "^("+strings.Join(tests, "|")+")$", "work")
	c.passed(t, failures, " but "+strings.Join(tests, " and ")+", which are not run")
}

func (c *copied) passed(t *testing.T, failures []failure, without string) {
	t.Helper()
	for _, f := range failures {
		assert.Fail(t, f.name, f.output)
	}
	if len(failures) > 0 {
		c.say("%d tests fail", len(failures))
		return
	}
	c.say("all tests pass%s", without)
}

func (c *copied) say(format string, arguments ...any) {
	c.said = append(c.said, fmt.Sprintf(format, arguments...))
}

// run runs the go command in the copy; out is what it wrote to both of its outputs.
func (c *copied) run(t *testing.T, arguments ...string) (out string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", arguments...)
	command.Dir = c.dir
	command.Env = append(os.Environ(), envDrill+"=")
	text, err := command.CombinedOutput()
	return string(text), err
}
