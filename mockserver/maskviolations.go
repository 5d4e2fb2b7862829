package mockserver

import (
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// withoutKeys masks the keys in violations. Where there are none it returns them as they are.
func withoutKeys(violations judge.Violations) judge.Violations {
	for i, v := range violations {
		bare := v
		bare.Path, bare.Pointer, bare.Got = maskKeys(v.Path), maskKeys(v.Pointer), maskKeys(v.Got)
		if bare == v {
			continue
		}
		without := slices.Clone(violations)
		for j := i; j < len(without); j++ {
			v := &without[j]
			v.Path, v.Pointer, v.Got = maskKeys(v.Path), maskKeys(v.Pointer), maskKeys(v.Got)
		}
		return without
	}
	return violations
}

// maskViolations masks what came, and the names that the contract does not have.
func maskViolations(violations judge.Violations) judge.Violations {
	masked := slices.Clone(violations)
	for i := range masked {
		v := &masked[i]
		if v.Pointer != "" { // else it is the path of a header, or of the whole body
			v.Path, v.Pointer = maskPlace(v.Path), maskPointer(v.Pointer)
		}
		v.Expected, v.Got = maskExpected(v.Expected), maskGot(v.Got)
	}
	return masked
}

// maskExpected masks what a parser of JSON shows of a body that is none, between backquotes.
func maskExpected(expected string) string {
	start, end := strings.IndexByte(expected, '`'), strings.LastIndexByte(expected, '`')
	if start == end {
		return expected
	}
	return expected[:start] + maskText(expected[start:end]) + expected[end:]
}

func maskGot(got string) string {
	quoted, err := strconv.QuotedPrefix(got)
	if err != nil {
		return strings.Map(maskDigitOfNumber, got)
	}
	text, _ := strconv.Unquote(quoted)
	return strconv.Quote(maskText(text)) + got[len(quoted):]
}

// maskPointer masks the names of a JSON Pointer that the contract does not have. A short token of digits is taken for
// an index.
func maskPointer(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, token := range tokens {
		if !isIndex(token) {
			tokens[i] = maskName(token)
		}
	}
	return strings.Join(tokens, "/")
}

// maskPlace masks the same names in the path of a violation as judge writes it, e.g. addresses[0]["first name"].
func maskPlace(path string) string {
	var b strings.Builder
	for path != "" {
		end := strings.IndexAny(path, ".[]")
		if quoted, err := strconv.QuotedPrefix(path); err == nil {
			text, _ := strconv.Unquote(quoted)
			b.WriteString(strconv.Quote(maskName(text)))
			path = path[len(quoted):]
			end = max(0, strings.IndexByte(path, ']')) // how long a name is that was cut
			b.WriteString(path[:end])
		} else if end != 0 {
			if end < 0 {
				end = len(path)
			}
			if name := path[:end]; isIndex(name) {
				b.WriteString(name)
			} else {
				b.WriteString(maskName(name))
			}
		} else {
			end = 1
			b.WriteByte(path[0])
		}
		path = path[end:]
	}
	return b.String()
}

func isIndex(token string) bool {
	_, err := strconv.ParseUint(token, 10, 64)
	return err == nil && len(token) < len("100000")
}

// maskMessage masks the message of an answer: violations one by one, as they are masked where they are listed, and of
// any other message what it quotes.
func maskMessage(message string, violations, masked judge.Violations) string {
	if len(violations) == 0 || !strings.HasPrefix(message, violations[0].String()) {
		return maskQuoted(message)
	}
	var b strings.Builder
	for i, v := range violations {
		rest, ok := strings.CutPrefix(message, v.String())
		if !ok {
			break
		}
		b.WriteString(masked[i].String())
		if message, ok = strings.CutPrefix(rest, "; "); !ok {
			return b.String()
		}
		b.WriteString("; ")
	}
	if strings.HasPrefix(message, "… and ") { // how many there are beyond those
		return b.String() + message
	}
	return b.String() + "…" // violations that the journal did not keep
}
