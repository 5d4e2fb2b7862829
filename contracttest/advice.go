package contracttest

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// longestWait is the longest wait that an answer may ask for: a window of the rate limit, which is a minute (page
// "Rate Limiting"), and some seconds for clocks that differ.
const longestWait = 65 * time.Second

// longestWindow is the longest RateLimit-Reset, in seconds, that is taken for one: more is an epoch or milliseconds.
const longestWindow = 3600

// windowEnd is the time until the window ends, as RateLimit-Reset says; 0 where it says nothing that can be.
func windowEnd(answer *exchange.Response) time.Duration {
	seconds := answer.Number("RateLimit-Reset", 0)
	if seconds < 1 || seconds > longestWindow {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3), seconds or a date; less than 0 if there is none. A date is
// taken relative to the answer's own Date, so that a wrong clock does not matter. Of what the RFC does not allow, and
// still says how long, no less is taken than it means: 1.5, 2s, several headers.
func retryAfter(h http.Header, now time.Time) time.Duration {
	longest := time.Duration(-1)
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	for _, value := range h.Values("Retry-After") {
		if at, err := http.ParseTime(value); err == nil {
			longest = max(longest, at.Sub(now), 0)
			continue
		}
		for word := range strings.SplitSeq(value, ",") {
			longest = max(longest, waitOf(strings.TrimSpace(word)))
		}
	}
	return longest
}

// waitOf is the time of a number of seconds, or of a number with a unit; less than 0 for anything else. A time beyond
// time.Duration is the longest.
func waitOf(word string) time.Duration {
	if seconds, err := strconv.ParseFloat(word, 64); err == nil || math.IsInf(seconds, 1) {
		switch {
		case math.IsNaN(seconds), seconds < 0:
			return -1
		case seconds > math.MaxInt64/float64(time.Second)-1:
			return math.MaxInt64
		}
		return time.Duration(math.Ceil(seconds)) * time.Second
	}
	if d, err := time.ParseDuration(word); err == nil && d >= 0 {
		return d
	}
	return -1
}
