package release_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/release"
)

// repository is a git repository with three small modules that require each other as those of this one do.
type repository struct {
	t      *testing.T
	folder string
}

const (
	changelog = "CHANGELOG.md"
	before    = "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-11-01\n\n- All of it.\n"
	// What the section of the version to release has, below its heading.
	section = "\n### Changed\n\n- `client.New` takes a key.\n"
)

// newRepository has released v0.1.0 and is about to release another version, for which a change that breaks users was made and is told of.
func newRepository(t *testing.T, version string) repository {
	t.Helper()
	r := repository{t, t.TempDir()}
	r.write("go.mod", "module "+breaking.Module+"\n\ngo 1.26.0\n\nrequire (\n\t"+breaking.Module+"/client v0.1.0\n\t"+breaking.Module+"/gen v0.1.0\n)\n")
	r.write("client/go.mod", "module "+breaking.Module+"/client\n\ngo 1.26.0\n\nrequire "+breaking.Module+"/gen v0.1.0\n")
	r.write("gen/go.mod", "module "+breaking.Module+"/gen\n\ngo 1.26.0\n")
	r.write("go.work", "go 1.26.0\n\nuse (\n\t.\n\t./client\n\t./gen\n)\n\nreplace (\n\t"+
		breaking.Module+"/client v0.1.0 => ./client\n\t"+breaking.Module+"/gen v0.1.0 => ./gen\n)\n")
	r.write("gen/gen.go", "package gen\n\ntype Customer struct{ ID string }\n")
	r.write("client/client.go", "package client\n\nimport \""+breaking.Module+"/gen\"\n\nfunc New() gen.Customer { return gen.Customer{} }\n")
	r.write("examples/a/ci.yml", "image: ghcr.io/bitbybit-go/bitbybit-mock:0.1.0\n")
	r.write(changelog, before)
	r.git("init", "-q")
	r.commit()
	r.git("tag", "v0.1.0")
	r.edit("client/client.go", "func New()", "func New(key string)")
	r.edit(changelog, "## [0.1.0]", "## ["+strings.TrimPrefix(version, "v")+"] - 2026-12-01\n"+section+"\n## [0.1.0]")
	require.NoError(t, release.SetVersion(t.Context(), r.folder, version))
	r.commit()
	return r
}

func (r repository) write(name, text string) {
	r.t.Helper()
	name = filepath.Join(r.folder, name)
	require.NoError(r.t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(r.t, os.WriteFile(name, []byte(text), 0o600))
}

func (r repository) edit(name, old, replacement string) {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.folder, name))
	require.NoError(r.t, err)
	require.Contains(r.t, string(text), old)
	r.write(name, strings.Replace(string(text), old, replacement, 1))
}

func (r repository) git(args ...string) {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), "git", append([]string{
		"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false",
	}, args...)...)
	command.Dir = r.folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := command.CombinedOutput()
	require.NoError(r.t, err, "git %v: %s", args, out)
}

func (r repository) commit() {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "a commit")
}

