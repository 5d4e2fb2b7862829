// Release-check says whether a tree can be released as a version, before it is tagged:
//
//	release-check [-version vX.Y.Z] [-write] FOLDER
//
// The exit code is 0 where it can, 1 where it cannot, and 2 where that cannot be said. With -write it changes the version at which the modules require each
// other, and judges nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/release"
)

func main() { os.Exit(run()) }

func run() int {
	version := flag.String("version", "", "the `version` to release; the one at which the modules require each other if empty")
	write := flag.Bool("write", false, "have the modules require each other at the version")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: release-check [-version vX.Y.Z] [-write] FOLDER")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	problems, err := 0, error(nil)
	if *write {
		err = release.SetVersion(ctx, flag.Arg(0), *version)
	} else {
		problems, err = release.Check(ctx, flag.Arg(0), *version, os.Stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "release-check:", err)
		return 2
	case problems > 0:
		return 1
	default:
		return 0
	}
}
