package client

import (
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

const module = "github.com/bitbybit-go/bitbybit-go"

// product is "bitbybit-go/v1.2.3 go/1.26.8": the version that the program was built with, "devel" inside this module.
var product = sync.OnceValue(func() string {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == module {
				version = dep.Version
			}
		}
	}
	goVersion, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	return "bitbybit-go/" + version + " go/" + goVersion
})

func userAgent(suffix string) string {
	return strings.TrimSuffix(product()+" "+suffix, " ")
}
