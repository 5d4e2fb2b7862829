// Package layout_test holds the packages to the picture of them in docs/structure.md and to the bounds of their size, and modules to their workspaces.
package layout_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/bitbybit-go/bitbybit-go/"
	root   = "../../.."

	mostPackageLines = 2500 // hand-written, without tests
	mostFileLines    = 300
)

// listed is what `go list -json` says of a package.
type listed struct {
	ImportPath, Dir string
	Imports         []string
	GoFiles         []string
	IgnoredGoFiles  []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,Imports,GoFiles,IgnoredGoFiles", "work")
	command.Dir = root
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var one listed
		if err := decoder.Decode(&one); errors.Is(err, io.EOF) {
			return all
		} else {
			require.NoError(t, err)
		}
		all = append(all, one)
	}
}

// line is a line of the picture: indentation, folder, what it is, and after the arrow what it imports, each by the end of its path.
var line = regexp.MustCompile(`^( *)(\S+)/(?: {2,}([^→]*?))?(?: *→ (.*))?$`)

// picture reads the block of docs/structure.md: the imports of each package, by its path in the module.
func picture(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs", "structure.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(page), "# Where things are\n")
	require.True(t, found, `docs/structure.md must be the page "Where things are"`)
	_, block, found := strings.Cut(section, "```text\n")
	require.True(t, found, "the section must have a text block")
	block, _, _ = strings.Cut(block, "```")
	drawn := map[string][]string{}
	var above []string
	for text := range strings.Lines(block) {
		m := line.FindStringSubmatch(strings.TrimRight(text, "\n"))
		if m == nil {
			continue
		}
		depth := len(m[1]) / 2
		require.LessOrEqual(t, depth, len(above), "indentation of %q", text)
		above = append(above[:depth], m[2])
		imports := []string{}
		if m[4] != "" {
			imports = strings.Split(m[4], ", ")
		}
		drawn[strings.Join(above, "/")] = imports
	}
	require.NotEmpty(t, drawn)
	return drawn
}

// TestThePictureIsTheImports compares the arrows of docs/structure.md with what the packages import, in both directions.
func TestThePictureIsTheImports(t *testing.T) {
	t.Parallel()
	drawn := picture(t)
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if len(p.GoFiles) == 0 {
			continue // tests alone, or the generators' build tag
		}
		imports := []string{}
		for _, imported := range p.Imports {
			if own, ok := strings.CutPrefix(imported, module); ok {
				imports = append(imports, own)
			}
		}
		slices.Sort(imports)
		arrows, found := drawn[path]
		if !assert.True(t, found, "%s is not in the picture of docs/structure.md", path) {
			continue
		}
		delete(drawn, path)
		for _, imported := range imports {
			i := slices.IndexFunc(arrows, func(arrow string) bool { return arrow == imported || strings.HasSuffix(imported, "/"+arrow) })
			if assert.GreaterOrEqual(t, i, 0, "%s imports %s, which the picture of docs/structure.md does not show", path, imported) {
				arrows = slices.Delete(arrows, i, i+1)
			}
		}
		assert.Empty(t, arrows, "%s: arrows of docs/structure.md that are no imports", path)
	}
	for path := range drawn {
		entries, err := os.ReadDir(filepath.Join(root, path))
		assert.NoError(t, err, "%s/ is in the picture of docs/structure.md, and is no folder", path)
		assert.NotEmpty(t, entries)
	}
}

// TestSizes holds hand-written code to the bounds of a package and of a file.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		lines := 0
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			text, err := os.ReadFile(filepath.Join(p.Dir, name))
			require.NoError(t, err)
			if strings.HasSuffix(name, "_test.go") || bytes.Contains(text, []byte("// Code generated")) {
				continue
			}
			n := bytes.Count(text, []byte("\n"))
			assert.LessOrEqual(t, n, mostFileLines, "%s/%s", p.ImportPath, name)
			lines += n
		}
		assert.LessOrEqual(t, lines, mostPackageLines, "%s", p.ImportPath)
	}
}

// TestWorkspaces looks for the go.work of each module: the go command refuses to work in a module that is below a go.work which does not use it.
func TestWorkspaces(t *testing.T) {
	t.Parallel()
	used := uses(t, root)
	assert.ElementsMatch(t, []string{".", "./client", "./gen"}, used)
	modules := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if entry.Name() != "go.mod" {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		require.NoError(t, err)
		if folder == "." || slices.Contains(used, "./"+filepath.ToSlash(folder)) {
			return nil
		}
		modules++
		assert.Equal(t, []string{"."}, uses(t, filepath.Dir(path)), "%s must have a go.work with: use .", folder)
		return nil
	})
	require.NoError(t, err)
	assert.Positive(t, modules)
}

// uses returns the folders that a folder's go.work uses, none if there is no such file.
func uses(t *testing.T, folder string) (folders []string) {
	t.Helper()
	file := filepath.Join(folder, "go.work")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	out, err := exec.CommandContext(t.Context(), "go", "work", "edit", "-json", file).Output()
	require.NoError(t, err, file)
	var work struct{ Use []struct{ DiskPath string } }
	require.NoError(t, json.Unmarshal(out, &work))
	for _, use := range work.Use {
		folders = append(folders, use.DiskPath)
	}
	return folders
}
