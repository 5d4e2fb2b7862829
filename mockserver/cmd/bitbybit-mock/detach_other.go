//go:build !unix

package main

import "os/exec"

// detach does nothing where the opener only hands the page to a browser that runs elsewhere, and ends.
func detach(*exec.Cmd) {}
