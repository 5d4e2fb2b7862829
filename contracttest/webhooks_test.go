package contracttest_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
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
		"a charset":         {signature: func(w *webhook) { w.header.set("Content-Type", "application/json; charset=utf-8") }},
		"nulls for nothing": {customer: func(w *webhook) { w.customer["imageUrl"] = cmp.Or(w.customer["imageUrl"], nil) }},
		"another property":  {customer: func(w *webhook) { w.customer["source"] = "api" }},
		"an offset of zero": {customer: func(w *webhook) {
			w.customer["createdAt"] = strings.Replace(text(w.customer["createdAt"]), "Z", "+00:00", 1)
		}},
		"an encoding of none": {signature: func(w *webhook) { w.header.set("Content-Encoding", "identity") }},
		"more headers":        {signature: func(w *webhook) { w.header.set("X-Request-Id", "1"); w.header.set("Traceparent", "00-0-0-00") }},
		"clocks a minute off": {body: func(w *webhook) {
			w.time = secondsFromNow(-time.Minute)
			w.header[gen.WebhookTimestampHeader] = []string{w.time}
		}},
		"a first try that is lost": {customer: func(w *webhook) { w.stopped = false; w.wait = time.Duration(w.turn%2) * 30 * time.Second }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, strict := range []bool{false, true} {
				report := toldBy(t, s, webhookRun{strict: strict, wait: time.Minute, requests: 16})
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

func inCapitals(h spelled) spelled {
	other := spelled{}
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
	assert.Equal(t, "deliveries are refused on purpose where they are waited for "+longWait.String()+" or more (--webhook-wait)", why["the rule webhook-retries"])
	assert.NotEmpty(t, why["the rule webhook-limits"])
}

// TestALongWaitJudgesRetries asks that every rule that a delivery can show is seen.
func TestALongWaitJudgesRetries(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{}, webhookRun{requests: 12, wait: longWait})
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

// TestWebhooksOfOthersAreNotJudged has somebody else's traffic at the same address, all of it wrong, and events of other types of the
// run's own customers.
func TestWebhooksOfOthersAreNotJudged(t *testing.T) {
	t.Parallel()
	s := &webhookSender{}
	var sent atomic.Int64
	s.signature = func(w *webhook) {
		other := *w
		other.header = spelled{gen.WebhookEventHeader: {"customer.updated"}}
		other.method = http.MethodPut
		client := &http.Client{Transport: &http.Transport{DialContext: s.events.dial, DisableKeepAlives: true}}
		s.send(client, &other)
		sent.Add(1)
		for _, body := range []string{`{"id":"cust_of_others","email":"a@example.com"}`, `{"id":`, "", `[]`} {
			other.body = []byte(body)
			s.send(client, &other)
			sent.Add(1)
		}
	}
	report := toldBy(t, s, webhookRun{strict: true, requests: 12})
	assert.Empty(t, brief(report))
	assert.EqualValues(t, sent.Load(), report.Webhooks.Others)
	assert.Equal(t, report.Webhooks.Customers, report.Webhooks.Told)
}

// TestWhatIsMissing is worth an error where rules are strict or a first try had the time to come again, and a warning elsewhere.
func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		strict bool
		wait   time.Duration
		want   result.Severity
	}{
		"a short wait":         {false, 10 * time.Second, result.Warning},
		"a long wait":          {false, longWait, result.Error},
		"a short wait, strict": {true, 10 * time.Second, result.Error},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			never := &webhookSender{customer: func(w *webhook) { w.stopped = true }}
			report := toldBy(t, never, webhookRun{strict: tc.strict, wait: tc.wait, requests: 6})
			found := aboutWebhooks(report)
			require.Len(t, found, 1, "one cause")
			assert.Equal(t, result.WebhookSent, found[0].Check)
			assert.Equal(t, tc.want, found[0].Severity)
			assert.Equal(t, tc.wait, report.Webhooks.Waited)
			assert.Positive(t, found[0].Rule.Line)
			assert.Contains(t, report.Command(found[0].Case), " --webhook-listen '127.0.0.1:4011' --webhook-wait "+tc.wait.String()+" ")
		})
	}
}

