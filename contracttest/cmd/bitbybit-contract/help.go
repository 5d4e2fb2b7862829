package main

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// help prints every flag, exit code and environment variable.
func help(w io.Writer, flags *flag.FlagSet) {
	fmt.Fprint(w, "Usage: BITBYBIT_API_KEY=… bitbybit-contract --url URL [flags]\n\n")
	flags.SetOutput(w)
	flags.PrintDefaults()
	fmt.Fprintf(w, `
Exit codes:
  %-4d nothing was found that fails the run
  %-4d something was
  %-4d a wrong flag, or a file that cannot be read or written
  %-4d nothing could be judged
  %-4d interrupted by Ctrl+C or SIGTERM, whatever was found; the reports have what there was, and a second signal ends
       the program at once

Environment:
  BITBYBIT_API_KEY   the API key; there is no flag for it, since command lines can be seen by others
  BITBYBIT_BASE_URL  the URL where --url is not given
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY
`, exitGood, exitFound, exitUsage, exitNothing, exitInterrupted)
}

// printVersion prints the version of the module as the build has it.
func printVersion(w io.Writer) {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	fmt.Fprintf(w, "bitbybit-contract %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
