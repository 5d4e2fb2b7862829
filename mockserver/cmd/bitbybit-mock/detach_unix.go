//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// detach starts a command in a session of its own, so that Ctrl+C in the terminal of the mock does not end it.
func detach(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
