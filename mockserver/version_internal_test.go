package mockserver

import (
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVersionOf(t *testing.T) {
	t.Parallel()
	main := debug.Module{Path: modulePath, Version: "v1.2.3"}
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef0123"}, {Key: "vcs.modified", Value: "false"}}
	modified := append(slices.Clip(revision[:1]), debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	for want, info := range map[string]debug.BuildInfo{
		"v1.2.3":                         {Main: main},
		"v1.2.3 (revision 0123456789ab)": {Main: main, Settings: revision},
		"v1.2.3 (revision 0123456789ab, modified)": {Main: main, Settings: modified},
		"(devel)": {Main: debug.Module{Path: modulePath}},
		"v0.9.0": {
			Main:     debug.Module{Path: "example.com/app", Version: "v7.0.0"},
			Deps:     []*debug.Module{{Path: "example.com/x", Version: "v1.0.0"}, {Path: modulePath, Version: "v0.9.0"}},
			Settings: revision, // of the program, not of this module
		},
	} {
		assert.Equal(t, want, versionOf(&info))
	}
	assert.Equal(t, "(devel)", versionOf(&debug.BuildInfo{}), "nothing is known")
}
