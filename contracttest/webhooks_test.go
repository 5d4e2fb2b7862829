package contracttest_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestRightSendersAreNotAccused has senders that keep the contract and are not what a test would write first: the number that counts
// most is that of false alarms.
func TestRightSendersAreNotAccused(t *testing.T) {
	t.Parallel()
	http2 := new(http.Protocols)
	http2.SetUnencryptedHTTP2(true)
	for name, s := range map[string]*webhookSender{
		"usual":              {},
		"duplicates":         {copies: 2},
		"HTTP/2":             {protocols: http2},
		"late by seconds":    {customer: func(w *webhook) { w.wait = time.Duration(w.turn%7) * time.Second }},
		"reordered":          {customer: func(w *webhook) { w.wait = time.Second / time.Duration(w.turn) }},
		"other header case":  {signature: func(w *webhook) { w.header = inCapitals(w.header) }},
		"a new secret first": {body: func(w *webhook) { w.secrets = []string{"whsec_another_one", webhookSecret} }},
		"unknown schemes": {signature: func(w *webhook) {
			h := w.header[gen.WebhookSignatureHeader]
			h[0] = "v0=abc," + h[0] + ",v2=" + strings.Repeat("0", 64) + ",x"
		}},
		"v1 before t": {signature: func(w *webhook) {
			at, digest, _ := strings.Cut(w.header[gen.WebhookSignatureHeader][0], ",")
			w.header[gen.WebhookSignatureHeader] = []string{digest + "," + at}
		}},
		"a charset":         {signature: func(w *webhook) { w.header.Set("Content-Type", "application/json; charset=utf-8") }},
		"nulls for nothing": {customer: func(w *webhook) { w.customer["imageUrl"] = w.customer["imageUrl"] }},
		"another property":  {customer: func(w *webhook) { w.customer["source"] = "api" }},
		"an offset of zero": {customer: func(w *webhook) {
			w.customer["createdAt"] = strings.Replace(text(w.customer["createdAt"]), "Z", "+00:00", 1)
		}},
		"an encoding of none": {signature: func(w *webhook) { w.header.Set("Content-Encoding", "identity") }},
		"more headers":        {signature: func(w *webhook) { w.header.Set("X-Request-Id", "1"); w.header.Set("Traceparent", "00-0-0-00") }},
		"clocks a minute off": {body: func(w *webhook) {
			w.time = secondsFromNow(-time.Minute)
			w.header[gen.WebhookTimestampHeader] = []string{w.time}
		}},
		"a first try that is lost": {customer: func(w *webhook) { w.stopped = false; w.wait = time.Duration(w.turn%2) * 30 * time.Second }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, strict := range []bool{false, true} {
				report := toldBy(t, s, webhookRun{strict: strict, wait: time.Minute, requests: 25})
				for _, f := range aboutWebhooks(report) {
					t.Errorf("strict %v: %s", strict, f.Headline())
				}
				require.NotNil(t, report.Webhooks)
				assert.Positive(t, report.Webhooks.Customers)
				assert.Equal(t, report.Webhooks.Customers, report.Webhooks.Told)
				assert.Equal(t, 2, report.Webhooks.Refused)
				s.turns = 0
			}
		})
	}
}

func inCapitals(h http.Header) http.Header {
	other := http.Header{}
	for name, values := range h {
		if name != "User-Agent" { // the client would add its own
			name = strings.ToUpper(name)
		}
		other[name] = values
	}
	return other
}

// TestAShortWaitJudgesNoRetries has the usual wait: what is not tried is said, and nothing is refused.
func TestAShortWaitJudgesNoRetries(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{}, webhookRun{requests: 12})
	require.NotNil(t, report.Webhooks)
	assert.Zero(t, report.Webhooks.Refused)
	assert.Empty(t, aboutWebhooks(report))
	assert.Less(t, report.Webhooks.Waited, time.Second, "all had arrived")
	verdicts := map[string]result.Verdict{}
	for _, row := range report.Coverage.Webhooks {
		verdicts[row.Name] = row.Verdict
	}
	assert.Equal(t, result.Asserted, verdicts["webhook-signature"])
	assert.Equal(t, result.NeverObtained, verdicts["webhook-retries"])
	why := map[string]string{}
	for _, one := range report.Coverage.NotJudged {
		assert.NotContains(t, one.What, "callback")
		why[one.What] = one.Why
	}
	assert.Equal(t, "deliveries are refused on purpose where they are waited for 45s or more (--webhook-wait)", why["the rule webhook-retries"])
	assert.NotEmpty(t, why["the rule webhook-limits"])
}

// TestALongWaitJudgesRetries asks that every rule that a delivery can show is seen.
func TestALongWaitJudgesRetries(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{}, webhookRun{requests: 12, wait: 45 * time.Second})
	var unseen []string
	for _, row := range report.Coverage.Webhooks {
		assert.Zero(t, row.Invalid, row.Name)
		if row.Verdict != result.Asserted {
			unseen = append(unseen, row.Name)
		}
	}
	assert.Equal(t, []string{"webhook-tolerance", "webhook-limits"}, unseen)
	assert.GreaterOrEqual(t, report.Webhooks.Waited, 30*time.Second, "for the retries")
	assert.True(t, slices.ContainsFunc(report.Cases, func(c result.CaseResult) bool { return slices.Contains(c.Checks, result.WebhookRetry) }))
}
