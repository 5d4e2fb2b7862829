package traffic_test

import (
	"runtime"
	"strings"
	"sync"
	"time"
)

// How long a condition is waited for that comes from another goroutine, and how often it is looked at.
const (
	testTimeout = 30 * time.Second
	testTick    = time.Millisecond
)

// refused is what the system says where nobody listens.
func refused() string {
	if runtime.GOOS == "windows" {
		return "actively refused"
	}
	return "connection refused"
}

// logged is what was logged. It is safe for concurrent use.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
