//go:build unix

package mockserver_test

import (
	"syscall"
	"time"
)

// cpuTime is the CPU time that the process has taken so far, the garbage collector's included.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
