package contracttest_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// wrongSender breaks one thing about the webhooks of a right server.
type wrongSender struct {
	name   string
	check  result.Check // that must object
	rule   string       // that it must name
	any    result.Severity
	strict result.Severity
	says   string // in the message
	sender func() *webhookSender
}

const (
	isError   = result.Error
	isWarning = result.Warning
)

// header changes one header of every delivery.
func header(name string, change func(value string) string) func() *webhookSender {
	return func() *webhookSender {
		return &webhookSender{signature: func(w *webhook) { w.header[name] = []string{change(w.header[name][0])} }}
	}
}

func without(name string) func() *webhookSender {
	return func() *webhookSender { return &webhookSender{signature: func(w *webhook) { delete(w.header, name) }} }
}

// ofCustomer changes the payload of every delivery before it is written.
func ofCustomer(change func(customer map[string]any)) func() *webhookSender {
	return func() *webhookSender {
		return &webhookSender{customer: func(w *webhook) { change(w.customer) }}
	}
}

// ofBody changes the bytes of every delivery before they are signed.
func ofBody(change func(body []byte) []byte) func() *webhookSender {
	return func() *webhookSender {
		return &webhookSender{large: true, body: func(w *webhook) { w.body = change(w.body) }}
	}
}

// ofSigned changes what is signed.
func ofSigned(change func(w *webhook) string) func() *webhookSender {
	return func() *webhookSender {
		return &webhookSender{body: func(w *webhook) { w.signed = []byte(change(w)) }}
	}
}

// atTime signs and says another time.
func atTime(change func() string) func() *webhookSender {
	return func() *webhookSender {
		return &webhookSender{body: func(w *webhook) {
			w.time = change()
			w.header[gen.WebhookTimestampHeader] = []string{w.time}
		}}
	}
}

