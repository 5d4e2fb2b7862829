package sender

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	// unknownEvent is a type that the vendor does not have.
	unknownEvent = "mock.unknown"
	// beyond is how far outside the tolerance a time is that a receiver must refuse, so that neither a rounded second nor a slow machine matters.
	beyond = gen.WebhookTolerance + time.Minute
)

// signed is the timestamp in the header and the signature of an attempt that is sent now, in seconds since 1970, as a fault has them.
func signed(kind webhook.Kind, now int64, secret string, payload []byte) (timestamp int64, signature string) {
	t := now
	switch kind {
	case webhook.OldTimestamp, webhook.TimestampMismatch:
		t = max(0, t-int64(beyond/time.Second))
	case webhook.FutureTimestamp:
		t += int64(beyond / time.Second)
	}
	timestamp = t
	right := sign(secret, t, sentBody(onlySize(kind), payload))
	wrong := func() string { return sign("not "+secret, t, payload) }
	switch kind {
	case webhook.TimestampMismatch:
		timestamp = now
	case webhook.WrongSignature:
		right = wrong()
	case webhook.ShortSignature:
		right = right[:len(right)/2]
	case webhook.TwoSignatures:
		right = wrong() + ",v1=" + right
	}
	return timestamp, "t=" + strconv.FormatInt(t, 10) + ",v1=" + right
}

// onlySize is the kind if its body is signed as it is sent.
func onlySize(kind webhook.Kind) webhook.Kind {
	if kind == webhook.OversizedBody {
		return kind
	}
	return ""
}

// sentBody is what is sent for a payload.
func sentBody(kind webhook.Kind, payload []byte) []byte {
	switch kind {
	case webhook.OversizedBody:
		return append(slices.Clip(payload), bytes.Repeat([]byte{' '}, max(0, gen.WebhookMaxPayload+1-len(payload)))...)
	case webhook.ReformattedBody:
		return spaced(payload)
	}
	return payload
}

// spaced is JSON with a space behind each comma and colon, as many an encoder prints it.
func spaced(payload []byte) []byte {
	var b strings.Builder
	inString := false
	for i := 0; i < len(payload); i++ {
		c := payload[i]
		b.WriteByte(c)
		switch {
		case c == '\\':
			i++
			b.WriteByte(payload[i])
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == ':'):
			b.WriteByte(' ')
		}
	}
	return []byte(b.String())
}
