package contracttest

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// mostHeader is how many bytes of headers are taken of an answer: more is none, as with [exchange.MostBody] and
// [exchange.MostValues].
const mostHeader = 64 << 10

// mostKept is how many bytes of answers, with what was found in them, a run keeps whole. With it and the bounds of one answer, a run needs
// some 512 MiB at most, what the garbage collector leaves included.
const mostKept = 128 << 20

// mostProblems is how many problems and violations are kept of an answer beyond mostKept, besides its headers and the
// part of its body that a finding shows.
const mostProblems = 100

// keep bounds what a run keeps of an exchange that was judged. Beyond mostKept, what only the whole run shows, such as
// an id that is given twice, is not seen in an answer that is longer than mostBody.
func (r *run) keep(v *check.Verdict) {
	if v.Answer == nil {
		return
	}
	const perValue, perProblem = 100, 300 // bytes, roughly
	values := bytes.Count(v.Answer.Body, []byte(",")) + bytes.Count(v.Answer.Body, []byte("["))
	size := exchange.HeaderSize(v.Answer.Header) + 2*len(v.Answer.Body) + perValue*min(values, exchange.MostValues) +
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
