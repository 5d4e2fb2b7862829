package contracttest_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// sixFaults is the mock behind six faults that have nothing to do with each other. It does not say that it is the mock.
func sixFaults(t *testing.T) http.Handler {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(t, err)
	losesAddress2 := inAddresses(func(address map[string]any) { delete(address, "address2") })
	unixTime := inCustomer(func(customer map[string]any) { customer["createdAt"] = 1764061200 })
	return wrongServer{
		live: true,
		before: func(x *exchange) { // no type of a customer's texts is checked
			body := object(x.sent)
			for _, name := range []string{"firstName", "lastName", "imageUrl", "phoneNumber"} {
				if _, isText := body[name].(string); body[name] != nil && !isText {
					body[name] = strings.Trim(string(encode(body[name])), `"`)
					x.sent = encode(body)
				}
			}
		},
		after: func(x *exchange) {
			losesAddress2(x)
			unixTime(x)
			x.header.Del("RateLimit-Limit")
			x.answer = bytes.ReplaceAll(x.answer, []byte("MISSING_API_KEY"), []byte("NO_KEY"))
			if bytes.Contains(x.sent, []byte("👩")) {
				x.status, x.answer = http.StatusInternalServerError, []byte("panic: runtime error\n\ngoroutine 1 [running]:\n")
			}
		},
	}.inFrontOf(mock)
}

// sixFaultsReport is the report of a run of 90 requests against it.
func sixFaultsReport(t *testing.T, config contracttest.Config) result.Report {
	t.Helper()
	config.URL, config.APIKey, config.HTTPClient = testURL, testKey, client(sixFaults(t))
	report, err := contracttest.Run(t.Context(), config)
	require.NoError(t, err)
	return report
}
