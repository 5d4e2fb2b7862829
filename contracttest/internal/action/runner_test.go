package action_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

const root = "../../.."

// metadata is what action.yml says, and step what one of its steps or of a job's says.
type metadata struct {
	Inputs map[string]struct {
		Description string
		Default     *string
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []step
	}
}

type step struct {
	Name, ID, If, Uses, Run, Shell string
	WorkingDirectory               string `yaml:"working-directory"`
	With, Env                      map[string]string
}

// read parses a YAML file of the repository.
func read(t *testing.T, path string, into any) (text string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(content, into), path)
	return string(content)
}

// runner does what a runner of GitHub Actions does with the steps of a job: the scripts run in bash, with the files and the
// variables of a runner; actions of others are stand-ins that note what they were given.
type runner struct {
	t         *testing.T
	bash      string
	workspace string
	temp      string            // RUNNER_TEMP
	env       map[string]string // of the job
	path      []string          // before PATH, the first one first
	secrets   map[string]string
	failed    bool // a step of the job failed, or of the action while that runs

	log     strings.Builder // standard output and standard error of all steps
	uses    []used
	scripts int // that ran
}

// used is one use of an action of others.
type used struct {
	action string            // without what follows the @
	with   map[string]string // as it was evaluated
	files  map[string]string // below with.path, by their names
}

// needsBash is the path of the bash that runs the scripts.
func needsBash(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("takes a while, and what the contract says has little part in it")
	}
	if runtime.GOOS == "windows" {
		t.Skip("the stand-ins for programs are POSIX scripts; the job action of .github/workflows/ci.yml runs action.yml on Windows")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to run the scripts of action.yml")
	}
	return bash
}

// newRunner is a runner with an empty workspace. Of the environment of the test it keeps what is not of GitHub or of this project.
func newRunner(t *testing.T) *runner {
	t.Helper()
	r := &runner{t: t, bash: needsBash(t), workspace: t.TempDir(), temp: t.TempDir(), env: map[string]string{}}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if !regexp.MustCompile(`^(BITBYBIT|GITHUB|RUNNER|INPUT)_`).MatchString(name) {
			r.env[name] = value
		}
	}
	return r
}

// scope is where the names of expressions are looked up.
type scope struct {
	inputs map[string]string            // nil in a job
	steps  map[string]map[string]string // the outputs of those that have an id; nil before they ran
}

func (r *runner) expression(s scope) expression {
	return expression{
		look: func(name string) (string, error) {
			parts := strings.Split(name, ".")
			switch {
			case parts[0] == "inputs" && len(parts) == 2:
				if value, found := s.inputs[parts[1]]; found {
					return value, nil
				}
			case parts[0] == "secrets" && len(parts) == 2:
				return r.secrets[parts[1]], nil
			case parts[0] == "steps" && len(parts) == 4 && parts[2] == "outputs":
				if outputs, found := s.steps[parts[1]]; found {
					return outputs[parts[3]], nil
				}
			}
			return "", fmt.Errorf("there is no %s", name)
		},
		status: func(function string) (bool, error) {
			switch function {
			case "always":
				return true, nil
			case "success":
				return !r.failed, nil
			case "failure":
				return r.failed, nil
			case "cancelled":
				return false, nil
			}
			return false, fmt.Errorf("there is no function %s", function)
		},
	}
}

var inserted = regexp.MustCompile(`\$\{\{(.*?)\}\}`)

// text is a value with its ${{ expressions }} evaluated.
func (r *runner) text(s scope, value string) string {
	return inserted.ReplaceAllStringFunc(value, func(one string) string {
		evaluated, err := r.expression(s).evaluate(inserted.FindStringSubmatch(one)[1])
		require.NoError(r.t, err, value)
		return fmt.Sprint(evaluated)
	})
}

func (r *runner) texts(s scope, values map[string]string) map[string]string {
	evaluated := map[string]string{}
	for name, value := range values {
		evaluated[name] = r.text(s, value)
	}
	return evaluated
}

