package sender

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// attempt is one request to an endpoint. The body is not kept: it follows from the payload and the fault.
type attempt struct {
	sent      time.Time
	took      time.Duration
	timestamp int64
	signature string
	fault     mark
	status    int
	answer    string
	more      bool
	err       string
}

func (a *attempt) ok() bool { return a.status/100 == 2 }

// contentType is that of a payload (page "Webhooks: overview").
const contentType = "application/json"

// attempt sends a delivery once. It takes as long as an endpoint has to answer, at most. What the log may say of the outcome holds nothing of what came.
func (s *Sender) attempt(d *delivery, m mark) (a attempt, said string) {
	begin, sent := time.Now(), s.config.Now()
	timestamp, signature := signed(m.kind, sent.Unix(), string(d.to.Secret), d.payload)
	a = attempt{sent: sent, timestamp: timestamp, signature: signature, fault: m}
	ctx, cancel := context.WithTimeout(d.to.ctx, gen.WebhookAnswerTime)
	defer cancel()
	header := headerOf(d.event.id, &a)
	// The parameters are set by their names in the contract and not as fields of the generated type: Header.Set, which that uses, would change the
	// vendor's spelling, and what reads the names on the wire need not ignore their case, though it should (RFC 9110 section 5.1).
	editor := func(_ context.Context, r *http.Request) error {
		for _, field := range header {
			r.Header[field.name] = []string{field.value}
		}
		return nil
	}
	response, err := s.client.initiator.CustomerCreatedWithBody(ctx, d.to.URL, nil, contentType, bytes.NewReader(sentBody(m.kind, d.payload)), editor)
	if err == nil {
		a.status = response.StatusCode
		if a.status != http.StatusSwitchingProtocols { // whose body would be the connection, without an end
			a.answer, a.more = readAnswer(response.Body, string(d.to.Secret))
		}
		_ = response.Body.Close()
	}
	a.took = time.Since(begin)
	if !a.ok() {
		a.err, said = why(d.to.ctx, a.status, err, string(d.to.Secret))
	}
	return a, said
}

// readAnswer reads what is kept of an answer.
func readAnswer(body io.Reader, secret string) (answer string, more bool) {
	// Beyond what is kept, so that a secret that is cut there is masked, too; and one more byte, to see the end.
	b, _ := io.ReadAll(io.LimitReader(body, int64(gen.WebhookKeptAnswer+len(secret)+1)))
	more = len(b) > gen.WebhookKeptAnswer
	answer = masked(string(b), secret)
	return strings.Clone(answer[:min(len(answer), gen.WebhookKeptAnswer)]), more
}

// masked is untrusted text without the secret, as it is and as %q prints it, and without API keys.
func masked(text, secret string) string {
	quoted := strconv.Quote(secret)
	return mask.Keys(strings.NewReplacer(secret, "…", quoted[1:len(quoted)-1], "…").Replace(text))
}

// why says why an attempt failed, in the history and in the log.
func why(endpoint context.Context, status int, err error, secret string) (text, said string) {
	refused, isRefused := errors.AsType[*refusedError](err)
	network, isNetwork := errors.AsType[*net.OpError](err)
	switch {
	case status/100 == 3:
		text = fmt.Sprintf("answered %d, which is not 2xx: redirects are not followed", status)
	case status != 0:
		text = fmt.Sprintf("answered %d, which is not 2xx", status)
	case endpoint.Err() != nil:
		text = "interrupted: the endpoint was removed, or the mock was closed"
	case isRefused:
		text = refused.Error()
	case errors.Is(err, context.DeadlineExceeded):
		text = fmt.Sprintf("no answer within %v", gen.WebhookAnswerTime)
	case isNetwork:
		text = untrusted.Cut(network.Error())
	default: // it may quote what came
		return untrusted.Cut(masked(err.Error(), secret)), "no answer that can be read: see the history"
	}
	return text, text
}

// field is a header field.
type field struct{ name, value string }

// headerOf is what an attempt is sent with, but for Content-Type.
func headerOf(id string, a *attempt) []field {
	event := gen.WebhookEventCustomerCreated
	if a.fault.kind == webhook.UnknownEvent {
		event = unknownEvent
	}
	return []field{
		{"User-Agent", gen.WebhookUserAgent},
		{gen.WebhookIDHeader, id},
		{gen.WebhookEventHeader, event},
		{gen.WebhookTimestampHeader, strconv.FormatInt(a.timestamp, 10)},
		{gen.WebhookSignatureHeader, a.signature},
	}
}

// sign is the v1 of a signature: HMAC-SHA256 of the time, a full stop and the payload, in hexadecimal (page "Webhooks: security").
func sign(secret string, t int64, payload []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write(strconv.AppendInt(nil, t, 10))
	_, _ = h.Write([]byte{'.'})
	_, _ = h.Write(payload)
	return hex.EncodeToString(h.Sum(nil))
}
