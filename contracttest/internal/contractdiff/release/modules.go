package release

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
)

// modules asks that the modules which are released together require each other at a version, and that go.work has folders in place of that version.
func (c *checker) modules(version string) error {
	for _, folder := range folders() {
		name := filepath.Join(folder, "go.mod")
		file, err := breaking.ReadModule(filepath.Join(c.root, name))
		if err != nil {
			return err
		}
		for _, other := range []string{"client", "gen"} {
			path := breaking.Module + "/" + other
			required := breaking.Requires(file, path)
			if required != "" && required != version {
				c.wrong("%s requires %s %s: expected %s (make release-version VERSION=%s)", filepath.ToSlash(name), path, required, version, version)
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(c.root, "go.work"))
	if err != nil {
		return err
	}
	work, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		return err
	}
	for _, replace := range work.Replace {
		if strings.HasPrefix(replace.Old.Path, breaking.Module+"/") && replace.Old.Version != version {
			c.wrong("go.work replaces %s %s: expected %s (make release-version VERSION=%s)", replace.Old.Path, replace.Old.Version, version, version)
		}
	}
	return nil
}

// SetVersion has the modules of the tree at root require client and gen at a version, in each go.mod and in go.work,
// and guides and examples name its image.
func SetVersion(ctx context.Context, root, version string) error {
	if !isVersion(version) {
		return fmt.Errorf("expected a version such as v0.2.0, got %q", version)
	}
	out, err := breaking.Git(ctx, root, "ls-files", "-z", "go.work", "go.mod", "*/go.mod")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		name = filepath.Join(root, name)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name, atVersion.ReplaceAll(text, []byte("${1}"+version)), 0o644); err != nil { //nolint:gosec // as git has them
			return err
		}
	}
	return setImages(ctx, root, version)
}

// atVersion is client or gen at a version.
var atVersion = regexp.MustCompile(`(` + regexp.QuoteMeta(breaking.Module) + `/(?:client|gen) )v[0-9]\S*`)