// runs tells whether a step runs: where its condition asks for no status, that there was no failure is a part of it.
func (r *runner) runs(s scope, condition string) bool {
	if m := inserted.FindStringSubmatch(condition); m != nil && m[0] == condition {
		condition = m[1]
	}
	if !regexp.MustCompile(`\b(always|success|failure|cancelled)\(`).MatchString(condition) {
		if r.failed {
			return false
		} else if condition == "" {
			return true
		}
	}
	value, err := r.expression(s).evaluate(condition)
	require.NoError(r.t, err, condition)
	return truth(value)
}

// steps runs steps one after another, and returns where their outputs are.
func (r *runner) steps(s scope, actionPath string, steps []step) scope {
	s.steps = map[string]map[string]string{}
	for _, one := range steps {
		if one.ID != "" {
			s.steps[one.ID] = nil
		}
	}
	for _, one := range steps {
		if !r.runs(s, one.If) {
			continue
		}
		var outputs map[string]string
		switch {
		case one.Run != "":
			outputs = r.script(s, actionPath, one)
		case one.Uses == "./" || strings.HasPrefix(one.Uses, "bitbybit-go/bitbybit-go@"):
			outputs = r.action(r.texts(s, one.With))
		default:
			r.standIn(one.Uses, r.texts(s, one.With))
		}
		if one.ID != "" {
			s.steps[one.ID] = outputs
		}
	}
	return s
}

// action runs action.yml and returns its outputs.
func (r *runner) action(with map[string]string) map[string]string {
	var m metadata
	read(r.t, "action.yml", &m)
	s := scope{inputs: map[string]string{}}
	for name, input := range m.Inputs {
		require.NotNil(r.t, input.Default, "the input %s", name)
		s.inputs[name] = *input.Default
	}
	for name, value := range with {
		require.Contains(r.t, m.Inputs, name, "action.yml has no such input")
		s.inputs[name] = value
	}
	path, err := filepath.Abs(root)
	require.NoError(r.t, err)
	before := r.failed
	r.failed = false // within an action, success() is that of its own steps
	s = r.steps(s, path, m.Runs.Steps)
	r.failed = r.failed || before
	outputs := map[string]string{}
	for name, output := range m.Outputs {
		outputs[name] = r.text(s, output.Value)
	}
	return outputs
}

// script runs the script of a step as https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax says of the
// shell bash.
func (r *runner) script(s scope, actionPath string, one step) (outputs map[string]string) {
	require.Contains(r.t, []string{"", "bash"}, one.Shell)
	r.scripts++
	files := filepath.Join(r.temp, fmt.Sprintf("_runner_%d", r.scripts))
	require.NoError(r.t, os.Mkdir(files, 0o700))
	file := filepath.Join(files, "script.sh")
	require.NoError(r.t, os.WriteFile(file, []byte(r.text(s, one.Run)), 0o600))
	env := maps.Clone(r.env)
	maps.Copy(env, r.texts(s, one.Env))
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH"} {
		env[name] = filepath.Join(files, name)
		require.NoError(r.t, os.WriteFile(env[name], nil, 0o600))
	}
	env["GITHUB_ACTIONS"], env["CI"] = "true", "true"
	env["GITHUB_WORKSPACE"], env["RUNNER_TEMP"], env["GITHUB_ACTION_PATH"] = r.workspace, r.temp, actionPath
	env["GITHUB_STEP_SUMMARY"] = filepath.Join(r.temp, "_summary") // of all steps in one
	env["PATH"] = strings.Join(append(slices.Clone(r.path), r.env["PATH"]), string(filepath.ListSeparator))

	command := exec.CommandContext(r.t.Context(), r.bash, "--noprofile", "--norc", "-eo", "pipefail", file)
	command.Dir = r.workspace
	if directory := r.text(s, one.WorkingDirectory); filepath.IsAbs(directory) {
		command.Dir = directory
	} else {
		command.Dir = filepath.Join(r.workspace, directory)
	}
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	output, err := os.Create(filepath.Join(files, "log")) // a pipe would be waited for while a process that is left behind has it
	require.NoError(r.t, err)
	command.Stdout, command.Stderr = output, output
	err = command.Run()
	require.NoError(r.t, output.Close())
	r.log.WriteString(contents(r.t, output.Name()))
	if err != nil {
		r.failed = true
		fmt.Fprintf(&r.log, "%s: %q\n", one.Name, err.Error())
	}
	maps.Copy(r.env, assignments(r.t, env["GITHUB_ENV"]))
	for line := range strings.Lines(contents(r.t, env["GITHUB_PATH"])) {
		r.path = append([]string{strings.TrimSpace(line)}, r.path...)
	}
	return assignments(r.t, env["GITHUB_OUTPUT"])
}

