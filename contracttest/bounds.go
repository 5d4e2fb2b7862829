package contracttest

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// What is taken of one answer: more is none. With them and mostKept, a run needs some 512 MiB at most, what the garbage
// collector leaves included.
const (
	mostHeader = 64 << 10 // bytes of headers
	mostAnswer = 4 << 20  // bytes of the body
	mostValues = 20_000   // JSON values in it, since each may be a finding
)

// mostKept is how many bytes of answers, with what was found in them, a run keeps whole.
const mostKept = 128 << 20

// mostProblems is how many problems and violations are kept of an answer beyond mostKept, besides its headers and the
// part of its body that a finding shows.
const mostProblems = 100

// headerSize is how many bytes headers have.
func headerSize(h http.Header) (size int) {
	for name, values := range h {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	return size
}

// tooManyValues reports whether a body that looks like JSON has more than mostValues values. It only counts what opens
// and divides them, so that it costs next to nothing.
func tooManyValues(body []byte) bool {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return false
	}
	values, within := 0, false // a text
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case within && c == '\\':
			i++
		case c == '"':
			within = !within
		case !within && (c == ',' || c == '{' || c == '['):
			if values++; values > mostValues {
				return true
			}
		}
	}
	return false
}

// keep bounds what a run keeps of an exchange that was judged. Beyond mostKept, what only the whole run shows, such as
// an id that is given twice, is not seen in an answer that is longer than mostBody.
func (r *run) keep(v *check.Verdict) {
	if v.Answer == nil {
		return
	}
	const perValue, perProblem = 100, 300 // bytes, roughly
	values := bytes.Count(v.Answer.Body, []byte(",")) + bytes.Count(v.Answer.Body, []byte("["))
	size := headerSize(v.Answer.Header) + 2*len(v.Answer.Body) + perValue*min(values, mostValues) +
		perProblem*(len(v.Problems)+len(v.Violations))
	for _, p := range v.Problems {
		size += len(p.Message) + len(p.Place)
	}
	if r.kept.Add(int64(size)) <= mostKept {
		return
	}
	v.Problems = firstOf(v.Problems, mostProblems)
	if len(v.Answer.Body) > check.MostBody {
		v.Answer.Body, v.Value = bytes.Clone(v.Answer.Body[:check.MostBody]), nil
		v.Violations = slices.DeleteFunc(v.Violations, func(one judge.Violation) bool {
			return !strings.HasPrefix(one.Path, "header ")
		})
	}
	v.Violations = firstOf(v.Violations, mostProblems)
}

// firstOf copies the beginning of a longer slice, so that the rest is let go of.
func firstOf[S ~[]E, E any](s S, most int) S {
	if len(s) <= most {
		return s
	}
	return append(make(S, 0, most), s[:most]...)
}
