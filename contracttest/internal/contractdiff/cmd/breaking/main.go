// Breaking compares a tree with an earlier commit, or with the last tag, and fails where a change that breaks users has no line in CHANGELOG.md:
//
//	breaking [-base COMMIT] FOLDER
//
// The exit code is 0 where there is none, 1 where there is, and 2 where that cannot be said.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
)

func main() { os.Exit(run()) }

func run() int {
	base := flag.String("base", "", "the `commit` to compare with; the last tag if empty")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: breaking [-base COMMIT] FOLDER")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	result, err := breaking.Check(ctx, flag.Arg(0), *base, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "breaking:", err)
		return 2
	case result.Unnamed > 0:
		return 1
	default:
		return 0
	}
}
