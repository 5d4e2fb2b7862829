package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestTheGuideShowsAStepThatRuns runs the step of a workflow that docs/ci.md shows.
func TestTheGuideShowsAStepThatRuns(t *testing.T) {
	t.Parallel()
	text := read(t, "../../../docs/ci.md")
	step := regexp.MustCompile(`(?m)^- run: bitbybit-contract (.*)\n  env:\n    BITBYBIT_API_KEY: (\S+)\n`).FindStringSubmatch(text)
	require.NotNil(t, step)
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	path := filepath.Join(t.TempDir(), "report.xml")
	line := strings.NewReplacer("http://127.0.0.1:8080"+gen.BasePath, mock.URL, "report.xml", path).Replace(step[1])
	code, _, stderr := program(t, step[2], append(strings.Fields(line), "--max-requests", "8")...)
	assert.Equal(t, exitGood, code, stderr)
	assert.Contains(t, read(t, path), "<testsuites ")
}

// TestTheGuidesNameFlagsThatExist looks for what the pages about this program name in its help.
func TestTheGuidesNameFlagsThatExist(t *testing.T) {
	t.Parallel()
	section := read(t, "../../../docs/ci.md") + read(t, "../../../docs/traffic.md")
	help := ""
	for _, command := range [][]string{{"--help"}, {"proxy", "--help"}, {"har", "--help"}} {
		_, text, _ := program(t, "", command...)
		help += text
	}
	for _, flag := range regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(section, -1) {
		assert.Contains(t, help, "\n   --"+flag[1])
	}
}