func (r repository) tag(version string) {
	r.t.Helper()
	for _, folder := range []string{"gen/", "client/", ""} {
		r.git("tag", "-a", "-m", "a release", folder+version)
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next     string // the version that the repository is about to release, v0.2.0 if empty
		change   func(r repository)
		asked    string // the version that is asked for
		problems int
		want     string // is said
	}{
		"fit": {asked: "v0.2.0", want: "compared with v0.1.0: 1 changes break users, 0 of them without a line"},
		"fit, and tagged": {
			change: func(r repository) { r.tag("v0.2.0") },
			asked:  "v0.2.0", want: "compared with v0.1.0: 1 changes break users, 0 of them without a line",
		},
		"fit, as a prerelease": {next: "v0.2.0-rc.1", asked: "v0.2.0-rc.1", want: "v0.2.0-rc.1: 0 problems"},
		"fit, after a prerelease": {
			change: func(r repository) { r.git("tag", "v0.2.0-rc.1", "v0.1.0") },
			asked:  "v0.2.0", want: "compared with v0.2.0-rc.1: ",
		},
		"an example with another image": {
			change: func(r repository) { r.edit("examples/a/ci.yml", ":0.2.0", ":0.1.9"); r.commit() },
			asked:  "v0.2.0", problems: 1,
			want: "examples/a/ci.yml names ghcr.io/bitbybit-go/bitbybit-mock:0.1.9: expected ghcr.io/bitbybit-go/bitbybit-mock:0.2.0 (make release-version VERSION=v0.2.0)",
		},
		"before the release": {
			change: func(r repository) { r.edit(changelog, "## [0.2.0] - 2026-12-01\n", ""); r.commit() },
			want:   "v0.2.0: 0 problems",
		},
		"after the release": {
			change: func(r repository) {
				r.tag("v0.2.0")
				r.edit("gen/gen.go", "ID string", "Name string")
				r.edit(changelog, "[Unreleased]\n", "[Unreleased]\n\n### Removed\n\n- `gen.Customer.ID`.\n")
				r.commit()
			},
			want: "v0.2.0 is released: the next version is v0.3.0 or higher",
		},
		"after the release, with nothing that breaks": {
			change: func(r repository) {
				r.tag("v0.2.0")
				r.edit("gen/gen.go", "ID string", "ID, Name string")
				r.commit()
			},
			want: "v0.2.0 is released: the next version is v0.2.1 or higher",
		},
		"a patch that breaks": {
			next: "v0.1.1", asked: "v0.1.1", problems: 1,
			want: "v0.1.1: expected v0.2.0 or higher after v0.1.0, as 1 changes since then break users",
		},
		"a patch that breaks, as a prerelease": {
			next: "v0.1.1-rc.1", asked: "v0.1.1-rc.1", problems: 1, want: "v0.1.1-rc.1: expected v0.2.0-0 or higher after v0.1.0",
		},
		"a patch that breaks, before the release": {next: "v0.1.1", problems: 1, want: "v0.1.1: expected v0.2.0 or higher"},
		"a patch": {
			next: "v0.1.1", change: func(r repository) { r.edit("client/client.go", "New(key string)", "New()"); r.commit() },
			asked: "v0.1.1", want: "0 changes break users",
		},
		"a minor version that breaks after v1": {
			next: "v1.1.0", change: func(r repository) { r.git("tag", "v1.0.0", "v0.1.0") },
			asked: "v1.1.0", problems: 1, want: "v1.1.0: expected v2.0.0 or higher after v1.0.0",
		},
		"a version below the last": {
			change: func(r repository) { r.git("tag", "v0.3.0") },
			asked:  "v0.2.0", problems: 1, want: "v0.2.0: expected a version above v0.3.0, the last tag",
		},
		"a change that is not told of": {
			change: func(r repository) { r.edit(changelog, "`client.New` takes a key", "More"); r.commit() },
			asked:  "v0.2.0", problems: 1, want: "client.New: changed from func() ",
		},
		"other requirements": {
			asked: "v0.3.0", problems: 7, // three requirements, two replacements, an image and the changelog
			want: "client/go.mod requires " + breaking.Module + "/gen v0.2.0: expected v0.3.0 (make release-version VERSION=v0.3.0)",
		},
		"another go.work": {
			change: func(r repository) { r.edit("go.work", "gen v0.2.0", "gen v0.1.0"); r.commit() },
			asked:  "v0.2.0", problems: 1, want: "go.work replaces " + breaking.Module + "/gen v0.1.0: expected v0.2.0",
		},
		"no section": {
			change: func(r repository) { r.edit(changelog, "## [0.2.0] - 2026-12-01\n", ""); r.commit() },
			asked:  "v0.2.0", problems: 2, want: `expected a section "## [0.2.0] - YYYY-MM-DD"`,
		},
		"no date": {
			change: func(r repository) { r.edit(changelog, " - 2026-12-01", ""); r.commit() },
			asked:  "v0.2.0", problems: 3, // nor do its lines count
			want: `CHANGELOG.md: expected a section such as "## [0.2.0] - 2027-01-31", got "## [0.2.0]"`,
		},
		"no day": {
			change: func(r repository) { r.edit(changelog, "2026-12-01", "2026-12-32"); r.commit() },
			asked:  "v0.2.0", problems: 1, want: "CHANGELOG.md: expected a date, got 2026-12-32",
		},
		"no entries": {
			change: func(r repository) {
				r.edit(changelog, section, "")
				r.edit("client/client.go", "key string", "")
				r.commit()
			},
			asked: "v0.2.0", problems: 1, want: "CHANGELOG.md: expected entries in the section of v0.2.0",
		},
		"entries that are left": {
			change: func(r repository) { r.edit(changelog, "[Unreleased]\n", "[Unreleased]\n\n- Something.\n"); r.commit() },
			asked:  "v0.2.0", problems: 1, want: "CHANGELOG.md: expected no entries in [Unreleased]",
		},
		"no section of what is to come": {
			change: func(r repository) { r.edit(changelog, "## [Unreleased]\n", ""); r.commit() },
			asked:  "v0.2.0", problems: 2, want: `CHANGELOG.md: expected the first section to be "## [Unreleased]", got "[0.2.0] - 2026-12-01"`,
		},
		"sections in disorder": {
			change: func(r repository) { r.edit(changelog, "## [0.1.0]", "## [0.2.1]"); r.commit() },
			asked:  "v0.2.0", problems: 1, want: "CHANGELOG.md: expected the newest version first, got v0.2.1 below v0.2.0",
		},
		"a change that is not committed": {
			change: func(r repository) { r.write("gen/more.go", "package gen\n") },
			asked:  "v0.2.0", problems: 1, want: "the tree has changes that are not committed, and would not be released:\n?? gen/more.go\n",
		},
		"a tag that is there": {
			change: func(r repository) { r.git("tag", "gen/v0.2.0", "v0.1.0") },
			asked:  "v0.2.0", problems: 1, want: "the tag gen/v0.2.0 is at ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.next == "" {
				test.next = "v0.2.0"
			}
			r := newRepository(t, test.next)
			if test.change != nil {
				test.change(r)
			}
			var said strings.Builder
			problems, err := release.Check(t.Context(), r.folder, test.asked, &said)
			require.NoError(t, err)
			assert.Equal(t, test.problems, problems, "%s", &said)
			assert.Contains(t, said.String(), test.want)
		})
	}
}

