package verify

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Report says whether a delivery verifies, and why not. Its texts are for people; they have no line breaks and no control characters.
type Report struct {
	// Signature is whether one of the signatures is right for the body as it came, with one of the secrets as they are.
	Signature bool
	// Time is whether the time that is signed is within the tolerance.
	Time bool
	// Headers is whether the headers that a receiver reads are there, once each, and agree.
	Headers bool
	// Body is whether the body can be an event's payload.
	Body bool

	// Attempt says which attempt of the mock's history was judged, and when; empty where the delivery is not from there.
	Attempt string

	AboutSignature []string // why
	AboutTime      string
	AboutHeaders   []string
	AboutBody      []string
	Notes          []string // what does not decide it
}

// Verifies reports whether a receiver takes the delivery.
func (r Report) Verifies() bool { return r.Signature && r.Time && r.Headers && r.Body }

// Check judges a delivery with the secrets of its endpoint, at a time; where that is zero, at the delivery's own, and else at the time of now. There
// must be a secret, and none may be empty.
func Check(d Delivery, secrets []string, now time.Time) Report {
	c := check{delivery: d, now: now, words: wordsOfNow}
	if now.IsZero() {
		c.now = time.Now()
		if !d.Time.IsZero() {
			c.now, c.words = d.Time, wordsOfAttempt
		}
	}
	if d.Attempt != "" {
		c.Attempt = d.Attempt + ", judged at " + c.now.UTC().Format(time.RFC3339)
		if c.words == wordsOfAttempt {
			c.Attempt += ", when it was sent (--now takes another time)"
		}
		c.Attempt += "."
	}
	c.Notes = slices.Clone(d.Remarks)
	c.headers()
	c.time()
	c.sign(secrets)
	c.content()
	if d.Refused && c.Verifies() {
		c.Notes = append([]string{"The delivery is right, so the reason for the answer is in the receiver; what it answered is in the delivery's attempts. " +
			"If it was the signature, verify the bytes as they come, before anything reads them as JSON: examples/webhook-receivers."}, c.Notes...)
	}
	return c.Report
}

type check struct {
	Report
	delivery  Delivery
	now       time.Time
	words     words
	signature signature
	sent      string // the time in the signature, as it is written; empty where there is none
}

// words tell how a time lies to the one at which the delivery is judged.
type words struct{ at, before, after, refuses string }

var (
	wordsOfNow     = words{"now", "ago", "in the future", "refuses it now"}
	wordsOfAttempt = words{"at the time of the attempt", "before the attempt", "after the attempt", "refuses it then"}
)

// values are what a header has.
func (c *check) values(name string) []string { return c.delivery.Header[http.CanonicalHeaderKey(name)] }

func (c *check) headers() {
	for _, name := range []string{gen.WebhookIDHeader, gen.WebhookEventHeader, gen.WebhookTimestampHeader, gen.WebhookSignatureHeader} {
		switch values := c.values(name); {
		case len(values) == 0:
			c.AboutHeaders = append(c.AboutHeaders, name+" is missing.")
		case len(values) > 1:
			c.AboutHeaders = append(c.AboutHeaders, fmt.Sprintf("%s is there %d times, expected once: a receiver refuses it, or takes one of them.", name, len(values)))
		case values[0] == "":
			c.AboutHeaders = append(c.AboutHeaders, name+" is empty.")
		}
	}
	c.signature = parseSignature(strings.Join(c.values(gen.WebhookSignatureHeader), ","))
	if len(c.values(gen.WebhookSignatureHeader)) > 0 {
		for _, fault := range c.signature.faults {
			c.AboutHeaders = append(c.AboutHeaders, gen.WebhookSignatureHeader+": "+fault+".")
		}
	}
	header := first(c.values(gen.WebhookTimestampHeader))
	// Unlike t, it is a number and no text that is signed: 01700000000 is right.
	n, err := strconv.ParseInt(header, 10, 64)
	if header != "" && err != nil {
		c.AboutHeaders = append(c.AboutHeaders, gen.WebhookTimestampHeader+" must be whole seconds since 1970, got "+quote(header)+".")
	}
	if t := first(c.signature.times); t != "" && header != "" && t != header && (err != nil || t != strconv.FormatInt(n, 10)) {
		c.AboutHeaders = append(c.AboutHeaders, fmt.Sprintf("%s says %s and the signature t=%s: only t is signed.", gen.WebhookTimestampHeader, quote(header), quote(t)))
	}
	if encoding := first(c.values("Content-Encoding")); encoding != "" && !strings.EqualFold(encoding, "identity") {
		c.Notes = append(c.Notes, "Content-Encoding is "+quote(encoding)+": what is signed is not encoded. A receiver that decodes the body, or refuses any encoding, does not take it as a request.")
	}
	c.Headers = len(c.AboutHeaders) == 0
}