func wrongSenders() []wrongSender {
	again := func(change func(w *webhook)) func() *webhookSender {
		return func() *webhookSender {
			return &webhookSender{body: func(w *webhook) {
				if w.attempt > 1 {
					change(w)
				}
			}}
		}
	}
	return []wrongSender{
		{"no id", result.WebhookHeaders, "webhook-id", isError, isError, "is required", without(gen.WebhookIDHeader)},
		{"no type", result.WebhookHeaders, "webhook-event", isError, isError, "is required", without(gen.WebhookEventHeader)},
		{"no timestamp", result.WebhookHeaders, "webhook-timestamp", isError, isError, "is required", without(gen.WebhookTimestampHeader)},
		{"no signature", result.WebhookHeaders, "webhook-signature", isError, isError, "is required", without(gen.WebhookSignatureHeader)},
		{"another type", result.WebhookHeaders, "webhook-event", isError, isError, "customer_created", header(gen.WebhookEventHeader, func(string) string { return "customer_created" })},
		{"the User-Agent of its library", result.WebhookHeaders, "webhook-user-agent", isError, isError, "axios/1.7", header("User-Agent", func(string) string { return "axios/1.7" })},
		{"a newer User-Agent", result.WebhookHeaders, "webhook-user-agent", isWarning, isWarning, "/99", header("User-Agent", func(s string) string { return s[:strings.IndexByte(s, '/')] + "/99" })},
		{"an id twice", result.WebhookHeaders, "webhook-id", isError, isError, "must be sent once", func() *webhookSender {
			return &webhookSender{signature: func(w *webhook) { w.header[gen.WebhookIDHeader] = []string{"evt_a", "evt_b"} }}
		}},
		{"ids that look otherwise", result.WebhookID, "webhook-id-shape", isWarning, isError, "evt_", header(gen.WebhookIDHeader, func(s string) string { return strings.TrimPrefix(s, "evt_") })},
		{"one id for all", result.WebhookID, "webhook-id-unique", isError, isError, "evt_1", header(gen.WebhookIDHeader, func(string) string { return "evt_1" })},
		{"a method of its own", result.WebhookHeaders, "post", isError, isError, "PUT", func() *webhookSender {
			return &webhookSender{customer: func(w *webhook) { w.method = http.MethodPut }}
		}},
		{"milliseconds", result.WebhookTime, "webhook-timestamp", isError, isError, "in milliseconds: it must be seconds", atTime(func() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) })},
		{"the time of another zone", result.WebhookTime, "webhook-timestamp", isError, isError, "7h0m0s", atTime(func() string { return secondsFromNow(7 * time.Hour) })},
		{"ten minutes ago", result.WebhookTime, "webhook-timestamp", isError, isError, "10m0s", atTime(func() string { return secondsFromNow(-10 * time.Minute) })},
		{"a date for a timestamp", result.WebhookHeaders, "webhook-timestamp", isError, isError, "2026-11-23", header(gen.WebhookTimestampHeader, func(string) string { return "2026-11-23T08:30:00Z" })},
		{"times that differ", result.WebhookTime, "webhook-timestamp-agrees", isWarning, isError, "t=", header(gen.WebhookTimestampHeader, func(string) string { return secondsFromNow(-3 * time.Second) })},
		{"another secret", result.WebhookSignature, "webhook-signature", isError, isError, "the endpoint's may be another", func() *webhookSender {
			return &webhookSender{body: func(w *webhook) { w.secrets = []string{"whsec_wrong"} }}
		}},
		{"the body alone signed", result.WebhookSignature, "webhook-signature", isError, isError, "the body alone", ofSigned(func(w *webhook) string { return string(w.body) })},
		{"no full stop signed", result.WebhookSignature, "webhook-signature", isError, isError, "without the full stop", ofSigned(func(w *webhook) string { return w.time + string(w.body) })},
		{"the id signed, too", result.WebhookSignature, "webhook-signature", isError, isError, "the id, the time and the body", ofSigned(func(w *webhook) string { return w.header[gen.WebhookIDHeader][0] + "." + w.time + "." + string(w.body) })},
		{"a line feed signed", result.WebhookSignature, "webhook-signature", isError, isError, "a line feed that was not sent", ofSigned(func(w *webhook) string { return w.time + "." + string(w.body) + "\n" })},
		{"a digest in base64", result.WebhookSignature, "webhook-signature", isError, isError, "in base64", header(gen.WebhookSignatureHeader, func(s string) string {
			at, digest, _ := strings.Cut(s, ",v1=")
			raw, _ := hex.DecodeString(digest)
			return at + ",v1=" + base64.StdEncoding.EncodeToString(raw)
		})},
		{"a short digest", result.WebhookSignature, "webhook-signature", isError, isError, "none of the", header(gen.WebhookSignatureHeader, func(s string) string { return s[:len(s)-2] })},
		{"a digest in capitals", result.WebhookSignature, "webhook-signature", isWarning, isWarning, "small letters", header(gen.WebhookSignatureHeader, func(s string) string {
			at, digest, _ := strings.Cut(s, ",v1=")
			return at + ",v1=" + strings.ToUpper(digest)
		})},
		{"another form of signature", result.WebhookSignature, "webhook-signature", isError, isError, "expected t=", header(gen.WebhookSignatureHeader, func(s string) string { return strings.Replace(s, ",v1=", ",sha256=", 1) })},
		{"a space in the signature", result.WebhookSignature, "webhook-signature", isError, isError, "expected t=", header(gen.WebhookSignatureHeader, func(s string) string { return strings.Replace(s, ",", ", ", 1) })},
		{"a time twice", result.WebhookSignature, "webhook-signature", isError, isError, "expected t=", header(gen.WebhookSignatureHeader, func(s string) string { return strings.Replace(s, ",v1=", ",t=1,v1=", 1) })},
		{"a zero before the time", result.WebhookSignature, "webhook-signature", isError, isError, "expected t=", atTime(func() string { return "0" + secondsFromNow(0) })},
		{"a line feed at the end", result.WebhookPayload, "webhook-payload-bytes", isWarning, isError, "JSON.stringify", ofBody(func(b []byte) []byte { return append(b, '\n') })},
		{"white space", result.WebhookPayload, "webhook-payload-bytes", isWarning, isError, "from byte", ofBody(func(b []byte) []byte { return bytes.Replace(b, []byte(`":`), []byte(`": `), 1) })},
		{"characters escaped", result.WebhookPayload, "webhook-payload-bytes", isWarning, isError, `\\u0040`, ofBody(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("@"), []byte(`\u0040`)) })},
		{"an envelope", result.WebhookPayload, "webhook-payload-customer", isError, isError, "within", ofBody(func(b []byte) []byte { return fmt.Appendf(nil, `{"data":%s}`, b) })},
		{"an envelope with an id", result.WebhookPayload, "webhook-payload-customer", isError, isError, "within", ofBody(func(b []byte) []byte {
			return fmt.Appendf(nil, `{"id":"evt_1","type":%q,"data":{"object":%s}}`, gen.WebhookEventCustomerCreated, b)
		})},
		{"a field lost", result.WebhookPayload, "webhook-payload-customer", isError, isError, "lastName: expected what was answered", ofCustomer(func(c map[string]any) { delete(c, "lastName") })},
		{"a field changed", result.WebhookPayload, "webhook-payload-customer", isError, isError, "firstName: expected what was answered", ofCustomer(func(c map[string]any) {
			if name := text(c["firstName"]); name != "" {
				c["firstName"] = strings.ToUpper(name) + "!"
			}
		})},
		{"only the first address", result.WebhookPayload, "webhook-payload-customer", isError, isError, "items that were answered", ofCustomer(func(c map[string]any) {
			if all, ok := c["addresses"].([]any); ok && len(all) > 1 {
				c["addresses"] = all[:1]
			}
		})},
		{"an address without its id", result.WebhookPayload, "address-always-present", isError, isError, "is required", ofCustomer(func(c map[string]any) {
			for _, one := range list(c["addresses"]) {
				delete(one.(map[string]any), "id")
			}
		})},
		{"no times", result.WebhookPayload, "always-present", isError, isError, "is required", ofCustomer(func(c map[string]any) { delete(c, "createdAt") })},
		{"a time in another form", result.WebhookPayload, "times", isError, isError, "createdAt", ofCustomer(func(c map[string]any) { c["createdAt"] = strings.Replace(text(c["createdAt"]), "T", " ", 1) })},
		{"tags in one text", result.WebhookPayload, "type", isError, isError, "must be an array", ofCustomer(func(c map[string]any) { c["tags"] = "a,b" })},
		{"an empty text for nothing", result.WebhookPayload, "webhook-payload-customer", isWarning, isWarning, `got ""`, ofCustomer(func(c map[string]any) {
			if c["imageUrl"] == nil {
				c["imageUrl"] = ""
			}
		})},
		{"too large", result.WebhookPayload, "webhook-payload-size", isError, isError, "at most " + strconv.Itoa(gen.WebhookMaxPayload) + " bytes", func() *webhookSender {
			return &webhookSender{large: true, customer: func(w *webhook) { w.customer["note"] = strings.Repeat("x", gen.WebhookMaxPayload) }}
		}},
		{"a member twice", result.WebhookPayload, "webhook-payload", isError, isError, "createdAt", ofBody(func(b []byte) []byte { return append([]byte(`{"createdAt":"2000-01-01T00:00:00.000Z",`), b[1:]...) })},
		{"no JSON", result.WebhookPayload, "webhook-payload", isError, isError, "", ofBody(func(b []byte) []byte { return b[:len(b)-1] })},
		{"a form's media type", result.WebhookPayload, "webhook-payload", isError, isError, "x-www-form-urlencoded", header("Content-Type", func(string) string { return "application/x-www-form-urlencoded" })},
		{"an encoding in name alone", result.WebhookPayload, "webhook-payload", isError, isError, "utf-8", func() *webhookSender {
			return &webhookSender{signature: func(w *webhook) { w.header.set("Content-Encoding", "utf-8") }}
		}},
		{"compressed", result.WebhookPayload, "webhook-payload", isError, isError, "gzip", func() *webhookSender {
			return &webhookSender{signature: func(w *webhook) {
				var b bytes.Buffer
				to := gzip.NewWriter(&b)
				_, _ = to.Write(w.body)
				_ = to.Close()
				w.body = b.Bytes()
				w.header.set("Content-Encoding", "gzip")
			}}
		}},
		{"of what was refused, too", result.WebhookSent, "webhook-sent", isError, isError, "expected no webhook of what was answered with 4", func() *webhookSender { return &webhookSender{refused: true, requests: 40} }},
		{"one of five not sent", result.WebhookSent, "webhook-sent", isError, isError, "got none", func() *webhookSender {
			return &webhookSender{customer: func(w *webhook) { w.stopped = w.turn%5 == 0 }}
		}},
		{"nothing sent again", result.WebhookRetry, "webhook-retries", isError, isError, "sent again", func() *webhookSender { return &webhookSender{retries: []time.Duration{}} }},
		{"again after a minute", result.WebhookRetry, "webhook-retries", isError, isError, "sent again", func() *webhookSender { return &webhookSender{retries: []time.Duration{time.Minute}} }},
		{"redirects are followed", result.WebhookRetry, "webhook-redirects", isWarning, isError, "not to be followed", func() *webhookSender { return &webhookSender{follows: true} }},
		{"again under another id", result.WebhookRetry, "webhook-retry-same", isError, isError, "with the id of the first", again(func(w *webhook) { w.header[gen.WebhookIDHeader] = []string{"evt_again_" + strconv.Itoa(w.turn)} })},
		{"again with other bytes", result.WebhookRetry, "webhook-retry-same", isError, isError, "with the payload of the first", again(func(w *webhook) { w.body = bytes.Replace(w.body, []byte("{"), []byte(`{"retry":true,`), 1) })},
		{"again with the first signature", result.WebhookRetry, "webhook-retry-signed", isWarning, isError, "signed anew", func() *webhookSender {
			return &webhookSender{body: func(w *webhook) {
				created, _ := time.Parse(time.RFC3339, text(w.customer["createdAt"]))
				w.time = strconv.FormatInt(created.Unix(), 10)
				w.header[gen.WebhookTimestampHeader] = []string{w.time}
			}}
		}},
		{"two events of a customer", result.WebhookID, "webhook-retry-same", isWarning, isWarning, "one id for the event", func() *webhookSender {
			var turn atomic.Int64
			return &webhookSender{wait: 10 * time.Second, copies: 1, signature: func(w *webhook) {
				w.each = func() {
					w.header.set(gen.WebhookIDHeader, "evt_each_"+strconv.FormatInt(turn.Add(1), 10))
				}
			}}
		}},
	}
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}

