package contracttest

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// WriteText writes the report for people: what was judged, each finding with the request that shows it, and what of
// the contract was covered.
func (r Report) WriteText(w io.Writer) error {
	b := bufio.NewWriter(w)
	r.writeSummary(b)
	for _, f := range r.Findings {
		if f.Severity != Notice {
			f.writeText(b, r)
		}
	}
	r.writeNotices(b)
	r.Coverage.writeText(b)
	for _, out := range r.LeftOut {
		fmt.Fprintf(b, "\nnot run, since %s: %d cases\n", out.Reason, len(out.Cases))
		for _, id := range out.Cases[:min(len(out.Cases), mostCases)] {
			fmt.Fprintf(b, "  %s\n", id)
		}
		if more := len(out.Cases) - mostCases; more > 0 {
			fmt.Fprintf(b, "  … and %d more\n", more)
		}
	}
	return b.Flush()
}

// Count is how many findings of a severity the baseline does not know.
func (r Report) Count(s Severity) (n int) {
	for _, f := range r.Findings {
		if f.Severity == s && !f.Known {
			n++
		}
	}
	return n
}

// Known is how many findings the baseline knows.
func (r Report) Known() (n int) {
	for _, f := range r.Findings {
		if f.Known {
			n++
		}
	}
	return n
}

func (r Report) writeSummary(b io.Writer) {
	kind := "a server"
	if r.Mock {
		kind = "bitbybit-mock"
	}
	fmt.Fprintf(b, "%s (%s)\n", r.Target, kind)
	fmt.Fprintf(
		b, "%d cases, %d requests, seed %d, run tag %s, %v", len(r.Cases), r.Requests, r.Seed, r.RunTag,
		r.Duration.Round(time.Millisecond),
	)
	if r.Waited > 0 {
		fmt.Fprintf(b, " (%v of it waiting for the rate limit)", r.Waited.Round(time.Second))
	}
	classes := map[string]int{}
	for _, c := range r.Cases {
		classes[c.Class]++
	}
	fmt.Fprint(b, "\nsent:")
	for i, name := range slices.Sorted(maps.Keys(classes)) {
		if i > 0 {
			fmt.Fprint(b, ",")
		}
		fmt.Fprintf(b, " %d %s", classes[name], name)
	}
	fmt.Fprintf(b, "\nfound: %d errors, %d warnings, %d notices", r.Count(Error), r.Count(Warning), r.Count(Notice))
	if known := r.Known(); known > 0 {
		fmt.Fprintf(b, "; %d more are in the baseline", known)
	}
	fmt.Fprintln(b)
	if r.Interrupted {
		fmt.Fprintln(b, "the run was interrupted: this is what there was")
	}
	if len(r.NotMade) > 0 {
		fmt.Fprint(b, "had nothing to look at:")
		for _, id := range r.NotMade {
			fmt.Fprint(b, " ", id)
		}
		fmt.Fprintln(b)
	}
	if len(r.Gone) > 0 {
		fmt.Fprintf(b, "the baseline has findings that did not occur: %s\n", strings.Join(r.Gone, ", "))
	}
}

func (f Finding) writeText(b io.Writer, r Report) {
	known := ""
	if f.Known {
		known = " (known)"
	}
	fmt.Fprintf(b, "\n%s%s %s\n  %s\n", strings.ToUpper(string(f.Severity)), known, f.Check, f.Message)
	fmt.Fprintf(b, "  rule   openapi.yaml:%d %s %s\n", f.Rule.Line, f.Rule.ID, f.Rule.Text)
	for _, v := range f.Variants {
		fmt.Fprintf(b, "  at     %s (%d) %s\n", v.Place, v.Count, v.Message)
	}
	if f.Curl != "" {
		fmt.Fprintf(b, "  sent   %s\n", f.Curl)
	}
	if f.Answer != nil {
		fmt.Fprintf(
			b, "  came   %d %s %s\n", f.Answer.Status, f.Answer.Header.Get("Content-Type"),
			strings.ReplaceAll(cut(strings.TrimSpace(f.Answer.Body), 500), "\n", "\n         "),
		)
	}
	if f.Case != "" {
		fmt.Fprintf(b, "  again  bitbybit-contract --url '%s' --seed %d --replay '%s'\n", r.Target, r.Seed, f.Case)
	}
}

func (r Report) writeNotices(b io.Writer) {
	first := true
	for _, f := range r.Findings {
		if f.Severity != Notice {
			continue
		}
		if first {
			fmt.Fprint(b, "\nnotices\n")
			first = false
		}
		fmt.Fprintf(b, "  %-28s %s\n", f.Check, f.Message)
	}
}

func (c CoverageReport) writeText(b io.Writer) {
	fmt.Fprint(b, "\ncoverage          asserted  not asserted  never obtained  undocumented\n")
	for _, part := range []struct {
		name string
		list []Covered
	}{
		{"operations", c.Operations},
		{"statuses", c.Statuses},
		{"headers", c.Headers},
		{"properties", c.Properties},
		{"keywords", c.Keywords},
	} {
		n := map[Verdict]int{}
		for _, one := range part.list {
			n[one.Verdict]++
		}
		fmt.Fprintf(
			b, "  %-14s  %8d  %12d  %14d  %12d\n", part.name, n[Asserted], n[NotAsserted], n[NeverObtained],
			n[Undocumented],
		)
	}
	for _, list := range [][]Covered{c.Operations, c.Statuses, c.Headers, c.Properties, c.Keywords} {
		unseen := 0
		for _, one := range list {
			if one.Verdict == NeverObtained {
				if unseen++; unseen > mostCases {
					continue
				}
			}
			if one.Verdict != Asserted {
				fmt.Fprintf(
					b, "  %-14s  %s (absent %d, null %d, valid %d, invalid %d)\n", one.Verdict, one.Name, one.Absent,
					one.Null, one.Valid, one.Invalid,
				)
			}
		}
		if more := unseen - mostCases; more > 0 {
			fmt.Fprintf(b, "  %-14s  … and %d more\n", NeverObtained, more)
		}
	}
	if len(c.Unprovoked) > 0 {
		fmt.Fprintf(b, "  no input from outside provokes: %s\n", strings.Join(c.Unprovoked, ", "))
	}
}
