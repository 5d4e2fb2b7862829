package traffic_test

import "time"

// How long a condition is waited for that comes from another goroutine, and how often it is looked at.
const (
	testTimeout = 30 * time.Second
	testTick    = time.Millisecond
)
