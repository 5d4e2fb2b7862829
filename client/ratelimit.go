package client

import (
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RateLimit is what a response says of the key's rate limit (page "Rate Limiting"). A header that is absent or makes no
// sense is -1. Of one that has several values, as where a proxy has added its own, the most careful counts: the longest
// Reset, the smallest Limit and Remaining.
type RateLimit struct {
	Limit     int // how many requests the current window allows (RateLimit-Limit)
	Remaining int // how many requests are left in it (RateLimit-Remaining)
	// Reset is the time until the window ends, counted from the response (RateLimit-Reset, in seconds). A number too
	// large for a time.Duration is the largest one.
	Reset time.Duration
}

// What an answer can say of the time until the next request beside a duration.
const (
	silent     time.Duration = -1 // it says nothing
	unreadable time.Duration = -2 // it says something that cannot be read: no less than a default wait
)

// parseRateLimit returns nil for a response without any of the three headers.
func parseRateLimit(h http.Header) *RateLimit {
	limit, remaining := wholeNumber(h.Values("RateLimit-Limit")), wholeNumber(h.Values("RateLimit-Remaining"))
	r := RateLimit{limit, remaining, max(-1, seconds(h.Values("RateLimit-Reset")))}
	if r == (RateLimit{-1, -1, -1}) {
		return nil
	}
	return &r
}

// wholeNumber returns the smallest number in the lines of a header, -1 unless it has numbers only, not negative.
func wholeNumber(lines []string) int {
	var all []int
	for _, v := range elements(lines) {
		n, err := strconv.ParseUint(v, 10, 31)
		if err != nil {
			return -1
		}
		all = append(all, int(n))
	}
	if all == nil {
		return -1
	}
	return slices.Min(all)
}

// parseDue returns how long an answer asks to wait before the next request: Retry-After (RFC 9110, 10.2.3) and, with 429,
// RateLimit-Reset. A date is taken relative to the response's own Date, so that a wrong clock does not matter.
func parseDue(status int, h http.Header) time.Duration {
	due := silent
	if status == http.StatusTooManyRequests {
		due = seconds(h.Values("RateLimit-Reset"))
	}
	for _, line := range h.Values("Retry-After") {
		wait := seconds([]string{line})
		if at, err := http.ParseTime(line); err == nil {
			now, err := http.ParseTime(h.Get("Date"))
			if err != nil {
				now = time.Now()
			}
			wait = max(0, at.Sub(now))
		}
		due = longer(due, wait)
	}
	return due
}

// longer returns the longer of two times that an answer asks for. Less than a default wait does not count beside one that
// cannot be read.
func longer(a, b time.Duration) time.Duration {
	if min(a, b) == unreadable && max(a, b) < DefaultBackoff {
		return unreadable
	}
	return max(a, b)
}

// seconds returns the longest time in the lines of a header.
func seconds(lines []string) time.Duration {
	longest := silent
	for _, v := range elements(lines) {
		longest = longer(longest, duration(v))
	}
	return longest
}

// decimal is a number of seconds. RFC 9110 knows whole ones only; "1.5" and "2s" are met all the same.
var decimal = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?s?$`)

// duration reads a number of seconds, or a duration as Go writes it. A number that is too large for a time.Duration is the
// longest one: it says "not for a very long time", and must not be taken for nothing.
func duration(v string) time.Duration {
	if !decimal.MatchString(v) {
		if d, err := time.ParseDuration(v); err == nil && d >= 0 {
			return d
		}
		return unreadable
	}
	s, _ := strconv.ParseFloat(strings.TrimSuffix(v, "s"), 64) // +Inf where it is out of range
	if s >= math.MaxInt64/float64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(math.Ceil(s * float64(time.Second)))
}

// elements returns the elements of a header that is a list (RFC 9110, 5.6.1), of which empty ones do not count.
func elements(lines []string) []string {
	all := strings.Split(strings.Join(lines, ","), ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return slices.DeleteFunc(all, func(v string) bool { return v == "" })
}
