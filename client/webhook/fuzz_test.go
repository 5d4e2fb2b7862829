package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// FuzzVerify holds Verify, Read and the Handler against a judgement of its own of each delivery, in both directions. In the signature's
// header {mac} stands for what the secret makes of the first t in it and the body.
func FuzzVerify(f *testing.F) {
	now := strconv.FormatInt(sent.Unix(), 10)
	for _, seed := range []struct{ timestamp, signature, body string }{
		{now, "t=" + now + ",v1={mac}", `{"id":"cust_1"}`},
		{now, "t=" + now + ",v1=00,v0=x, v1={mac},v2", `{"id":"cust_1","imageUrl":null}`},
		{now, "t=" + now + ",t=" + now + ",v1={mac}", `{"id":"cust_1"}`},
		{now, "t=" + now + ",v1={mac}0,v1={mac},v1=", `{"id":"cust_1","id":""}`},
		{"+" + now, "v1={mac},t=" + now, ` {"ID":"cust_1"}` + "\n"},
		{"0", "t=0,v1={mac}", `[]`},
		{now, "t=" + now + ",v1=" + strings.Repeat("0", 64), ``},
		{now, "t=0" + now + ",v1={mac}", `{"id":"cust_1"}`},
		{now, "t=" + now + " ,v1={mac}", `{"id":"cust_1"}`},
		{now, "\u00a0t=" + now + ",v1=" + strings.Repeat("0", 64) + ",v1", `{"id":"cust_1"}`},
		{now, "t=" + now + ",v1={mac},t=\n0", `{"id":"cust_1"}`},
		{now, "t=" + secret + ",v1={mac}", `{"id":"cust_1"}`},
	} {
		f.Add("evt_1", gen.WebhookEventCustomerCreated, seed.timestamp, seed.signature, []byte(seed.body))
	}
	f.Add("evt_1", "customer.deleted", now, "t="+now+",v1={mac}", []byte("x"))
	f.Fuzz(func(t *testing.T, id, event, timestamp, signature string, body []byte) {
		right := ""
		if times, _ := itemsOf(signature); len(times) > 0 {
			right = expectedMAC(times[0], body)
			signature = strings.ReplaceAll(signature, "{mac}", right)
		}
		header := http.Header{}
		header.Set(gen.WebhookIDHeader, id)
		header.Set(gen.WebhookEventHeader, event)
		header.Set(gen.WebhookTimestampHeader, timestamp)
		header.Set(gen.WebhookSignatureHeader, signature)
		genuine := id != "" && event != "" && isSent(timestamp) && isSigned(signature, timestamp, right) && len(body) <= gen.WebhookMaxPayload

		r := receiver(t)
		e, err := r.Verify(body, header)
		switch {
		case err == nil:
			require.True(t, genuine, "a false accept")
			require.Equal(t, body, e.Payload)
			require.Equal(t, id, e.ID)
			if event == gen.WebhookEventCustomerCreated {
				var customer struct {
					ID string `json:"id"`
				}
				require.NoError(t, json.Unmarshal(body, &customer))
				require.Equal(t, customer.ID, strings.ToValidUTF8(e.Customer.ID, "\ufffd"))
				require.NotEmpty(t, e.Customer.ID)
			}
		case genuine:
			require.ErrorIs(t, err, webhook.ErrPayload, "a false refusal")
			require.Equal(t, gen.WebhookEventCustomerCreated, event)
			require.Equal(t, body, e.Payload)
		default:
			require.Equal(t, http.StatusBadRequest, webhook.StatusCode(err))
			require.Empty(t, e)
		}
		require.NotContains(t, fmt.Sprint(err), secret)

		calls := handled{}
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		request.Header = header
		r = receiver(t, webhook.WithLogger(slog.New(slog.DiscardHandler)))
		r.Handler(calls.handle).ServeHTTP(recorder, request)
		require.Equal(t, webhook.StatusCode(err), recorder.Code)
		require.Equal(t, err == nil && event == gen.WebhookEventCustomerCreated, calls.count() == 1)
	})
}

func expectedMAC(timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "%s.%s", timestamp, body)
	return fmt.Sprintf("%x", mac.Sum(nil))
}

// isSent tells whether a header says that a delivery was sent when it was, at most gen.WebhookTolerance from now.
func isSent(timestamp string) bool {
	at, err := strconv.ParseInt(timestamp, 10, 64)
	return err == nil && at >= sent.Add(-tolerance).Unix() && at <= sent.Add(tolerance).Unix()
}

// item is a t or a v1 of a signature, with its value.
var item = regexp.MustCompile(`(?s)^(t|v1)(?:=(.*))?$`)

// itemsOf are the values of each t and, in small letters, of each v1 of a signature.
func itemsOf(signature string) (times, versions []string) {
	for text := range strings.SplitSeq(signature, ",") {
		if m := item.FindStringSubmatch(strings.TrimSpace(text)); m != nil && m[1] == "t" {
			times = append(times, m[2])
		} else if m != nil {
			versions = append(versions, strings.ToLower(m[2]))
		}
	}
	return times, versions
}

// isSigned tells whether a signature has one t, which is that of the timestamp's header, and the right mac among its v1.
func isSigned(signature, timestamp, right string) bool {
	times, versions := itemsOf(signature)
	if len(times) != 1 || !regexp.MustCompile(`^(0|[1-9][0-9]*)$`).MatchString(times[0]) || len(signature) > 4096 || len(versions) > 16 {
		return false
	}
	at, _ := strconv.ParseInt(timestamp, 10, 64)
	if strconv.FormatInt(at, 10) != times[0] {
		return false
	}
	found := false
	for _, v := range versions {
		found = found || right != "" && v == right
	}
	return found
}
