package contracttest_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// reportsOf are all the reports in which a key could be.
func reportsOf(t *testing.T, outcome result.Report) string {
	t.Helper()
	var b bytes.Buffer
	for _, write := range []report.Writer{
		report.Text, report.JSON, report.JUnit, report.HTML,
	} {
		require.NoError(t, write(&b, outcome))
	}
	return b.String()
}

// TestTheKeyIsMaskedBeforeAnExcerptIsCut has servers repeat the key at every place of an answer where an excerpt may
// end, and spelled as JSON may spell it.
func TestTheKeyIsMaskedBeforeAnExcerptIsCut(t *testing.T) {
	t.Parallel()
	const secret = "9f8e7d6c5b4a3f2e"
	const key = "bbb_test_" + secret
	escaped := ""
	for _, c := range key {
		escaped += fmt.Sprintf(`\u%04X`, c)
	}
	var offsets []int
	for _, end := range []int{60, 80, 100, 200, 500, 800, 4 << 10} {
		offsets = append(offsets, end-60, end-52, end-16, end-12)
	}
	for _, spelling := range []string{key, escaped} {
		for _, offset := range offsets {
			if offset < 0 {
				continue
			}
			server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				filled := strings.Repeat("y", offset) + spelling
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("RateLimit-Limit", filled)
				status, body := http.StatusBadRequest, `{"error":{"code":"VALIDATION_ERROR","message":"`+filled+`"}}`
				if r.Header.Get(gen.KeyHeader) == key {
					status = http.StatusCreated
					body = `{"data":{"id":"` + filled + `","email":"` + filled + `","createdAt":"` + filled + `","` + filled + `":1}}`
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			})
			outcome, err := contracttest.Run(t.Context(), contracttest.Config{
				URL: testURL, APIKey: key, MaxRequests: 12, HTTPClient: client(server),
			})
			require.NoError(t, err)
			all := reportsOf(t, outcome)
			for _, leak := range []string{secret[:6], escaped[:6*len("bbb_test_9f8e7d")]} {
				assert.NotContains(t, all, leak, "offset %d: a report has it", offset)
			}
		}
	}
}
