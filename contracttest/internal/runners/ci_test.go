package runners_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// scripts returns the lines that each job of a CI file of GitHub or GitLab runs.
func scripts(t *testing.T, file string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	type job struct {
		Script []string
		Steps  []struct{ Run string }
	}
	var github struct{ Jobs map[string]job }
	require.NoError(t, yaml.Unmarshal(text, &github))
	jobs := github.Jobs
	if jobs == nil { // of GitLab: every mapping with a script is a job
		var gitlab map[string]yaml.Node
		require.NoError(t, yaml.Unmarshal(text, &gitlab))
		jobs = map[string]job{}
		for name, node := range gitlab {
			var one job
			if node.Decode(&one) == nil && one.Script != nil {
				jobs[name] = one
			}
		}
	}
	lines := map[string][]string{}
	for name, one := range jobs {
		lines[name] = one.Script
		for _, step := range one.Steps {
			if step.Run != "" {
				lines[name] = append(lines[name], step.Run)
			}
		}
	}
	return lines
}

// TestCIFilesOfTheWebService runs what the CI files of examples/web run, in a copy, as GitHub and GitLab do: a line of a script that fails ends its job.
func TestCIFilesOfTheWebService(t *testing.T) {
	t.Parallel()
	if os.Getenv(envRunners) == "" {
		t.Skip("make runners runs it")
	}
	for file, shell := range map[string][]string{"github.yml": {"bash", "-e", "-o", "pipefail", "-c"}, "gitlab.yml": {"sh", "-e", "-c"}} {
		jobs := scripts(t, filepath.Join(root, "examples", "web", "ci", file))
		ran := ""
		for name, lines := range jobs {
			require.NotEmpty(t, lines, "%s of %s runs nothing", name, file)
			folder := copied(t, "web")
			above, err := filepath.Abs(root)
			require.NoError(t, err)
			output, err := command(t, folder, "go", "mod", "edit", "-replace=github.com/bitbybit-go/bitbybit-go="+above,
				"-replace=github.com/bitbybit-go/bitbybit-go/client="+filepath.Join(above, "client"), "-replace=github.com/bitbybit-go/bitbybit-go/gen="+filepath.Join(above, "gen"))
			require.NoError(t, err, output)
			output, err = command(t, folder, append(shell, strings.Join(lines, "\n"))...)
			assert.NoError(t, err, "%s of %s:\n%s", name, file, output)
			ran += output
		}
		assert.Contains(t, ran, "ok  \tgithub.com/bitbybit-go/bitbybit-go/examples/web", "%s runs the tests", file)
		assert.Contains(t, ran, "PASS  http://", "%s runs the contract tests", file)
	}
}

// TestScripts reads a file of each kind.
func TestScripts(t *testing.T) {
	t.Parallel()
	for file, text := range map[string]string{
		"gitlab.yml": "image: golang\none:\n  script:\n    - false\n    - echo done\n",
		"github.yml": "jobs:\n  one:\n    steps:\n      - uses: x\n      - run: 'false'\n      - run: echo done\n",
	} {
		path := filepath.Join(t.TempDir(), file)
		write(t, path, []byte(text))
		assert.Equal(t, map[string][]string{"one": {"false", "echo done"}}, scripts(t, path), file)
	}
}