// TestAnotherIDIsNoRefusal: customers that are told of under an id that nobody answered are missing, and not those that were refused.
func TestAnotherIDIsNoRefusal(t *testing.T) {
	t.Parallel()
	other := &webhookSender{customer: func(w *webhook) { w.customer["id"] = "usr_" + strconv.Itoa(w.turn) }}
	found := aboutWebhooks(toldBy(t, other, webhookRun{wait: time.Minute, requests: 40}))
	require.NotEmpty(t, found)
	for _, f := range found {
		assert.NotContains(t, f.String(), "what was answered with")
	}
}

// TestWhatArrivedIsNotMissing: customers of the contract's examples have no mark of the run in them, and an envelope hides their ids.
func TestWhatArrivedIsNotMissing(t *testing.T) {
	t.Parallel()
	enveloped := &webhookSender{body: func(w *webhook) { w.body = fmt.Appendf(nil, `{"data":%s}`, w.body) }}
	report := toldBy(t, enveloped, webhookRun{wait: 4 * time.Second, requests: 40})
	for _, f := range aboutWebhooks(report) {
		assert.NotEqual(t, result.WebhookSent, f.Check, f.Message)
	}
	assert.Equal(t, report.Webhooks.Customers, report.Webhooks.Told)
	assert.Zero(t, report.Webhooks.Others)
}

// TestOneThatIsMissing is not explained by the others of the run, which came.
func TestOneThatIsMissing(t *testing.T) {
	t.Parallel()
	drops := &webhookSender{customer: func(w *webhook) { w.stopped = w.turn == 2 }}
	report := toldBy(t, drops, webhookRun{wait: 4 * time.Second, requests: 12})
	found := aboutWebhooks(report)
	require.Len(t, found, 1)
	assert.Equal(t, result.WebhookSent, found[0].Check)
	assert.NotContains(t, found[0].Message, "Requests that tell of no customer")
}

// longWait is how long a wait must be for retries to be judged.
var longWait = gen.WebhookRetries()[0] * 3 / 2

// TestAnEarlyRetryIsANotice: it may be a duplicate, which is allowed.
func TestAnEarlyRetryIsANotice(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{retries: []time.Duration{time.Second}}, webhookRun{strict: true, wait: longWait, requests: 6})
	assert.Empty(t, brief(report))
	early := 0
	for _, f := range report.Open(result.Notice) {
		if f.Check == result.WebhookRetry {
			early++
			assert.Contains(t, f.Message, "expected a retry after "+gen.WebhookRetries()[0].String()+", got one after 1s")
		}
	}
	assert.Equal(t, 2, early)
}

// TestASecretIsNotShown has a sender that repeats it wherever it can.
func TestASecretIsNotShown(t *testing.T) {
	t.Parallel()
	s := &webhookSender{signature: func(w *webhook) {
		w.header.set("X-Debug", "signed with "+webhookSecret)
		w.header[gen.WebhookIDHeader] = []string{webhookSecret}
		w.body = append([]byte(`{"secret":"`+webhookSecret+`",`), w.body[1:]...)
	}}
	report := toldBy(t, s, webhookRun{strict: true, requests: 6})
	require.NotEmpty(t, aboutWebhooks(report))
	for name, write := range formats() {
		var b strings.Builder
		require.NoError(t, write(&b, report), name)
		assert.NotContains(t, b.String(), webhookSecret, name)
	}
}

// TestTheClockMayBeThisOne has a server whose every clock is an hour ahead: nothing tells whether it is right.
func TestTheClockMayBeThisOne(t *testing.T) {
	t.Parallel()
	s := &webhookSender{body: func(w *webhook) {
		w.time = secondsFromNow(time.Hour)
		w.header[gen.WebhookTimestampHeader] = []string{w.time}
	}}
	right := newRightServer()
	report := toldBy(t, s, webhookRun{requests: 6, contract: func(c *contracttest.Config) {
		c.HTTPClient = client(s.behind(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			right.ServeHTTP(w, r)
		})))
	}})
	for _, f := range aboutWebhooks(report) {
		assert.Equal(t, result.Warning, f.Severity, f.Headline())
	}
	assert.Contains(t, brief(report), "webhook-timestamp")
}

