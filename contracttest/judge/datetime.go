package judge

import (
	"errors"
	"time"
)

var errDateTime = errors.New("must be an RFC 3339 date-time")

// checkDateTime accepts the date-time of RFC 3339 section 5.6. time.Parse alone would take an hour of one digit, and a comma before the fraction.
func checkDateTime(s string) error {
	if len(s) < len("2026-11-23T08:30:00Z") || s[13] != ':' || s[19] == ',' {
		return errDateTime
	}
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		return errDateTime
	}
	return nil
}
