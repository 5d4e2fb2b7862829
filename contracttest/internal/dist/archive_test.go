package dist_test

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDistArchives looks into the archive of each program for each platform.
func TestDistArchives(t *testing.T) {
	t.Parallel()
	m := dist(t)
	seconds := strings.TrimSpace(output(t, "git", "show", "-s", "--format=%cI", m.Commit))
	committed, err := time.Parse(time.RFC3339, seconds)
	require.NoError(t, err)
	for program, pkg := range programs {
		for _, p := range platforms {
			t.Run(m.archive(program, p), func(t *testing.T) {
				t.Parallel()
				files := entries(t, m.archive(program, p))
				assert.ElementsMatch(t, []string{"LICENSE", "README.md", p.file(program)}, slices.Collect(maps.Keys(files)))
				for name, file := range files {
					assert.True(t, committed.Equal(file.modified), "%s: time %s, expected the commit's, %s", name, file.modified, committed)
					assert.Equal(t, "root", file.owner, name)
				}
				binary := files[p.file(program)]
				assert.EqualValues(t, 0o755, binary.mode.Perm())
				info, err := buildinfo.Read(bytes.NewReader(binary.text))
				require.NoError(t, err)
				assert.True(t, strings.HasSuffix(info.Path, strings.TrimPrefix(pkg, ".")), "%s", info.Path)
				settings := map[string]string{}
				for _, s := range info.Settings {
					settings[s.Key] = s.Value
				}
				built := platform{settings["GOOS"], settings["GOARCH"]}
				assert.Equal(t, p, built)
				assert.Equal(t, "0", settings["CGO_ENABLED"])
				assert.Equal(t, "true", settings["-trimpath"])
				assert.Equal(t, m.Commit, settings["vcs.revision"])
				if p.os == "linux" {
					assertStatic(t, binary.text)
				}
			})
		}
	}
}

// assertStatic reports a program that needs an interpreter or a shared library.
func assertStatic(t *testing.T, program []byte) {
	t.Helper()
	file, err := elf.NewFile(bytes.NewReader(program))
	require.NoError(t, err)
	for _, segment := range file.Progs {
		assert.NotEqual(t, elf.PT_INTERP, segment.Type, "the program needs an interpreter")
	}
	libraries, err := file.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries)
}

// TestDistVersions asks the programs of this machine's platform for their version.
func TestDistVersions(t *testing.T) {
	t.Parallel()
	m := dist(t)
	for program := range programs {
		got := output(t, unpack(t, m, program, platform{runtime.GOOS, runtime.GOARCH}), "--version")
		assert.True(t, strings.HasPrefix(got, program+" v"+m.Version+" (revision "+m.Commit[:12]), "%s", got)
	}
}

// TestDistNeedsNoNetwork judges the mock in a network namespace that has nothing but loopback.
func TestDistNeedsNoNetwork(t *testing.T) {
	t.Parallel()
	m := dist(t)
	if runtime.GOOS != "linux" {
		t.Skip("network namespaces are Linux's")
	}
	here := platform{runtime.GOOS, runtime.GOARCH}
	unshare := []string{"unshare", "--map-root-user"} // which some systems refuse, Ubuntu's among them
	if os.Geteuid() == 0 {
		unshare = []string{"unshare"}
	} else if exec.CommandContext(t.Context(), "sudo", "-n", "true").Run() == nil {
		unshare = []string{"sudo", "-n", "unshare"}
	}
	got := output(t, unshare[0], append(unshare[1:], "--net", "sh", "-c",
		`ip link set lo up && test "$(ip -o link | wc -l)" = 1 && exec "$0" exec --log-level error -- "$1" --max-requests 20`,
		unpack(t, m, "bitbybit-mock", here), unpack(t, m, "bitbybit-contract", here))...)
	assert.NotEmpty(t, got)
}

