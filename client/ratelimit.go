package client

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RateLimit is what a response says of the key's rate limit (page "Rate Limiting"). A header that is absent or makes no
// sense is -1.
type RateLimit struct {
	// Limit is how many requests the current window allows (RateLimit-Limit).
	Limit int
	// Remaining is how many requests are left in it (RateLimit-Remaining).
	Remaining int
	// Reset is the time until the window ends, counted from the response, in whole seconds (RateLimit-Reset). A number
	// too large for a time.Duration is the largest one.
	Reset time.Duration
}

// parseRateLimit returns nil for a response without any of the three headers.
func parseRateLimit(h http.Header) *RateLimit {
	r := RateLimit{
		Limit:     wholeNumber(h, "RateLimit-Limit"),
		Remaining: wholeNumber(h, "RateLimit-Remaining"),
		Reset:     seconds(h, "RateLimit-Reset"),
	}
	if r == (RateLimit{-1, -1, -1}) {
		return nil
	}
	return &r
}

// wholeNumber returns -1 unless the header is one number, not negative.
func wholeNumber(h http.Header, name string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(h.Get(name)), 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}

// seconds returns less than 0 unless the header is one whole number. One that is too large for a time.Duration is the
// longest: it says "not for a very long time", and must not be taken for nothing.
func seconds(h http.Header, name string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(h.Get(name)), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange), err == nil && n > uint64(math.MaxInt64/time.Second):
		return math.MaxInt64
	case err != nil:
		return -1
	}
	return time.Duration(n) * time.Second
}

// parseRetryAfter reads Retry-After (RFC 9110, 10.2.3), seconds or a date; less than 0 if there is none. A date is
// taken relative to the response's own Date, so that a wrong clock does not matter.
func parseRetryAfter(h http.Header) time.Duration {
	if d := seconds(h, "Retry-After"); d >= 0 {
		return d
	}
	at, err := http.ParseTime(h.Get("Retry-After"))
	if err != nil {
		return -1
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, at.Sub(now))
}
