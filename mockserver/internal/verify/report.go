package verify

import "strings"

// String is the report as text: which attempt it is about, the verdict, then what decides it.
func (r Report) String() string {
	var b strings.Builder
	if r.Attempt != "" {
		b.WriteString(r.Attempt + "\n")
	}
	switch {
	case r.Verifies():
		b.WriteString("It verifies.\n")
	case r.Signature && r.Headers && r.Body:
		b.WriteString("The signature is right; a receiver refuses the delivery for its time.\n")
	case r.Signature && r.Headers:
		b.WriteString("The signature is right; a receiver refuses the delivery for its body.\n")
	case r.Signature:
		b.WriteString("The signature is right; a receiver refuses the delivery for its headers.\n")
	default:
		b.WriteString("It does not verify.\n")
	}
	write := func(name, verdict string, lines ...string) {
		b.WriteString("\n" + name + ": " + verdict + "\n")
		for _, line := range lines {
			b.WriteString("  " + line + "\n")
		}
	}
	write("signature", word(r.Signature), r.AboutSignature...)
	write("time", word(r.Time), r.AboutTime)
	write("headers", word(r.Headers), r.AboutHeaders...)
	write("body", word(r.Body), r.AboutBody...)
	if len(r.Notes) > 0 {
		b.WriteString("\nnotes\n")
		for _, line := range r.Notes {
			b.WriteString("  " + line + "\n")
		}
	}
	return b.String()
}

func word(right bool) string {
	if right {
		return "right"
	}
	return "wrong"
}
