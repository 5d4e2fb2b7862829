package dist_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// linuxPackage is a deb or rpm in dist/.
type linuxPackage struct{ file, kind, arch string }

// packages are those of a program.
func packages(t *testing.T, program string) []linuxPackage {
	t.Helper()
	var all []linuxPackage
	for _, p := range []linuxPackage{
		{program + "_*_amd64.deb", "deb", "amd64"},
		{program + "_*_arm64.deb", "deb", "arm64"},
		{program + "-*.x86_64.rpm", "rpm", "x86_64"},
		{program + "-*.aarch64.rpm", "rpm", "aarch64"},
	} {
		found, err := filepath.Glob(filepath.Join(root, "dist", p.file))
		require.NoError(t, err)
		require.Len(t, found, 1, "%s in dist/", p.file)
		p.file, err = filepath.Abs(found[0])
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

// TestDistPackages has dpkg and rpm say what is in the packages, and compares the programs with those of the archives.
func TestDistPackages(t *testing.T) {
	t.Parallel()
	m := dist(t)
	for program := range programs {
		for _, p := range packages(t, program) {
			t.Run(filepath.Base(p.file), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				var name, arch, files string
				if p.kind == "deb" {
					requireTool(t, "dpkg-deb")
					name, arch = output(t, "dpkg-deb", "--field", p.file, "Package"), output(t, "dpkg-deb", "--field", p.file, "Architecture")
					files = output(t, "dpkg-deb", "--contents", p.file)
					output(t, "dpkg-deb", "--extract", p.file, dir)
				} else {
					requireTool(t, "rpm")
					requireTool(t, "rpm2cpio")
					requireTool(t, "cpio")
					name, arch = output(t, "rpm", "-qp", "--qf", "%{NAME}", p.file), output(t, "rpm", "-qp", "--qf", "%{ARCH}", p.file)
					files = output(t, "rpm", "-qlvp", p.file)
					output(t, "sh", "-c", `rpm2cpio "$0" | (cd "$1" && cpio --quiet -idm --no-absolute-filenames)`, p.file, dir)
				}
				assert.Equal(t, program, strings.TrimSpace(name))
				assert.Equal(t, p.arch, strings.TrimSpace(arch))
				assert.Regexp(t, `(?m)^-rwxr-xr-x .*root.*/usr/bin/`+program+`$`, files)
				assert.Regexp(t, `(?m)^-rw-r--r-- .*root.*/usr/share/doc/`+program+`/copyright$`, files)
				installed, err := os.ReadFile(filepath.Join(dir, "usr/bin", program))
				require.NoError(t, err)
				goarch := map[string]string{"amd64": "amd64", "arm64": "arm64", "x86_64": "amd64", "aarch64": "arm64"}[p.arch]
				assert.Equal(t, sha(entries(t, m.archive(program, platform{"linux", goarch}))[program].text), sha(installed))
			})
		}
	}
}

func requireTool(t *testing.T, name string) {
	t.Helper()
	_, err := exec.LookPath(name)
	require.NoError(t, err, "install %s", name)
}

// TestDistCasks reads what Homebrew would: the casks' addresses and checksums are those of the archives.
func TestDistCasks(t *testing.T) {
	t.Parallel()
	m, sums := dist(t), checksums(t)
	download := regexp.MustCompile(`sha256 "([0-9a-f]{64})"\s+url "https://github\.com/bitbybit-go/bitbybit-go/releases/download/[^"]*/([^"/]+)"`)
	for program := range programs {
		file := filepath.Join("homebrew", "Casks", program+".rb")
		cask := string(read(t, file))
		assert.Contains(t, cask, `cask "`+program+`" do`)
		assert.Contains(t, cask, `version "`+m.Version+`"`)
		assert.Contains(t, cask, `binary "`+program+`"`)
		assert.Contains(t, cask, `"com.apple.quarantine", "#{staged_path}/`+program+`"`)
		found := map[string]string{}
		for _, match := range download.FindAllStringSubmatch(cask, -1) {
			found[strings.ReplaceAll(match[2], "#{version}", m.Version)] = match[1]
		}
		want := map[string]string{}
		for _, p := range platforms {
			if p.os != "windows" {
				want[m.archive(program, p)] = sums[m.archive(program, p)]
			}
		}
		assert.Equal(t, want, found)
		if _, err := exec.LookPath("ruby"); err == nil {
			output(t, "ruby", "-c", filepath.Join("dist", file))
		}
	}
}
