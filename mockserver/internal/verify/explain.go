package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// messages are what can have been signed in front of the body.
func (c *check) messages() []message {
	header, id := first(c.values(gen.WebhookTimestampHeader)), first(c.values(gen.WebhookIDHeader))
	t := cmp.Or(c.sent, header)
	right := message{"", t + "."}
	if c.sent == "" {
		right.form = "the time of " + gen.WebhookTimestampHeader + ", which is not in the signature"
	}
	all := []message{right, {"the body alone, without the time", ""}, {"the time and the body without a full stop between them", t}}
	if header != t && header != "" {
		all = append(all, message{"the time of " + gen.WebhookTimestampHeader + " in the place of t", header + "."})
	}
	for _, other := range c.signature.times[min(1, len(c.signature.times)):] {
		all = append(all, message{"another time of those that the signature has", other + "."})
	}
	if id != "" {
		all = append(all, message{"the id, the time and the body with full stops, as Standard Webhooks has it", id + "." + t + "."})
	}
	return all
}

// which names a secret by its place among those that were given.
func which(s secretForm, of int) string {
	if of == 1 {
		return "the secret"
	}
	return fmt.Sprintf("secret %d of %d", s.number, of)
}

// explain says what the signature is, where it is not what it should be.
func explain(e explanation, size, secrets int) (lines []string) {
	secret := which(e.secret, secrets)
	if form := e.secret.form; form != "" {
		lines = append(lines, "It was made with another form of "+secret+": "+form+".")
	}
	if form := e.message.form; form != "" {
		lines = append(lines, "It was made over "+form+".")
	}
	if form := e.bodyForm; form != "" {
		lines = append(lines, fmt.Sprintf("It is right for the body %s (%s), and not for the %s that are here: verify the bytes as they come, before anything reads them as JSON or text.",
			form, count(e.size, "byte"), count(size, "byte")))
	}
	if odd := e.candidate.odd; odd != "" {
		lines = append(lines, "It is "+odd+".")
	}
	rest := "Everything else of it is right."
	if e.secret.form == "" && secrets > 1 {
		rest = "Everything else of it is right, with " + secret + "."
	}
	return append(lines, rest)
}

// unexplained says what was tried.
func (c *check) unexplained(s *search, secrets []string) []string {
	lines := append(slices.Clone(c.signature.malformed), fmt.Sprintf("Nothing that was tried gives it, in %s: of %s %s, of the body %s, and %s of putting time and body together.",
		count(s.tried, "HMAC"), count(len(secrets), "secret"), count(len(s.secrets), "form"), count(max(s.bodyForms, 1), "form"), count(len(s.messages), "way")))
	if s.left.bytes == 0 {
		lines = append(lines, "Not all of it was tried: it is too much.")
	}
	if slices.ContainsFunc(secrets, func(secret string) bool { return strings.Count(secret, ",") >= mostParts }) {
		lines = append(lines, fmt.Sprintf("Of what commas separate in a secret the first %d were tried: give each secret by itself.", mostParts))
	}
	if s.signature.tooMany {
		return lines
	}
	return append(lines, "So the secret is another one, or the body was changed in a way that is none of these. Compare the secret with the endpoint's, and keep the bytes of the next delivery as they come.")
}
