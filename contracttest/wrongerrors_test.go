package contracttest_test

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// wrongErrors answers errors in another form, or with another code.
func wrongErrors() (servers []wrongServer) {
	add := func(name string, check result.Check, after func(x *exchange)) {
		servers = append(servers, wrongServer{name: name, check: check, after: after})
	}
	add("an error shows the key", result.KeySecret, onErrors(func(x *exchange) {
		if keys := x.request.Header.Values(gen.KeyHeader); len(keys) == 1 && keys[0] == testKey {
			x.answer = bytes.Replace(x.answer, []byte(`"message":"`), []byte(`"message":"`+testKey+`: `), 1)
		}
	}))
	add("a header shows the end of the key", result.KeySecret, func(x *exchange) { x.header.Set("X-Key", "…"+testKey[16:]) })
	envelope := func(name string, change func(problem map[string]any) any) {
		add(name, result.ErrorEnvelope, onErrors(func(x *exchange) {
			problem, _ := object(x.answer)["error"].(map[string]any)
			x.answer = encode(change(problem))
		}))
	}
	envelope("errors have no envelope", func(problem map[string]any) any { return problem })
	envelope(
		"an error is a text",
		func(problem map[string]any) any { return map[string]any{"error": problem["message"]} },
	)
	envelope("errors are a list", func(problem map[string]any) any { return map[string]any{"errors": []any{problem}} })
	envelope(
		"the envelope is a list",
		func(problem map[string]any) any { return []any{map[string]any{"error": problem}} },
	)
	envelope("an error is null", func(map[string]any) any { return nil })
	envelope("the error is called fault", func(problem map[string]any) any { return map[string]any{"fault": problem} })

	part := func(name string, check result.Check, change func(problem map[string]any)) {
		add(name, check, inError(change))
	}
	part("the code is lost", result.ErrorEnvelope, func(problem map[string]any) { delete(problem, "code") })
	part("the message is lost", result.ErrorEnvelope, func(problem map[string]any) { delete(problem, "message") })
	part("the message is null", result.ErrorEnvelope, func(problem map[string]any) { problem["message"] = nil })
	part(
		"the message is a list",
		result.ErrorEnvelope,
		func(problem map[string]any) { problem["message"] = []any{problem["message"]} },
	)
	part("the code is a number", result.ErrorEnvelope, func(problem map[string]any) { problem["code"] = 400 })
	part(
		"the code is in lower case",
		result.ErrorEnvelope,
		func(problem map[string]any) { problem["code"] = strings.ToLower(text(problem["code"])) },
	)
	part(
		"the code is not documented",
		result.ErrorEnvelope,
		func(problem map[string]any) { problem["code"] = "BAD_REQUEST" },
	)
	part(
		"the code is called type",
		result.ErrorEnvelope,
		func(problem map[string]any) { move(problem, "code", "type") },
	)

	code := func(name, from, to string) {
		part(name, result.ErrorCodeForCause, func(problem map[string]any) {
			if problem["code"] == from {
				problem["code"] = to
			}
		})
	}
	code("a missing key is INVALID_API_KEY", "MISSING_API_KEY", "INVALID_API_KEY")
	code("a wrong key is MISSING_API_KEY", "INVALID_API_KEY", "MISSING_API_KEY")
	code("a wrong body is MISSING_COMPANY_ID", "VALIDATION_ERROR", "MISSING_COMPANY_ID")
	code("a wrong body is NOT_FOUND", "VALIDATION_ERROR", "NOT_FOUND")
	code("a missing key is INSUFFICIENT_SCOPE", "MISSING_API_KEY", "INSUFFICIENT_SCOPE")

	message := func(name, text string) {
		part(name, result.NoStackTrace, func(problem map[string]any) {
			if problem["code"] == "VALIDATION_ERROR" {
				problem["message"] = text + "\n" + problem["message"].(string)
			}
		})
	}
	words := func(name string, change func(message string) string) {
		part(name, result.MessageNamesFields, func(problem map[string]any) {
			if problem["code"] == "VALIDATION_ERROR" {
				problem["message"] = change(text(problem["message"]))
			}
		})
	}
	words("first error only", func(message string) string {
		first, _, _ := strings.Cut(message, "; ")
		return first
	})
	words("last error only", func(message string) string { return message[strings.LastIndex(message, "; ")+1:] })
	words("a message names no field", func(string) string { return "The request is not valid." })
	words("a message names fields without their objects", func(message string) string {
		return regexp.MustCompile(`\w+\[\d+\]\.`).ReplaceAllString(message, "")
	})
	words("a message has no indexes", func(message string) string {
		return regexp.MustCompile(`\[\d+\]`).ReplaceAllString(message, "")
	})

	message(
		"a message shows a Go stack",
		"panic: runtime error: index out of range [3] with length 3\n\n"+
			"goroutine 1 [running]:\nmain.main()\n\t/app/main.go:8 +0x1d",
	)
	message(
		"a message shows a Java stack",
		"java.lang.NullPointerException\n\tat com.example.Customers.create(Customers.java:42)",
	)
	message(
		"a message shows a Python stack",
		"Traceback (most recent call last):\n  File \"/srv/app.py\", line 12, in create\nKeyError: 'email'",
	)
	message(
		"a message shows a JavaScript stack",
		"TypeError: Cannot read properties of undefined\n"+
			"    at create (/srv/app/customers.js:10:15)\n    at node:internal/main:1:1",
	)

	bytesOf := func(name string, check result.Check, change func(answer string) string) {
		add(name, check, onErrors(func(x *exchange) { x.answer = []byte(change(string(x.answer))) }))
	}
	bytesOf(
		"an error is HTML",
		result.SingleJSONValue,
		func(string) string { return "<html><body><h1>Bad Request</h1></body></html>" },
	)
	bytesOf("an error is empty", result.SingleJSONValue, func(string) string { return "" })
	bytesOf("an error comes twice", result.SingleJSONValue, func(answer string) string { return answer + answer })
	bytesOf("an error's code comes twice", result.UniqueKeys, func(answer string) string {
		return strings.Replace(answer, `"code"`, `"code":"VALIDATION_ERROR","code"`, 1)
	})
	bytesOf(
		"an error is not UTF-8",
		result.UTF8,
		func(answer string) string { return strings.Replace(answer, `"message":"`, "\"message\":\"\xff", 1) },
	)
	add(
		"a missing key has no envelope",
		result.ErrorEnvelope,
		onStatus(http.StatusUnauthorized, func(x *exchange) { x.answer = []byte(`{"message":"Unauthorized"}`) }),
	)
	return servers
}
