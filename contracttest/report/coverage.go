package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// classes counts what was sent.
func (r view) classes() string {
	classes := map[string]int{}
	if r.Traffic != nil {
		classes = r.Traffic.Classes
	}
	for _, c := range r.Cases {
		classes[c.Class]++
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		words = append(words, fmt.Sprintf("%d %s", classes[name], name))
	}
	return strings.Join(words, ", ")
}

// remarks are the lines about webhooks, about the baseline and about checks that had nothing to look at.
func (r view) remarks() (lines []string) {
	if r.Webhooks != nil {
		lines = append(lines, r.Webhooks.String())
	}
	if r.Traffic != nil {
		lines = append(lines, r.OfTraffic()...)
	}
	if known := r.Known(); known > 0 {
		exchanges := 0
		for _, f := range r.Findings {
			if f.Known {
				exchanges += f.Count
			}
		}
		lines = append(lines, fmt.Sprintf("known: %s of the baseline, in %s", wording.Plural(known, "finding"), wording.Plural(exchanges, "exchange")))
	}
	if len(r.Gone) > 0 {
		lines = append(lines, "the baseline has findings that did not occur: "+strings.Join(r.Gone, ", "))
	}
	if len(r.NotMade) > 0 {
		var names []string
		for _, id := range r.NotMade {
			names = append(names, string(id))
		}
		lines = append(lines, "had nothing to look at: "+strings.Join(names, ", "))
	}
	return lines
}

// OfTraffic says which exchanges were not judged, and which statuses the calls never saw.
func (r view) OfTraffic() (lines []string) {
	for _, why := range r.Traffic.Unread {
		lines = append(lines, "not read to its end: "+why)
	}
	for _, one := range r.Traffic.LeftOut {
		example := ""
		if one.Example != "" {
			example = ", e.g. " + one.Example
		}
		lines = append(lines, fmt.Sprintf("left out: %s with %s%s", wording.Plural(one.Count, "exchange"), one.Reason, example))
	}
	if n := r.Traffic.WithoutBody; n > 0 {
		lines = append(lines, "judged by status and headers alone, since the recording has not the whole body of the answer: "+wording.Plural(n, "exchange"))
	}
	var never []string
	for _, one := range r.Coverage.Statuses {
		if one.Verdict == result.NeverObtained {
			never = append(never, one.Name)
		}
	}
	if len(never) > 0 && r.Traffic.Judged > 0 {
		lines = append(lines, "these calls never saw "+strings.Join(never, ", "))
	}
	return lines
}

// part is one list of the coverage.
type part struct {
	Name string
	List []result.Covered
}

// Parts are the lists of the coverage.
func (r view) Parts() []part {
	c := r.Coverage
	parts := []part{
		{"operations", c.Operations}, {"statuses", c.Statuses}, {"headers", c.Headers}, {"properties", c.Properties},
		{"keywords", c.Keywords},
	}
	if len(c.Webhooks) > 0 {
		parts = append(parts, part{"rules of webhooks", c.Webhooks})
	}
	return parts
}

// documented is how many entries of the part the contract has.
func (p part) documented() (n int) {
	for _, one := range p.List {
		if one.Verdict != result.Undocumented {
			n++
		}
	}
	return n
}

// Asserted is how many entries of the part were.
func (p part) Asserted() (n int) {
	for _, one := range p.List {
		if one.Verdict == result.Asserted {
			n++
		}
	}
	return n
}

// notCovered says what of the contract was not judged, and what was not sent: in a line each, or all of it.
func (r view) notCovered(verbose bool) []string {
	var sums []string
	var lines []string
	others := map[result.Verdict][]result.Covered{}
	for _, p := range r.Parts() {
		sums = append(sums, fmt.Sprintf("%d of %d %s", p.Asserted(), p.documented(), p.Name))
		for _, one := range p.List {
			if one.Verdict != result.Asserted {
				others[one.Verdict] = append(others[one.Verdict], one)
			}
		}
	}
	lines = append(lines, "", "judged: "+strings.Join(sums, ", "))
	for _, verdict := range slices.Sorted(maps.Keys(others)) {
		if !verbose {
			lines = append(lines, fmt.Sprintf("  %s: %s", verdict, wording.OneLine(wording.Folded(outermost(others[verdict]), 5))))
			continue
		}
		for _, one := range others[verdict] {
			lines = append(lines, fmt.Sprintf("  %-14s  %s (absent %d, null %d, valid %d, invalid %d)", verdict, wording.OneLine(one.Name),
				one.Absent, one.Null, one.Valid, one.Invalid))
		}
	}
	lines = append(lines, r.notJudged(verbose)...)
	if verbose && len(r.Coverage.Unprovoked) > 0 {
		lines = append(lines, "  no input from outside provokes: "+strings.Join(r.Coverage.Unprovoked, ", "))
	}
	for _, out := range r.LeftOut {
		lines = append(lines, fmt.Sprintf("  not run, since %s: %s", out.Reason, wording.Plural(len(out.Cases), "case")))
		if verbose {
			for _, id := range out.Cases {
				lines = append(lines, "    "+id)
			}
		}
	}
	return append(lines, r.notices(verbose)...)
}

// notJudged says what the contract asks and nothing looked at.
func (r view) notJudged(verbose bool) (lines []string) {
	var names []string
	for _, one := range r.Coverage.NotJudged {
		names = append(names, one.What)
		lines = append(lines, wording.OneLine(fmt.Sprintf("  not judged: %s (%s): %s", one.What, one.Pointer, one.Why)))
	}
	if !verbose && len(names) > 0 {
		return []string{"  not judged: " + wording.OneLine(wording.Folded(names, 5))}
	}
	return lines
}

// outermost are the names of entries without those that lie within another.
func outermost(list []result.Covered) (names []string) {
	within := func(name string) bool {
		for i, c := range name {
			if (c == ' ' || c == '.' || c == '[') && slices.Contains(names, name[:i]) {
				return true
			}
		}
		return false
	}
	for _, one := range list {
		if !within(one.Name) {
			names = append(names, one.Name)
		}
	}
	return names
}

// notices are what is no breach.
func (r view) notices(verbose bool) (lines []string) {
	var names []string
	counts := map[string]int{}
	for _, f := range r.Open(result.Notice) {
		name := string(f.Check)
		if counts[name] == 0 {
			names = append(names, name)
		}
		counts[name] += f.Count
		for _, v := range f.Variants {
			lines = append(lines, fmt.Sprintf("    %s: %s", f.Check, wording.OneLine(v.Message)))
		}
	}
	if len(names) == 0 {
		return nil
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	if !verbose {
		lines = nil
	}
	return append([]string{"  notices: " + strings.Join(names, ", ")}, lines...)
}
