package action_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// section is the part of docs/ci.md about the action.
func section(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "ci.md"))
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "\n## In GitHub Actions\n")
	require.True(t, found)
	return regexp.MustCompile(`(?m)^##`).Split(rest, 2)[0]
}

// shown are the workflow of docs/ci.md, its steps, and those of the excerpt behind it.
func shown(t *testing.T) (text string, whole, excerpt []step) {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(section(t), -1)
	require.Len(t, blocks, 2)
	var w workflow
	require.NoError(t, yaml.Unmarshal([]byte(blocks[0][1]), &w))
	require.NoError(t, yaml.Unmarshal([]byte(blocks[1][1]), &excerpt))
	return blocks[0][1], w.Jobs["contract"].Steps, excerpt
}

// TestTheGuideShowsAWorkflowThatRuns runs the workflow that docs/ci.md shows, with a mock for what npm starts.
func TestTheGuideShowsAWorkflowThatRuns(t *testing.T) {
	t.Parallel()
	text, steps, _ := shown(t)
	require.Len(t, steps, 2)
	r := quick(t)
	serving, url := r.serving()
	r.onPath("npm", `if test "$*" = ci; then exit; fi; test "$*" = start && `+serving)
	assert.Equal(t, "http://127.0.0.1:8080"+gen.BasePath, steps[1].With["url"])
	steps[1].With["url"] = url
	r.steps(scope{}, "", steps)
	require.False(t, r.failed, r.log.String())
	assert.Contains(t, r.log.String(), "PASS  "+url)
	assert.Contains(t, r.summary(), "### PASS")
	assert.Len(t, r.used("actions/upload-artifact"), 1)
	assert.Len(t, r.used("actions/checkout"), 1)
	assert.Regexp(t, pinned, regexp.MustCompile("uses: actions/checkout@.*").FindString(text))
}

// TestTheGuideShowsTrafficThatIsJudged has a stand-in for the program, as [TestTheTrafficOfACommand].
func TestTheGuideShowsTrafficThatIsJudged(t *testing.T) {
	t.Parallel()
	_, _, steps := shown(t)
	require.Len(t, steps, 1)
	r := recorded(t)
	r.secrets = map[string]string{"BITBYBIT_API_KEY": key}
	r.onPath("npm", `echo "npm $*: $BITBYBIT_BASE_URL $BITBYBIT_API_KEY" >>said`)
	r.steps(scope{}, "", steps)
	require.False(t, r.failed, r.log.String())
	assert.Equal(t, "npm ci: http://proxy.example "+key+"\nnpm test: http://proxy.example "+key+"\n", contents(t, filepath.Join(r.workspace, "said")))
	assert.Contains(t, contents(t, filepath.Join(r.workspace, "arguments")), "--target="+steps[0].With["target"]+"\n")
	r.showsNoKey()
}

// TestTheGuideNamesInputsAndOutputs compares what docs/ci.md lists with action.yml.
func TestTheGuideNamesInputsAndOutputs(t *testing.T) {
	t.Parallel()
	var m metadata
	text := read(t, "action.yml", &m)
	rows := regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(section(t), -1)
	assert.Len(t, rows, len(m.Inputs))
	for _, row := range rows {
		assert.Contains(t, m.Inputs, row[1])
	}
	for name := range m.Outputs {
		assert.Contains(t, section(t), "`"+name+"`")
	}
	for _, verdict := range regexp.MustCompile(`verdict='?([a-z-]+)'? ;;`).FindAllStringSubmatch(text, -1) {
		assert.Contains(t, section(t), "`"+verdict[1]+"`")
		assert.Contains(t, m.Outputs["verdict"].Description, verdict[1])
	}
	assert.Contains(t, section(t), "`"+*m.Inputs["reports"].Default+"`")
	assert.Contains(t, section(t), "`"+*m.Inputs["artifact"].Default+"`")
}
