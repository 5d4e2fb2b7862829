package journal

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

// containing gives up to limit of the entries that have every text, the first ones.
func containing(entries []numbered, texts []*search, limit int) (found []numbered) {
	for _, n := range entries {
		if len(found) == limit {
			break
		}
		if !slices.ContainsFunc(texts, func(s *search) bool { return !n.contains(s) }) {
			found = append(found, n)
		}
	}
	return found
}

// contains looks for a text in what is shown of an entry, in letters of either case.
func (n numbered) contains(s *search) bool {
	if s.in(n.Target) || s.in(n.Method) || s.in(n.Host) || s.in(n.Customer) || s.in(n.reason()) || s.inBody(n.Body) || s.inBody(n.ResponseBody) {
		return true
	}
	for name, values := range n.Header {
		if s.in(name) || !slices.Contains(mask.Credentials, name) && s.in(strings.Join(values, "\n")) {
			return true
		}
	}
	return false
}

// reason is that of the request, keys as they came.
func (n numbered) reason() string {
	return Request{
		Violations: n.Violations, MoreViolations: n.moreViolations, Refusal: n.Refusal, CORSRefused: n.CORSRefused, Customer: n.Customer,
		Fault: n.Fault, Wait: n.Wait, Preference: n.Preference, Trigger: n.Trigger,
	}.Reason()
}

// search is a text that is looked for.
type search struct {
	lower  []byte // the text in small letters
	buffer []byte // bodies in small letters, one after the other
}

func newSearch(text string) *search { return &search{lower: bytes.ToLower([]byte(text))} }

func (s *search) in(text string) bool { return s.inBody([]byte(text)) }

// inBody masks keys only where the text is: that takes longer than the search. What is masked is not found, or a key could be guessed letter by
// letter.
func (s *search) inBody(text []byte) bool {
	return s.has(text) && s.has([]byte(mask.Keys(string(text))))
}

func (s *search) has(text []byte) bool {
	s.buffer = append(s.buffer[:0], text...)
	for i, c := range s.buffer {
		if c >= utf8.RuneSelf { // the other case of a letter can have another length
			return bytes.Contains(bytes.ToLower(text), s.lower)
		}
		if 'A' <= c && c <= 'Z' {
			s.buffer[i] = c + 'a' - 'A'
		}
	}
	return bytes.Contains(s.buffer, s.lower)
}
