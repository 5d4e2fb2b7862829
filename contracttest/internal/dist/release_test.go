package dist_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkout is a repository of its own with the scripts of a release.
type checkout struct {
	t   *testing.T
	dir string
}

// newCheckout has one commit, which is origin's main.
func newCheckout(t *testing.T) checkout {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are run by Linux alone")
	}
	c := checkout{t, t.TempDir()}
	for _, name := range []string{"release-tags", "release-notes", "release-tap"} {
		text, err := os.ReadFile(filepath.Join(root, ".ci", name))
		require.NoError(t, err)
		c.write(filepath.Join(".ci", name), string(text))
	}
	c.write("client/go.mod", "module example.com/client\n")
	c.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-29\n\n### Added\n\n- A thing.\n\n## [1.1.0]\n\n- Another.\n")
	c.must("git", "init", "--quiet", "--initial-branch", "main")
	c.commit()
	c.must("git", "update-ref", "refs/remotes/origin/main", "main")
	return c
}

func (c checkout) write(name, text string) {
	c.t.Helper()
	file := filepath.Join(c.dir, name)
	require.NoError(c.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(c.t, os.WriteFile(file, []byte(text), 0o644))
}

func (c checkout) commit() {
	c.t.Helper()
	c.must("git", "add", "--all")
	c.must("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--allow-empty", "-m", "test")
}

// run runs a command in the checkout, with no configuration of git's but the checkout's, and returns what it printed.
func (c checkout) run(environ []string, name string, args ...string) (string, error) {
	command := exec.CommandContext(c.t.Context(), name, args...)
	command.Dir = c.dir
	command.Env = append(append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1"), environ...)
	out, err := command.CombinedOutput()
	return string(out), err
}

func (c checkout) must(name string, args ...string) string {
	c.t.Helper()
	out, err := c.run(nil, name, args...)
	require.NoError(c.t, err, "%s", out)
	return out
}

// TestReleaseTags refuses to release what go get would not find.
func TestReleaseTags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tag    string
		tags   []string // on the commit of main
		beside []string // on a commit that is not main's
		says   string   // why it is refused, if it is
	}{
		"tagged":                {tag: "v1.2.0", tags: []string{"v1.2.0", "client/v1.2.0"}},
		"a candidate":           {tag: "v1.2.0-rc.1", tags: []string{"v1.2.0-rc.1", "client/v1.2.0-rc.1"}},
		"no tag of the module":  {tag: "v1.2.0", tags: []string{"v1.2.0"}, says: "has no tag client/v1.2.0"},
		"the module's is older": {tag: "v1.2.0", tags: []string{"v1.2.0"}, beside: []string{"client/v1.2.0"}, says: "has no tag client/v1.2.0"},
		"beside main":           {tag: "v1.2.0", beside: []string{"v1.2.0", "client/v1.2.0"}, says: "not on main"},
		"no version":            {tag: "v1.2", tags: []string{"v1.2"}, says: "expected a tag such as v1.2.3, got v1.2\n"},
		"no tag":                {tag: "v1.2.0", says: "there is no tag v1.2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCheckout(t)
			for _, tag := range test.tags {
				c.must("git", "tag", tag)
			}
			c.commit()
			for _, tag := range test.beside {
				c.must("git", "tag", tag)
			}
			out, err := c.run(nil, "bash", ".ci/release-tags", test.tag)
			if test.says == "" {
				assert.NoError(t, err, "%s", out)
				return
			}
			assert.Error(t, err)
			assert.Contains(t, out, test.says)
		})
	}
}

// TestReleaseNotes takes the section of the version, and fails where nothing was written.
func TestReleaseNotes(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	assert.Equal(t, "\n### Added\n\n- A thing.\n", c.must("bash", ".ci/release-notes", "v1.2.0"))
	for _, tag := range []string{"v1.3.0", "v1.2", "v1.2.0-rc.1"} {
		out, err := c.run(nil, "bash", ".ci/release-notes", tag)
		assert.Error(t, err, tag)
		assert.Contains(t, out, "CHANGELOG.md has no section", tag)
	}
}

// TestReleaseTap pushes casks to a tap, once.
func TestReleaseTap(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	tap := t.TempDir()
	c.must("git", "init", "--quiet", "--bare", "--initial-branch", "main", tap)
	c.write("dist/homebrew/Casks/bitbybit-mock.rb", "cask\n")
	out, err := c.run([]string{"HOMEBREW_TAP=" + tap, "HOMEBREW_TAP_TOKEN="}, "bash", ".ci/release-tap", "v1.2.0")
	assert.Error(t, err, "without a token nothing is pushed")
	assert.Contains(t, out, "HOMEBREW_TAP_TOKEN")
	environ := []string{"HOMEBREW_TAP=" + tap, "HOMEBREW_TAP_TOKEN=not-a-token"}
	for range 2 {
		out, err = c.run(environ, "bash", ".ci/release-tap", "v1.2.0")
		require.NoError(t, err, "%s", out)
		assert.NotContains(t, out, "not-a-token")
	}
	assert.Contains(t, out, "has v1.2.0 already")
	assert.Equal(t, "bitbybit v1.2.0\n", c.must("git", "-C", tap, "log", "--format=%s", "main"), "one commit")
	assert.Equal(t, "cask\n", c.must("git", "-C", tap, "show", "main:Casks/bitbybit-mock.rb"))
}
