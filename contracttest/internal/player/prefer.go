package player

import (
	"net/http"
	"strconv"
	"strings"
)

// preferred reads "Prefer: code=429, example=rateLimitExceeded" (RFC 7240), with which a mock is asked for a documented
// error. The code is that of the example, or else the usual one of the status.
func (s *stage) preferred(r *http.Request) (status int, code string, ok bool) {
	wishes := map[string]string{}
	for wish := range strings.SplitSeq(r.Header.Get("Prefer"), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(wish), "=")
		wishes[name] = value
	}
	status, err := strconv.Atoi(wishes["code"])
	if err != nil || status < http.StatusBadRequest {
		return 0, "", false
	}
	script := s.responses[status]
	if script == nil {
		return http.StatusBadRequest, "VALIDATION_ERROR", true
	}
	if code, ok := script.examples[wishes["example"]]; ok {
		return status, code, true
	}
	return status, codes[status], true
}

// codes are the error codes that belong to a status.
var codes = map[int]string{
	http.StatusBadRequest:         "VALIDATION_ERROR",
	http.StatusUnauthorized:       "INVALID_API_KEY",
	http.StatusForbidden:          "INSUFFICIENT_SCOPE",
	http.StatusNotFound:           "NOT_FOUND",
	http.StatusTooManyRequests:    "RATE_LIMIT_EXCEEDED",
	http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
}