// TestWrongSenders asks that the right check objects to each, by the right rule and with the severity that it deserves, at any server and
// where assumed rules are errors; and that nothing graver is said of it.
func TestWrongSenders(t *testing.T) {
	t.Parallel()
	senders := wrongSenders()
	require.GreaterOrEqual(t, len(senders), 25)
	type outcome struct{ any, strict string }
	outcomes := make([]outcome, len(senders))
	if few() {
		senders = everyNth(senders, 5)
	}
	inParallel(len(senders), func(i int) {
		wrong := senders[i]
		for _, strict := range []bool{false, true} {
			if !full() && strict == (i%2 == 0) && wrong.any == wrong.strict {
				continue // BITBYBIT_FULL=1 tries each as both, as CI does
			}
			report := toldBy(t, wrong.sender(), webhookRun{strict: strict, wait: time.Minute, requests: 16})
			want, got := wrong.any, &outcomes[i].any
			if strict {
				want, got = wrong.strict, &outcomes[i].strict
			}
			found := false
			for _, f := range aboutWebhooks(report) {
				if f.Check == wrong.check && f.Rule.ID == wrong.rule && strings.Contains(f.Message, wrong.says) {
					found = found || f.Severity == want
					*got = cmp.Or(*got, string(f.Severity)) // the gravest comes first
					assert.NotEmpty(t, f.Case, wrong.name)
					if wrong.check != result.WebhookSent && assert.NotNil(t, f.Delivery, wrong.name) {
						assert.NotEmpty(t, f.Delivery.Header, wrong.name)
					}
					assert.NotContains(t, f.String(), webhookSecret)
					continue
				}
				if want == isWarning {
					assert.NotEqual(t, isError, f.Severity, "%s: %s", wrong.name, f.Headline())
				}
			}
			assert.True(t, found, "%s (strict %v): %s by %s must be found, as %s; found: %s", wrong.name, strict, wrong.check, wrong.rule, want, brief(report))
			assert.Equal(t, string(want), *got, wrong.name)
		}
	})
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SENDER\tCHECK\tRULE\tAT ANY SERVER\tSTRICT")
	for i, wrong := range senders {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", wrong.name, wrong.check, wrong.rule, outcomes[i].any, outcomes[i].strict)
	}
	_ = w.Flush()
	t.Log("\n" + table.String())
}

func brief(r result.Report) string {
	var b strings.Builder
	for _, f := range aboutWebhooks(r) {
		fmt.Fprintf(&b, "\n%s %s %s: %.200s", f.Severity, f.Check, f.Rule.ID, f.Message)
	}
	return b.String()
}
