package release

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
)

// atImage is the image of the mock at a version, as guides, examples and the manifest name it.
var atImage = regexp.MustCompile(`(ghcr\.io/bitbybit-go/bitbybit-mock:)([0-9][0-9A-Za-z.-]*)`)

// images asks that what names the image of a version names that of this one.
func (c *checker) images(ctx context.Context, version string) error {
	return ofImages(ctx, c.root, func(name string, text []byte) error {
		for _, m := range atImage.FindAllSubmatch(text, -1) {
			if "v"+string(m[2]) != version {
				c.wrong("%s names %s: expected %s%s (make release-version VERSION=%s)", name, m[0], m[1], version[1:], version)
			}
		}
		return nil
	})
}

// setImages has them name the image of a version.
func setImages(ctx context.Context, root, version string) error {
	return ofImages(ctx, root, func(name string, text []byte) error {
		changed := atImage.ReplaceAll(text, []byte("${1}"+version[1:]))
		return os.WriteFile(filepath.Join(root, name), changed, 0o644) //nolint:gosec // as git has them
	})
}

// ofImages calls a function with the name and the text of each file that names the image of a version.
func ofImages(ctx context.Context, root string, do func(name string, text []byte) error) error {
	out, err := breaking.Git(ctx, root, "ls-files", "-z", "docs", "examples", "mockserver/deploy")
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if name == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		if !atImage.Match(text) {
			continue
		}
		if err := do(name, text); err != nil {
			return err
		}
	}
	return nil
}