// TestReportsHaveTheRulesOfWebhooks looks at each format for what was judged and what was not, and at the text for its length.
func TestReportsHaveTheRulesOfWebhooks(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{body: func(w *webhook) { w.secrets = []string{"whsec_wrong"} }}, webhookRun{requests: 12})
	for name, wants := range map[string][]string{
		"text":   {"webhooks at 127.0.0.1:4011: ", " rules of webhooks", "the rule webhook-retries", "  told   POST /hook ", "ERROR webhook_signature"},
		"json":   {`"webhooks"`, `"webhook-signature"`, `openssl dgst -sha256 -hmac \"$BITBYBIT_WEBHOOK_SECRET\"`},
		"junit":  {`<testsuite name="contract webhooks"`, `name="webhook-signature"`, `<failure type="webhook_signature"`, `<skipped message="never obtained"`},
		"html":   {"webhook-signature", "rules of webhooks", "Webhook, answered 200", "openssl dgst"},
		"github": {"webhook_signature"},
	} {
		var b strings.Builder
		require.NoError(t, formats()[name](&b, report), name)
		for _, want := range wants {
			assert.Contains(t, b.String(), want, name)
		}
		if name == "text" {
			assert.LessOrEqual(t, strings.Count(b.String(), "\n"), 60)
		}
	}
}

func formats() map[string]report.Writer { return report.Formats() }

// TestTheDigestIsWhatOpenSSLMakes runs the command that a finding shows.
func TestTheDigestIsWhatOpenSSLMakes(t *testing.T) {
	t.Parallel()
	needsShell(t, "openssl")
	found := toldBy(t, &webhookSender{signature: func(w *webhook) { w.header["User-Agent"] = []string{"curl/8"} }}, webhookRun{requests: 6})
	var d *result.Delivery
	for _, f := range found.Findings {
		if f.Delivery != nil {
			d = f.Delivery
		}
	}
	require.NotNil(t, d)
	command := exec.CommandContext(t.Context(), "sh", "-c", d.Digest)
	command.Env = append(os.Environ(), "BITBYBIT_WEBHOOK_SECRET="+webhookSecret)
	out, err := command.Output()
	require.NoError(t, err)
	_, digest, _ := strings.Cut(strings.TrimSpace(string(out)), "= ")
	assert.True(t, strings.HasSuffix(d.Header.Get(gen.WebhookSignatureHeader), ",v1="+digest), "%s\n%s", d.Digest, out)
}

// TestAnInterruptedWait ends at once, and accuses nobody of what may have been under way.
func TestAnInterruptedWait(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var err error
	never := &webhookSender{customer: func(w *webhook) { w.stopped = true }}
	report := toldBy(t, never, webhookRun{strict: true, wait: time.Hour, requests: 6, ctx: ctx, may: &err, contract: func(c *contracttest.Config) {
		c.Webhooks.OnWait = func(missing int, left time.Duration) {
			assert.Positive(t, missing)
			assert.Equal(t, time.Hour, left)
			cancel()
		}
	}})
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, brief(report))
	assert.True(t, report.Interrupted)
	assert.Zero(t, report.Webhooks.Waited)
}

// TestWebhooksInAGoTest has the checks of webhooks among the subtests of the cases.
func TestWebhooksInAGoTest(t *testing.T) {
	t.Parallel()
	report := toldBy(t, &webhookSender{}, webhookRun{requests: 6})
	made := 0
	for _, c := range report.Cases {
		if slices.Contains(c.Checks, result.WebhookSignature) {
			made++
			assert.Equal(t, http.StatusCreated, c.Status)
		}
	}
	assert.Equal(t, report.Webhooks.Customers, made)
	for _, id := range report.NotMade {
		assert.True(t, !result.OfWebhooks(id) || id == result.WebhookRetry, id)
	}
}
