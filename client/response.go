package client

import (
	"net/http"
	"time"
)

// Response is what there is to know about a call beside the customer; see WithResponse.
type Response struct {
	// StatusCode is the HTTP status of the last attempt, 0 if it got no response.
	StatusCode int
	// Header is the header of that response, nil if there was none.
	Header http.Header
	// RateLimit is what that response said of the rate limit, nil if it said nothing.
	RateLimit *RateLimit
	// Attempts is how many requests were tried.
	Attempts int
	// Duration is the time of the whole call, waits included.
	Duration time.Duration
}