// time compares the time that is signed with now.
func (c *check) time() {
	c.sent = first(c.signature.times)
	if c.sent == "" {
		c.AboutTime = "There is no time in the signature."
		return
	}
	n, err := seconds(c.sent)
	if err != nil {
		c.AboutTime = "t must be whole seconds since 1970, got " + quote(c.sent) + "."
		return
	}
	const latest = 7258118400 // the year 2200: durations reach not much further
	if n > latest {
		c.AboutTime = fmt.Sprintf("t=%d is beyond the year 2200.", n)
		c.inMilliseconds(n)
		return
	}
	sent := time.Unix(n, 0).UTC()
	age := time.Unix(c.now.Unix(), 0).Sub(sent) // in whole seconds, as receivers compare them
	text := "It was sent at " + sent.Format(time.RFC3339) + ", "
	switch {
	case age == 0:
		text += c.words.at
	case age > 0:
		text += duration(age) + " " + c.words.before
	default:
		text += duration(-age) + " " + c.words.after
	}
	c.Time = age.Abs() <= gen.WebhookTolerance
	if c.Time {
		c.AboutTime = text + "; a receiver takes " + duration(gen.WebhookTolerance) + " both ways."
		return
	}
	c.AboutTime = fmt.Sprintf("%s; a receiver %s, since it takes %s both ways.", text, c.words.refuses, duration(gen.WebhookTolerance))
	c.inMilliseconds(n)
}

// inMilliseconds notes a time that is now if it counts milliseconds.
func (c *check) inMilliseconds(n int64) {
	if c.now.Sub(time.UnixMilli(n)).Abs() < 365*24*time.Hour {
		c.AboutTime += " Read as milliseconds it is " + time.UnixMilli(n).UTC().Format(time.RFC3339) + "; it must be seconds."
	}
}

// sign looks for what the signature was made of.
func (c *check) sign(secrets []string) {
	if len(c.values(gen.WebhookSignatureHeader)) == 0 {
		c.AboutSignature = []string{"There is none: " + gen.WebhookSignatureHeader + " is missing."}
		return
	}
	if len(c.signature.candidates) == 0 {
		c.AboutSignature = slices.Concat(c.signature.malformed, []string{
			fmt.Sprintf("Nothing in %s can be one: expected t=<seconds>,%s=<%d hexadecimal digits>.", gen.WebhookSignatureHeader, scheme, hexLength),
		})
		return
	}
	s := search{signature: c.signature, messages: c.messages(), body: c.delivery.Body, left: budget{most}}
	for i, secret := range secrets {
		s.secrets = append(s.secrets, secretForms(i+1, secret)...)
	}
	found, ok := s.run()
	if ok && found.candidate.capitals {
		c.Notes = append(c.Notes, "The signature is in capitals: a receiver that compares bytes takes it, one that compares texts refuses it.")
	}
	switch {
	case !ok:
		c.AboutSignature = c.unexplained(&s, secrets)
	case found.asItShould():
		c.Signature = true
		c.AboutSignature = []string{fmt.Sprintf("It is the HMAC-SHA256 of the time, a full stop and the %s of the body, with %s.",
			count(found.size, "byte"), which(found.secret, len(secrets)))}
	default:
		c.AboutSignature = explain(found, len(c.delivery.Body), len(secrets))
	}
}

// content notes what is to be said of the id, the event and the body.
func (c *check) content() {
	if event := first(c.values(gen.WebhookEventHeader)); event != "" && event != gen.WebhookEventCustomerCreated {
		c.Notes = append(c.Notes, fmt.Sprintf("The event is %s; this contract covers %s alone. A receiver answers 2xx to what it does not know.", quote(event), gen.WebhookEventCustomerCreated))
	}
	if c.Signature {
		c.Notes = append(c.Notes, "The id and the event are not signed.")
	}
	body := c.delivery.Body
	if len(body) > gen.WebhookMaxPayload {
		c.AboutBody = append(c.AboutBody, fmt.Sprintf("It has %d bytes; a payload has at most %d.", len(body), gen.WebhookMaxPayload))
	}
	if len(body) <= mostParsed {
		c.json(body)
	}
	c.Body = len(c.AboutBody) == 0
}

// json says what of a body is not as a receiver needs it, or was not printed by JavaScript.
func (c *check) json(body []byte) {
	v, ok := parse(body)
	known := first(c.values(gen.WebhookEventHeader)) == gen.WebhookEventCustomerCreated
	switch {
	case !ok && known:
		c.AboutBody = append(c.AboutBody, "It is not JSON.")
		return
	case !ok:
		c.Notes = append(c.Notes, "The body is not JSON.")
		return
	case known:
		c.customer(v)
	}
	if c.Signature && !bytes.Equal(v.asJavaScript().print(nil, escapings[0], spacings[0], 0), body) {
		c.Notes = append(c.Notes, "JSON.stringify of the parsed body gives other bytes: a receiver that signs those, as the vendor's Node sample does, refuses it.")
	}
}

// seconds reads a time.
func seconds(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (n < 0 || strconv.FormatInt(n, 10) != text) { // the text is signed
		err = strconv.ErrSyntax
	}
	return n, err
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// quote shows the beginning of a text that is not trusted.
func quote(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest]) + "…"
	}
	return strconv.QuoteToGraphic(text)
}

// duration is a duration in words, in its two largest units.
func duration(d time.Duration) string {
	d = d.Round(time.Second)
	for i, unit := range units {
		if d < unit.size && i < len(units)-1 {
			continue
		}
		text := count(int(d/unit.size), unit.name)
		if i+1 < len(units) {
			if rest := d % unit.size / units[i+1].size; rest > 0 {
				text += " " + count(int(rest), units[i+1].name)
			}
		}
		return text
	}
	return ""
}

var units = []struct {
	size time.Duration
	name string
}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
