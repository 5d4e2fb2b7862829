package main

import "golang.org/x/sys/windows"

// errInUse is the error of a port that another program listens on. Windows has a number of its own for it:
// syscall.EADDRINUSE is made up there.
const errInUse = windows.WSAEADDRINUSE