func TestFirstVersion(t *testing.T) {
	t.Parallel()
	r := newRepository(t, "v0.2.0")
	r.git("tag", "-d", "v0.1.0")
	var said strings.Builder
	problems, err := release.Check(t.Context(), r.folder, "v0.2.0", &said)
	require.NoError(t, err)
	assert.Zero(t, problems, "%s", &said)
	assert.Contains(t, said.String(), "no version was released before: any number will do\n")
}

// The version of the repository was set by SetVersion: that of what is required, and nothing else.
func TestSetVersion(t *testing.T) {
	t.Parallel()
	r := newRepository(t, "v0.2.0")
	text, err := os.ReadFile(filepath.Join(r.folder, "client/go.mod"))
	require.NoError(t, err)
	assert.Equal(t, "module "+breaking.Module+"/client\n\ngo 1.26.0\n\nrequire "+breaking.Module+"/gen v0.2.0\n", string(text))
	for _, version := range []string{"", "0.2.0", "v0.2", "v0.2.0+build", "$1"} {
		require.ErrorContains(t, release.SetVersion(t.Context(), r.folder, version), "expected a version such as v0.2.0, got ", version)
		if version != "" {
			_, err := release.Check(t.Context(), r.folder, version, &strings.Builder{})
			require.ErrorContains(t, err, "expected a version such as v0.2.0, got ", version)
		}
	}
}
