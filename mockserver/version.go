package mockserver

import "github.com/bitbybit-go/bitbybit-go/contracttest/version"

// Version is the version of this module in the running program, with the VCS revision where the Go toolchain stamped
// one: "v0.1.0 (revision 1da622a, modified)". It is "(devel)" where nothing is known.
func Version() string { return version.String() }
