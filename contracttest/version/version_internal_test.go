package version

import (
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	t.Parallel()
	main := debug.Module{Path: modulePath, Version: "v1.2.3"}
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "false"}}
	modified := append(slices.Clip(revision[:1]), debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	for _, test := range []struct {
		want, release string
		info          debug.BuildInfo
	}{
		{want: "v1.2.3", info: debug.BuildInfo{Main: main}},
		{want: "v1.2.3 (revision 0123456789ab)", info: debug.BuildInfo{Main: main, Settings: revision}},
		{want: "v1.2.3 (revision 0123456789ab, modified)", info: debug.BuildInfo{Main: main, Settings: modified}},
		{want: unknown, info: debug.BuildInfo{Main: debug.Module{Path: modulePath}}},
		{want: "v0.9.0", info: debug.BuildInfo{
			Main:     debug.Module{Path: "example.com/app", Version: "v7.0.0"},
			Deps:     []*debug.Module{{Path: "example.com/x", Version: "v1.0.0"}, {Path: modulePath, Version: "v0.9.0"}},
			Settings: revision, // of the program, not of this module
		}},
		{want: unknown, info: debug.BuildInfo{}},
		{want: "v2.0.0", release: "v2.0.0", info: debug.BuildInfo{Main: main}},
		{want: "v2.0.0", release: "v2.0.0", info: debug.BuildInfo{}},
		{want: "v2.0.0 (revision 0123456789ab)", release: "v2.0.0", info: debug.BuildInfo{Main: main, Settings: revision}},
	} {
		assert.Equal(t, test.want, of(&test.info, test.release), "%+v, release %q", test.info, test.release)
	}
}

// TestProgramsTellTheReleaseAlike builds both programs as a release is built.
func TestProgramsTellTheReleaseAlike(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("links two programs")
	}
	for name, pkg := range map[string]string{"bitbybit-mock": "mockserver", "bitbybit-contract": "contracttest"} {
		program := filepath.Join(t.TempDir(), name+".exe")
		build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", program,
			"-ldflags", "-X "+modulePath+"/contracttest/version.release=v9.8.7", modulePath+"/"+pkg+"/cmd/"+name)
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s", out)
		out, err = exec.CommandContext(t.Context(), program, "--version").Output()
		require.NoError(t, err)
		assert.Regexp(t, `^`+name+` v9\.8\.7 go\S+ \w+/\w+\n$`, string(out))
	}
}
