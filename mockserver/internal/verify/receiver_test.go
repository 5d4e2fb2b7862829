package verify_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/verify"
)

// What verifies is what this project's receiver takes. want is in the report: why it does not verify, or what is noted.
func TestItVerifiesWhatTheReceiverTakes(t *testing.T) {
	t.Parallel()
	receiver, err := webhook.New([]string{secret}, webhook.WithClock(func() time.Time { return now(0) }))
	require.NoError(t, err)
	unchanged := func(http.Header) {}
	for _, test := range []struct {
		body   string
		change func(http.Header)
		takes  bool
		want   string
	}{
		{body, unchanged, true, ""},
		{`{"id":"c"}`, unchanged, true, "The contract requires what is not there: createdAt, updatedAt."},
		{`{"id":"c","createdAt":null,"email":null,"tags":[null],"addresses":[null]}`, unchanged, true, "createdAt"},
		{`{"id":"c","x":1,"x":"2","X":[]}`, unchanged, true, ""},
		{`{"id":"c","createdAt":"2026-11-23t08:30:00z","updatedAt":"2016-12-31T23:59:60Z"}`, unchanged, true, ""},
		{`{"id":"c","addresses":[{"id":"a"}]}`, unchanged, true, "addresses[0].address1"},
		{`null`, unchanged, false, "It is no customer: it must be an object with an id."},
		{`{"id":null}`, unchanged, false, "an object with an id."},
		{`{"id":7}`, unchanged, false, "id must be of type string."},
		{`{"id":"c","id":"d"}`, unchanged, false, "id is there more than once"},
		{`{"id":"c","ID":"c"}`, unchanged, false, `id is spelled "ID"`},
		{`{"id":"c","\u0069d":"c"}`, unchanged, false, "id is there more than once"},
		{`{"id":"c","email":5}`, unchanged, false, "email must be of type string."},
		{`{"id":"c","email":{}}`, unchanged, false, "email must be of type string."},
		{`{"id":"c","addresses":"x"}`, unchanged, false, "addresses must be of type array."},
		{`{"id":"c","addresses":{}}`, unchanged, false, "addresses must be of type array."},
		{`{"id":"c","addresses":[{"id":"a","Zip":"1","zip":"1"}]}`, unchanged, false, `addresses[0].zip is spelled "Zip"`},
		{`{"id":"c","addresses":[7]}`, unchanged, false, "addresses[0] must be of type object."},
		{`{"id":"c","createdAt":"x"}`, unchanged, false, "createdAt must be a time of RFC 3339."},
		{`{"id":"c","createdAt":"2026-02-30T08:30:00Z"}`, unchanged, false, "createdAt must be a time of RFC 3339."},
		{`{"id":"c","tags":[1]}`, unchanged, false, "tags[0] must be of type string."},
		{`{"id":"c","tags":[` + strings.Repeat("1,", 9000) + `1]}`, unchanged, false, "tags[4] must be of type string."},
		{`hello`, unchanged, false, "It is not JSON."},
		{`hello`, func(h http.Header) { h.Set(gen.WebhookEventHeader, "order.created") }, true, "The body is not JSON."},
		{`{"id":7,"id":8}`, func(h http.Header) { h.Set(gen.WebhookEventHeader, "order.created") }, true, ""},
		{body, func(h http.Header) { h.Set(gen.WebhookTimestampHeader, fmt.Sprintf("0%d", sent)) }, true, ""},
		{body, func(h http.Header) { h.Set(gen.WebhookTimestampHeader, fmt.Sprintf("+%d", sent)) }, true, ""},
		{body, func(h http.Header) { h.Set(gen.WebhookTimestampHeader, fmt.Sprintf("%d.0", sent)) }, false, "must be whole seconds"},
		{body, func(h http.Header) { h.Set(gen.WebhookTimestampHeader, fmt.Sprintf("-%d", sent)) }, false, "only t is signed"},
		{body, func(h http.Header) { h.Set("Content-Encoding", "gzip") }, true, `Content-Encoding is "gzip"`},
		{body, func(h http.Header) { h.Set("Content-Encoding", "Identity") }, true, ""},
	} {
		d := delivery(test.body, signed(secret, test.body))
		test.change(d.Header)
		_, refused := receiver.Verify(d.Body, d.Header)
		assert.Equal(t, test.takes, refused == nil, "the receiver: %.80s: %v", test.body, refused)
		report := verify.Check(d, []string{secret}, now(0))
		assert.Equal(t, test.takes, report.Verifies(), "%.80s: %s", test.body, report)
		assert.Contains(t, report.String(), test.want)
		assert.LessOrEqual(t, len(report.AboutBody), 5)
		if test.want == "" {
			assert.NotContains(t, report.String(), "Content-Encoding")
		}
	}
}

func TestTheSecretsInOneAreBounded(t *testing.T) {
	t.Parallel()
	const short = `{"id":"cust_1"}`
	var parts []string
	for i := range 20_000 {
		parts = append(parts, fmt.Sprint(i))
	}
	told := verify.Check(delivery(short, signed("another", short)), []string{strings.Join(parts, ",")}, now(0)).String()
	assert.NotContains(t, told, "large")
	assert.NotContains(t, told, "Not all of it was tried")
	assert.Contains(t, told, "Of what commas separate in a secret the first 20 were tried: give each secret by itself.")
	report := verify.Check(delivery(short, signed("19", short)), []string{strings.Join(parts, ",")}, now(0))
	assert.Contains(t, report.String(), "one of those in it that commas separate")
}
