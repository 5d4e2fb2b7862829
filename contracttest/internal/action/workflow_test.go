package action_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// workflow is what a file in .github/workflows says, as far as it is looked at.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		TimeoutMinutes int `yaml:"timeout-minutes"`
		Steps          []step
	}
}

// pinned is an action of others by the SHA of a commit, which nobody can move, with its version for people.
var pinned = regexp.MustCompile(`^\s*-? ?uses: (\./|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)

// assertSafe looks for what makes workflows unsafe: expressions inside of scripts, and actions that others can change.
func assertSafe(t *testing.T, text string, steps []step) {
	t.Helper()
	for _, line := range regexp.MustCompile(`(?m)^.*\buses:.*$`).FindAllString(text, -1) {
		assert.Regexp(t, pinned, line, "pin it by its commit, with the version behind it: # v1.2.3")
	}
	for _, one := range steps {
		assert.NotContains(t, one.Run, "${{", "%s: a script has values from its environment alone", one.Name)
		assert.Empty(t, inserted.FindString(one.Shell+one.Uses), "%s", one.Name)
		if strings.HasPrefix(one.Uses, "actions/checkout@") {
			assert.Equal(t, "false", one.With["persist-credentials"], "else the token of the job is in a file for all steps")
		}
	}
}

func TestWorkflowsAreSafe(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.y*ml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	shown, err := filepath.Glob(filepath.Join(root, "examples", "*", "ci", "github.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, shown)
	for _, file := range append(files, shown...) {
		var w workflow
		path, err := filepath.Rel(root, file)
		require.NoError(t, err)
		text := read(t, path, &w)
		assert.Equal(t, map[string]string{"contents": "read"}, w.Permissions, "%s: a job that needs more says so itself", file)
		assert.NotRegexp(t, `pull_request_target|workflow_run`, text, "%s: what a fork sends would run with secrets", file)
		var steps []step
		for name, job := range w.Jobs {
			assert.NotZero(t, job.TimeoutMinutes, "%s: %s needs timeout-minutes", file, name)
			steps = append(steps, job.Steps...)
		}
		assertSafe(t, text, steps)
	}
}

// TestMetadata looks for what a runner accepts in silence: inputs and variables that nothing reads, names that nothing sets.
func TestMetadata(t *testing.T) {
	t.Parallel()
	var m metadata
	text := read(t, "action.yml", &m)
	assert.Equal(t, "composite", m.Runs.Using)
	assertSafe(t, text, m.Runs.Steps)
	for name, input := range m.Inputs {
		assert.NotEmpty(t, input.Description, name)
		assert.NotNil(t, input.Default, name)
		assert.Regexp(t, `inputs\.`+name+`\b`, text, "an input that nothing reads")
	}
	for name, output := range m.Outputs {
		assert.NotEmpty(t, output.Description, name)
	}
	for _, one := range m.Runs.Steps {
		if one.Run == "" {
			continue
		}
		assert.NotEmpty(t, one.Name)
		assert.Equal(t, "bash", one.Shell, one.Name)
		for variable, value := range one.Env {
			if inserted.MatchString(value) {
				assert.Regexp(t, `\$\{?`+variable+`\b`, one.Run, "%s: a variable that the script does not read", one.Name)
			} else {
				assert.Regexp(t, `^(CGO_ENABLED|GO[A-Z]+)$`, variable)
			}
		}
		for _, variable := range regexp.MustCompile(`\$\{?(INPUT_[A-Z_]+)`).FindAllStringSubmatch(one.Run, -1) {
			assert.Contains(t, one.Env, variable[1], "%s reads a variable that nothing sets", one.Name)
		}
	}
	assert.Regexp(t, `^exit `, lastLine(m.Runs.Steps[len(m.Runs.Steps)-1].Run), "the step that fails the job comes last")
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// TestActionlint has actionlint, as the module that BITBYBIT_ACTIONLINT names, read the workflow of docs/ci.md, those of examples/, and the steps of
// action.yml as those of a workflow with the same inputs, since it reads nothing but workflows. With shellcheck on the path it
// runs that, too.
func TestActionlint(t *testing.T) {
	t.Parallel()
	actionlint := os.Getenv("BITBYBIT_ACTIONLINT")
	if actionlint == "" {
		t.Skip("make lint runs this")
	}
	shown, _, _ := shown(t)
	texts := map[string]string{"docs/ci.md": shown, "action.yml": asWorkflow(t)}
	files, err := filepath.Glob(filepath.Join(root, "examples", "*", "ci", "github.yml"))
	require.NoError(t, err)
	for _, file := range files {
		texts[file] = contents(t, file)
	}
	for name, text := range texts {
		command := exec.CommandContext(t.Context(), "go", "run", actionlint, "-no-color", "-")
		command.Dir, command.Stdin = root, strings.NewReader(text)
		output, err := command.CombinedOutput()
		assert.NoError(t, err, "%s\nof %s, as the workflow\n%s", output, name, text)
	}
}

func asWorkflow(t *testing.T) string {
	t.Helper()
	var m struct {
		Inputs  map[string]any
		Outputs map[string]struct{ Value string }
		Runs    struct{ Steps []any }
	}
	read(t, "action.yml", &m)
	inputs, outputs := map[string]any{}, map[string]string{}
	for name := range m.Inputs {
		inputs[name] = map[string]string{"type": "string"}
	}
	for name, output := range m.Outputs {
		outputs[name] = output.Value
	}
	text, err := yaml.Marshal(map[string]any{
		"on":   map[string]any{"workflow_call": map[string]any{"inputs": inputs}},
		"jobs": map[string]any{"action": map[string]any{"runs-on": "ubuntu-latest", "outputs": outputs, "steps": m.Runs.Steps}},
	})
	require.NoError(t, err)
	return string(text)
}