// TestDistChecksums compares every file with its line, and the lines with the files.
func TestDistChecksums(t *testing.T) {
	t.Parallel()
	m, sums := dist(t), checksums(t)
	for name, sum := range sums {
		assert.Equal(t, sha(read(t, name)), sum, name)
	}
	for program := range programs {
		for _, p := range platforms {
			assert.NotEmpty(t, sums[m.archive(program, p)], m.archive(program, p))
			assert.NotEmpty(t, sums[m.sbom(program, p)], m.sbom(program, p))
		}
		for _, p := range packages(t, program) {
			assert.NotEmpty(t, sums[filepath.Base(p.file)], p.file)
		}
	}
}

// sbom is the name of a program's bill of materials.
func (m made) sbom(program string, p platform) string {
	return program + "_" + m.Version + "_" + p.String() + ".cdx.json"
}

// TestDistSBOMs compares the modules that the bills of materials name with those of which the programs were compiled.
func TestDistSBOMs(t *testing.T) {
	t.Parallel()
	m := dist(t)
	for program := range programs {
		for _, p := range platforms {
			var bill struct {
				BOMFormat string
				Metadata  struct {
					Component struct{ Name, Version string }
				}
				// Components have a hash each, so that a module can be compared with what sum.golang.org knows.
				Components []struct{ Name, Version, PURL string }
			}
			require.NoError(t, json.Unmarshal(read(t, m.sbom(program, p)), &bill))
			info, err := buildinfo.Read(bytes.NewReader(entries(t, m.archive(program, p))[p.file(program)].text))
			require.NoError(t, err)
			assert.Equal(t, "CycloneDX", bill.BOMFormat)
			assert.Equal(t, info.Main.Path, bill.Metadata.Component.Name)
			assert.Equal(t, "v"+m.Version, bill.Metadata.Component.Version)
			var want, got []string
			for _, module := range info.Deps {
				want = append(want, module.Path+"@"+module.Version)
			}
			want = append(want, "std@"+strings.Fields(info.GoVersion)[0])
			for _, c := range bill.Components {
				got = append(got, c.Name+"@"+c.Version)
				assert.True(t, strings.HasPrefix(c.PURL, "pkg:golang/"), "%s", c.PURL)
			}
			assert.ElementsMatch(t, want, got, m.sbom(program, p))
		}
	}
}

// TestDistReproducible makes a program twice in clones of the commit, in folders of different names: each sequence of
// bytes is that of dist/, unless files were changed there that are not committed.
func TestDistReproducible(t *testing.T) {
	t.Parallel()
	m := dist(t)
	if runtime.GOOS == "windows" {
		t.Skip("GoReleaser's command is read from the Makefile, which needs make")
	}
	goreleaser := strings.TrimSpace(output(t, "make", "-s", "goreleaser"))
	build := []string{"build", "--single-target", "--id", "bitbybit-mock"}
	if strings.Contains(m.Version, "-SNAPSHOT-") {
		build = append(build, "--snapshot")
	}
	sums := map[string]string{}
	for _, name := range []string{"a", "a folder of another length"} {
		clone, file := filepath.Join(t.TempDir(), name), filepath.Join(t.TempDir(), "bitbybit-mock")
		output(t, "git", "clone", "--quiet", ".", clone)
		output(t, "git", "-C", clone, "checkout", "--quiet", "--detach", m.Commit)
		output(t, "go", slices.Concat([]string{"-C", clone, "run", goreleaser}, build, []string{"--output", file})...)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		sums[name] = sha(text)
		info, err := buildinfo.Read(bytes.NewReader(text))
		require.NoError(t, err)
		assert.NotContains(t, info.String(), "modified=true")
	}
	built, err := os.ReadFile(unpack(t, m, "bitbybit-mock", platform{runtime.GOOS, runtime.GOARCH}))
	require.NoError(t, err)
	info, err := buildinfo.Read(bytes.NewReader(built))
	require.NoError(t, err)
	if strings.Contains(info.String(), "modified=true") {
		t.Log("dist/ was made with changes that are not committed: it is not compared")
	} else {
		sums["dist/"] = sha(built)
	}
	assert.Len(t, slices.Compact(slices.Sorted(maps.Values(sums))), 1, "%v", sums)
}
