// Package docs_test runs what README.md, CONTRIBUTING.md and the pages of docs/ show.
//
// Console blocks are run in order, one shell a page: "$ " and a command, then its output, in which "…" stands for anything. Other blocks are copied, saved,
// or run by other tests. An HTML comment in the line above a block says which:
//
//	<!-- examples/vitest/mock.ts -->  copied from that file, but for the indentation
//	<!-- saved as test.mjs -->        written to that file of the page's folder, for the commands that follow
//	<!-- run by TestName -->          another test of this repository, whose file names the page, runs it or holds it to what is run
//	<!-- needs python3 -->           run where that program is on the path
//	<!-- needs npm -->               run where BITBYBIT_DOCS=1 (make docs), with the packages that make npm has packed
//	<!-- ends with 1 -->              run; the exit code of its last command, which is 0 without it: also "needs npm, ends with 1"
//	<!-- not run: … -->               and the reason
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = ".."

// page is a Markdown file, by its path from the root.
type page struct {
	path, text string
	blocks     []block
}

type block struct{ language, mark, text string }

var fenced = regexp.MustCompile("(?ms)^(?:<!-- ([^\n]+) -->\n)?```([a-z]*)\n(.*?)^```$")

func pages(t *testing.T) (all []page) {
	t.Helper()
	paths, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for i := range paths {
		paths[i] = "docs/" + paths[i]
	}
	for _, path := range append(paths, "README.md", "CONTRIBUTING.md") {
		p := page{path: path, text: read(t, path)}
		for _, m := range fenced.FindAllStringSubmatch(p.text, -1) {
			p.blocks = append(p.blocks, block{m[2], m[1], m[3]})
		}
		require.Equal(t, strings.Count(p.text, "\n```"), 2*len(p.blocks), "blocks that cannot be read: %s", path)
		all = append(all, p)
	}
	return all
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(text)
}

func TestEveryBlockIsRunOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	known, run := tests(t), 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			kind, rest, _ := strings.Cut(b.mark, " ")
			switch {
			case b.language == "text" && b.mark == "":
			case b.language == "console" && (b.mark == "" || kind == "ends" || kind == "needs"):
				run++
			case strings.HasPrefix(b.mark, "not run: "), strings.HasPrefix(b.mark, "saved as "):
			case strings.HasPrefix(b.mark, "run by "):
				name, _, _ := strings.Cut(strings.TrimPrefix(rest, "by "), ":")
				assert.Contains(t, known[name], filepath.Base(p.path), "%s: a test that does not exist, or in whose file the page is not named: %s", p.path, b.mark)
			default:
				assert.FileExists(t, filepath.Join(root, b.mark), "%s: what runs this block?\n%s", p.path, b.text)
			}
		}
	}
	assert.Greater(t, run, 20)
}

// tests are the tests of this repository by name, each with the text of its file.
func tests(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	require.NoError(t, filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{"node_modules", ".git", "dist"}, entry.Name()) {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(text, -1) {
			all[string(m[1])] += string(text)
		}
		return err
	}))
	return all
}

func TestCodeIsCopied(t *testing.T) {
	t.Parallel()
	copied := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if strings.Contains(b.mark, " ") || b.mark == "" {
				continue
			}
			copied++
			source := withoutIndent(read(t, b.mark))
			for part := range strings.SplitSeq(withoutIndent(b.text), "…\n") { // what is between is left out
				assert.Contains(t, source, part, "%s shows what %s does not", p.path, b.mark)
			}
		}
	}
	assert.Greater(t, copied, 10)
}

func withoutIndent(code string) string {
	return regexp.MustCompile(`(?m)^[\t ]+`).ReplaceAllString(code, "")
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
)

// TestLinks follows the links within the repository, to files and to headings.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(p.text, ""), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, anchor, _ := strings.Cut(m[1], "#")
			target := p.path
			if file != "" {
				target = filepath.Join(filepath.Dir(p.path), file)
			}
			if assert.FileExists(t, filepath.Join(root, target), "%s: %s", p.path, m[1]) && anchor != "" {
				assert.Contains(t, anchors(read(t, target)), anchor, "%s: %s", p.path, m[1])
			}
		}
	}
}

// anchors are the names that GitHub gives to headings.
func anchors(text string) (names []string) {
	for _, m := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		name := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
		names = append(names, regexp.MustCompile(`[^\p{L}\p{N}_-]`).ReplaceAllString(name, ""))
	}
	return names
}

// TestEveryPageIsFound has README.md and llms.txt lead to each page.
func TestEveryPageIsFound(t *testing.T) {
	t.Parallel()
	readme, llms := read(t, "README.md"), read(t, "llms.txt")
	for _, p := range pages(t) {
		if strings.HasPrefix(p.path, "docs/") {
			assert.Contains(t, readme, "]("+p.path+")")
			assert.Contains(t, llms, p.path)
		}
	}
	for _, m := range link.FindAllStringSubmatch(llms, -1) {
		path, ok := strings.CutPrefix(m[1], "https://github.com/bitbybit-go/bitbybit-go/blob/main/")
		if assert.True(t, ok, "a link of llms.txt to elsewhere: %s", m[1]) {
			assert.FileExists(t, filepath.Join(root, path))
		}
	}
}

// TestTheGuideNamesTheOptionThatIsUsed has docs/node.md name the options of openapi-typescript with which make typescript runs it.
func TestTheGuideNamesTheOptionThatIsUsed(t *testing.T) {
	t.Parallel()
	options := regexp.MustCompile("`(--default-[^`]+)`").FindAllStringSubmatch(read(t, "docs/node.md"), -1)
	require.NotEmpty(t, options)
	for _, option := range options {
		assert.Contains(t, read(t, "examples/typescript/package.json"), option[1])
	}
}
