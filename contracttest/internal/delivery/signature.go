package delivery

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// signature is what the header of one says.
type signature struct {
	time    string
	digests []string // of the scheme v1
}

// signed reads the header of a signature: t=…,v1=… in any order, v1 as often as there are secrets, and whatever other schemes. It
// reports whether there are one time, in digits without a leading zero, and a digest.
func signed(header string) (s signature, ok bool) {
	times := 0
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(part, "="); name {
		case "t":
			times++
			s.time = value
		case "v1":
			s.digests = append(s.digests, value)
		}
	}
	seconds, err := strconv.ParseUint(s.time, 10, 64)
	return s, times == 1 && err == nil && strconv.FormatUint(seconds, 10) == s.time && len(s.digests) > 0
}

// digest is the HMAC-SHA256 of a text, in lower-case hexadecimal.
func digest(secret string, text ...string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	for _, part := range text {
		mac.Write([]byte(part))
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// signature asks whether one of the digests is that of the bytes that came, with one of the secrets.
func (j *judging) signature(a *arrival) {
	header := j.value(a, partSignature)
	if header == "" || a.cut {
		return // the header's check says so, or that of the payload's size
	}
	p := check.Problem{Check: result.WebhookSignature, Rule: j.rule("webhook-signature"), Variant: "digest", Place: j.name(partSignature)}
	s, ok := signed(header)
	if !ok {
		p.Variant, p.Message = "form", "expected t=<seconds>,v1=<hexadecimal>, got "+wording.Quote(header)
		j.ask(false, p)
		return
	}
	for _, secret := range j.Secrets {
		right := digest(secret, s.time, ".", string(a.body))
		if slices.Contains(s.digests, right) {
			j.ask(true, p)
			return
		}
		if slices.ContainsFunc(s.digests, func(d string) bool { return strings.EqualFold(d, right) }) {
			p.Variant, p.Sure = "case", result.Uncertain
			p.Message = "expected the digest in small letters, got " + wording.Quote(s.digests[0])
			j.ask(false, p)
			return
		}
	}
	p.Message = fmt.Sprintf("expected the HMAC-SHA256 of %s.<the %d bytes of the body>", wording.Short(s.time), len(a.body))
	if why := j.instead(a, s); why != "" {
		p.Message += ", got that of " + why
	} else {
		p.Message += fmt.Sprintf(
			", got %s, which is that of none of the %s given; the endpoint's may be another", wording.Quote(s.digests[0]),
			wording.Plural(len(j.Secrets), "secret"),
		)
	}
	j.ask(false, p)
}

// instead is what was signed in place of the time and the bytes that came, as far as it can be guessed; empty where it cannot.
func (j *judging) instead(a *arrival, s signature) string {
	body, stamp, id := string(a.body), j.value(a, partTimestamp), j.value(a, partID)
	texts := []struct{ what, text string }{
		{"the body alone, without the time", body},
		{"the time and the body without the full stop between", s.time + body},
		{"the time in the other header, which is not t", stamp + "." + body},
		{"the id, the time and the body", id + "." + s.time + "." + body},
		{"the body with a line feed that was not sent", s.time + "." + body + "\n"},
		{"the body without the white space around it", s.time + "." + string(bytes.TrimSpace(a.body))},
		{"the body before it was compressed", s.time + "." + string(a.plain)},
	}
	if compact, ok := stringified(a.body); ok {
		texts = append(texts, struct{ what, text string }{"the payload as JSON.stringify spells it, not as it was sent", s.time + "." + string(compact)})
	}
	for _, secret := range j.Secrets {
		for _, one := range texts {
			if slices.Contains(s.digests, digest(secret, one.text)) {
				return one.what
			}
		}
		raw, _ := hex.DecodeString(digest(secret, s.time, ".", body))
		if slices.Contains(s.digests, base64.StdEncoding.EncodeToString(raw)) || slices.Contains(s.digests, base64.RawURLEncoding.EncodeToString(raw)) {
			return "the right bytes, but in base64"
		}
		trimmed := strings.TrimPrefix(secret, secret[:strings.LastIndexByte(secret, '_')+1])
		keys := []string{trimmed, string(decoded(trimmed)), string(decoded(secret))}
		if slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(s.digests, digest(key, s.time, ".", body)) }) {
			return "the right bytes, but with a part of the secret, or with what it stands for in base64, as the key"
		}
	}
	return ""
}

// decoded is what a text stands for in base64; the text itself where it is none.
func decoded(text string) []byte {
	if raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
		return raw
	}
	return []byte(text)
}
