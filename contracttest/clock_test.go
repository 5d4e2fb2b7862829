package contracttest_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// TestAClockMayBeSet puts clocks into right servers that stand or run a whole number of quarter hours from now. The
// suite's own clock is the real one: what is told apart is a difference of clocks.
func TestAClockMayBeSet(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	for _, tc := range []struct {
		name     string
		now      func() func() time.Time
		date     bool
		requests int
		want     result.Severity
	}{
		{"right", func() func() time.Time { return time.Now }, true, -1, ""},
		{"stands at an hour from now", standing(hour), true, -1, ""},
		{"stands at a quarter hour ago", standing(-hour / 4), true, -1, ""},
		{"stands at an hour from now, one answer", standing(hour), true, 1, result.Warning},
		{"steps by a second from an hour from now", stepping(hour, time.Second), true, -1, ""},
		{"runs at a time that is no zone", running(hour + time.Minute), true, -1, ""},
		{"runs a day from now", running(24 * hour), true, -1, ""},
		{"runs seven hours from now", running(7 * hour), true, -1, result.Error},
		{"runs three quarters before now", running(-hour * 3 / 4), true, -1, result.Error},
		{"runs seven hours from now, no Date", running(7 * hour), false, -1, result.Warning},
		{"Date goes with it", running(7 * hour), true, -1, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			right := newRightServer()
			right.mock, right.now = true, tc.now()
			server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case !tc.date:
					w.Header().Set("Date", "today")
				case tc.name == "Date goes with it":
					w.Header().Set("Date", right.now().UTC().Format(http.TimeFormat))
				}
				right.ServeHTTP(w, r)
			})
			report, err := contracttest.Run(t.Context(), contracttest.Config{
				URL: testURL, APIKey: testKey, MaxRequests: tc.requests, HTTPClient: client(server), Safe: true,
				Checks: []result.Check{result.Timestamps},
			})
			require.NoError(t, err)
			var got result.Severity
			for _, f := range report.Findings {
				if f.Severity != result.Notice {
					got = f.Severity
					assert.Contains(t, f.Message, "differ from Date by a time zone")
				}
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

// standing is a clock that stands at what it says first: however long that takes on a busy machine, it is a whole number of quarter hours from the
// Date of that answer.
func standing(off time.Duration) func() func() time.Time {
	return func() func() time.Time { return sync.OnceValue(func() time.Time { return time.Now().Add(off) }) }
}

func running(off time.Duration) func() func() time.Time {
	return func() func() time.Time { return func() time.Time { return time.Now().Add(off) } }
}

func stepping(off, step time.Duration) func() func() time.Time {
	return func() func() time.Time {
		at := time.Now().Add(off)
		var steps atomic.Int64
		return func() time.Time { return at.Add(step * time.Duration(steps.Add(1))) }
	}
}
