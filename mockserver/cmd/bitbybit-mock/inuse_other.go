//go:build !windows

package main

import "syscall"

// errInUse is the error of a port that another program listens on.
const errInUse = syscall.EADDRINUSE
