package contracttest_test

import (
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// wrongStatus answers with another status than the cause asks for.
func wrongStatus() (servers []wrongServer) {
	add := func(name string, check result.Check, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: check, after: after})
	}
	status := func(name string, check result.Check, from, to int) {
		add(name, check, onStatus(from, func(x *exchange) { x.status = to }))
	}
	status("a created customer is 200", result.DocumentedStatus, http.StatusCreated, http.StatusOK)
	status("a created customer is 202", result.DocumentedStatus, http.StatusCreated, http.StatusAccepted)
	status("a wrong body is 422", result.DocumentedStatus, http.StatusBadRequest, http.StatusUnprocessableEntity)
	status("a wrong key is 407", result.DocumentedStatus, http.StatusUnauthorized, http.StatusProxyAuthRequired)
	add("a created customer is 204", result.DocumentedStatus, onStatus(http.StatusCreated, func(x *exchange) {
		x.status, x.answer = http.StatusNoContent, nil
	}))
	add(
		"a created customer is a redirect",
		result.DocumentedStatus,
		onStatus(http.StatusCreated, func(x *exchange) {
			x.status, x.answer = http.StatusSeeOther, nil
			x.header.Set("Location", gen.BasePath+"/customers/1")
		}),
	)
	add("every error is 200", result.DocumentedStatus, onErrors(func(x *exchange) { x.status = http.StatusOK }))
	status("a wrong body is 404", result.ExpectedStatus, http.StatusBadRequest, http.StatusNotFound)
	status("a wrong body is 403", result.ExpectedStatus, http.StatusBadRequest, http.StatusForbidden)
	status("a wrong key is 403", result.ExpectedStatus, http.StatusUnauthorized, http.StatusForbidden)
	status("a wrong key is 400", result.ExpectedStatus, http.StatusUnauthorized, http.StatusBadRequest)
	add(
		"a wrong body is 403 in every detail",
		result.ExpectedStatus,
		onStatus(http.StatusBadRequest, func(x *exchange) {
			x.refuse(http.StatusForbidden, "INSUFFICIENT_SCOPE")
		}),
	)

	crash := func(name string, when func(x *exchange) bool) {
		add(name, result.NotServerError, func(x *exchange) {
			if x.operation() && when(x) {
				x.refuse(http.StatusInternalServerError, "SERVICE_UNAVAILABLE")
			}
		})
	}
	crash("a wrong body is 500", func(x *exchange) bool { return x.status == http.StatusBadRequest })
	crash("an emoji is 500", func(x *exchange) bool { return strings.Contains(string(x.sent), "👩") })
	crash("an empty list is 500", func(x *exchange) bool { return strings.Contains(string(x.sent), "[]") })
	crash("null is 500", func(x *exchange) bool { return strings.Contains(string(x.sent), ":null") })
	crash("a body that is a list is 500", func(x *exchange) bool { return strings.HasPrefix(string(x.sent), "[") })
	crash(
		"every tenth customer is 500",
		func(x *exchange) bool { return x.turn%10 == 0 && x.status == http.StatusCreated },
	)
	add("malformed JSON ends the connection", result.NotServerError, func(x *exchange) {
		if x.operation() && x.status == http.StatusBadRequest && object(x.sent) == nil {
			panic(http.ErrAbortHandler)
		}
	})
	add("the service is unavailable for nothing", result.NotServerError, func(x *exchange) {
		if x.status == http.StatusCreated && x.turn%7 == 0 {
			x.refuse(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE")
		}
	})
	return servers
}
