package contracttest_test

import (
	"net/http"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

var rateHeaders = []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset"}

// wrongHeaders answers with wrong headers.
func wrongHeaders() (servers []wrongServer) {
	add := func(name string, check result.Check, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: check, after: after})
	}
	for _, name := range rateHeaders {
		add(
			name+" is lost",
			result.RequiredHeaders,
			onStatus(http.StatusCreated, func(x *exchange) { x.header.Del(name) }),
		)
		add(
			name+" is lost from errors",
			result.RequiredHeaders,
			onStatus(http.StatusBadRequest, func(x *exchange) { x.header.Del(name) }),
		)
		add(
			name+" has a unit",
			result.HeaderSchema,
			onStatus(http.StatusCreated, func(x *exchange) { x.header.Set(name, x.header.Get(name)+" s") }),
		)
		add(
			name+" is negative",
			result.HeaderSchema,
			onStatus(http.StatusCreated, func(x *exchange) { x.header.Set(name, "-1") }),
		)
		add(
			name+" is a fraction",
			result.HeaderSchema,
			onStatus(http.StatusBadRequest, func(x *exchange) { x.header.Set(name, "1.5") }),
		)
	}
	for name, value := range map[string]string{"an epoch": "1796000000", "milliseconds": "59012", "of an hour": "3600"} {
		add("RateLimit-Reset is "+name, result.RateLimitValues, func(x *exchange) { x.header.Set("Ratelimit-Reset", value) })
	}
	add("RateLimit-Remaining is above the limit", result.RateLimitValues, func(x *exchange) {
		x.header.Set("Ratelimit-Limit", "100")
	})
	add("RateLimit-Reset is a date", result.HeaderSchema, onStatus(http.StatusCreated, func(x *exchange) {
		x.header.Set("Ratelimit-Reset", "Mon, 23 Nov 2026 08:30:00 GMT")
	}))
	add("RateLimit-Limit comes twice", result.HeaderSchema, onStatus(http.StatusCreated, func(x *exchange) {
		x.header.Add("Ratelimit-Limit", x.header.Get("Ratelimit-Limit"))
	}))
	add(
		"the headers of a refused key are lost",
		result.RequiredHeaders,
		onStatus(http.StatusUnauthorized, func(x *exchange) {
			for _, name := range rateHeaders {
				x.header.Del(name)
			}
		}),
	)
	add("the headers are called X-RateLimit", result.RequiredHeaders, func(x *exchange) {
		for _, name := range rateHeaders {
			x.header["X-"+name] = x.header[name]
			x.header.Del(name)
		}
	})
	add("RateLimit-Remaining rises", result.RateLimitMonotone, func(x *exchange) {
		x.header.Set("Ratelimit-Remaining", strconv.FormatInt(1000+x.turn, 10))
	})
	add(
		"RateLimit-Remaining stays",
		result.RateLimitMonotone,
		func(x *exchange) { x.header.Set("Ratelimit-Remaining", "1000") },
	)
	add(
		"RateLimit-Reset rises",
		result.RateLimitMonotone,
		func(x *exchange) { x.header.Set("Ratelimit-Reset", strconv.FormatInt(10+x.turn, 10)) },
	)

	contentType := func(name, value string, on func(func(x *exchange)) func(x *exchange)) {
		add(name, result.ContentType, on(func(x *exchange) {
			if x.header.Set("Content-Type", value); value == "" {
				x.header["Content-Type"] = nil
			}
		}))
	}
	created := func(change func(x *exchange)) func(x *exchange) { return onStatus(http.StatusCreated, change) }
	contentType("the customer is text/plain", "text/plain", created)
	contentType("the customer is text/html", "text/html; charset=utf-8", created)
	contentType("the customer has no media type", "", created)
	contentType("the customer is Latin-1", "application/json; charset=iso-8859-1", created)
	contentType("errors are text/plain", "text/plain", onErrors)
	contentType("errors are application/problem+json", "application/problem+json", onErrors)
	return servers
}
