// Package version names the version of this module in the running program.
package version

import (
	"runtime/debug"
	"sync"
)

const modulePath = "github.com/bitbybit-go/bitbybit-go"

const unknown = "(devel)"

// release is the version of a release, with its "v". .goreleaser.yaml sets it by -ldflags -X: a release is built from
// an archive of a tag or in a clone without tags as well, where the Go toolchain stamps no version or another one.
var release string

// String is the version of this module in the running program, with the VCS revision where the Go toolchain stamped
// one: "v0.1.0 (revision 1da622a, modified)". It is "(devel)" where nothing is known.
var String = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = new(debug.BuildInfo)
	}
	return of(info, release)
})

// of is the version for what the toolchain stamped. A release is called what its build says.
func of(info *debug.BuildInfo, release string) string {
	version := release
	if info.Main.Path != modulePath && version == "" {
		// A program of another module, which has its own revision.
		for _, module := range info.Deps {
			if module.Path == modulePath {
				return module.Version
			}
		}
		return unknown
	}
	if version == "" {
		version = info.Main.Version
	}
	if version == "" {
		version = unknown
	}
	revision, modified := "", ""
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