// assignments reads lines of name=value. The other form, with a delimiter, is not used.
func assignments(t *testing.T, path string) map[string]string {
	t.Helper()
	values := map[string]string{}
	for line := range strings.Lines(contents(t, path)) {
		name, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		require.True(t, found, "a line of %s: %q", filepath.Base(path), line)
		values[name] = value
	}
	return values
}

func contents(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// standIn notes what an action of others was given. That of setup-go puts the Go of the test on the path.
func (r *runner) standIn(action string, with map[string]string) {
	name, _, _ := strings.Cut(action, "@")
	u := used{action: name, with: with, files: map[string]string{}}
	switch name {
	case "actions/setup-go":
		require.FileExists(r.t, with["go-version-file"])
		compiler, err := exec.LookPath("go")
		require.NoError(r.t, err)
		r.path = append([]string{filepath.Dir(compiler)}, r.path...)
	case "actions/upload-artifact":
		entries, err := os.ReadDir(with["path"])
		require.NoError(r.t, err)
		for _, entry := range entries {
			u.files[entry.Name()] = contents(r.t, filepath.Join(with["path"], entry.Name()))
		}
	}
	r.uses = append(r.uses, u)
}

// used returns the uses of one action.
func (r *runner) used(action string) (those []used) {
	for _, u := range r.uses {
		if u.action == action {
			those = append(those, u)
		}
	}
	return those
}

// summary is what was appended to GITHUB_STEP_SUMMARY.
func (r *runner) summary() string {
	text, err := os.ReadFile(filepath.Join(r.temp, "_summary"))
	if err != nil {
		require.ErrorIs(r.t, err, os.ErrNotExist)
	}
	return string(text)
}

// told is a line of the log that a runner takes for a command.
type told struct{ name, properties, data string }

var (
	command   = regexp.MustCompile(`^\s*::([A-Za-z0-9_-]+)(?: (.*?))?::(.*)$`)
	oldSyntax = regexp.MustCompile(`##\[([A-Za-z0-9_-]+)(?: (.*?))?\](.*)$`) // which runners still read, wherever it stands in a line
)

// commands reads the log as a runner does (github.com/actions/runner, src/Runner.Common/ActionCommand.cs).
func (r *runner) commands() (all []told) {
	stopped := ""
	for line := range strings.Lines(r.log.String()) {
		line = strings.TrimRight(line, "\r\n")
		m := command.FindStringSubmatch(line)
		if m == nil {
			m = oldSyntax.FindStringSubmatch(line)
		}
		switch {
		case m == nil:
		case stopped != "":
			if m[1] == stopped {
				stopped = ""
			}
		case m[1] == "stop-commands":
			stopped = m[3]
		default:
			all = append(all, told{m[1], m[2], m[3]})
		}
	}
	require.Empty(r.t, stopped, "commands stay stopped")
	return all
}

// errors are the annotations of errors.
func (r *runner) errors() (those []told) {
	for _, one := range r.commands() {
		if one.name == "error" {
			those = append(those, one)
		}
	}
	return those
}
