package mockserver

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/bitbybit-go/bitbybit-go"

// Version is the version of this module in the running program, with the VCS revision where the Go toolchain stamped
// one: "v0.1.0 (revision 1da622a, modified)". It is "(devel)" where nothing is known.
func Version() string { return version() }

var version = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	return versionOf(info)
})

func versionOf(info *debug.BuildInfo) string {
	if info.Main.Path != modulePath {
		for _, module := range info.Deps {
			if module.Path == modulePath {
				return module.Version
			}
		}
		return "(devel)"
	}
	version, revision, modified := info.Main.Version, "", ""
	if version == "" {
		version = "(devel)"
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			revision = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				modified = ", modified"
			}
		}
	}
	if revision == "" {
		return version
	}
	return version + " (revision " + revision[:min(len(revision), 12)] + modified + ")"
}
