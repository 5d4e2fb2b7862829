package contracttest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// mostLines is how long a report is at most that was not asked to be verbose.
const mostLines = 60

// WriteText writes the report for people: the verdict, a table of the checks that found something, the errors by their
// cause, the warnings, what was not covered, and the verdict again. It has at most 60 lines: the causes that come late
// are shown without their request. The report of one case that was replayed has its request, its answer and its
// problems alone.
func (r Report) WriteText(w io.Writer) error { return writeVisible(w, r.text(false)) }

// WriteVerboseText writes all that there is.
func (r Report) WriteVerboseText(w io.Writer) error { return writeVisible(w, r.text(true)) }

func writeVisible(w io.Writer, text string) error {
	_, err := io.WriteString(w, wording.Visible(text))
	return err
}

func (r Report) text(verbose bool) string {
	var lines []string
	switch {
	case r.Replay != "" && len(r.Cases) == 1:
		lines = r.replayed(r.Cases[0])
	case r.NothingJudged != nil && !verbose && !r.ServerFailed():
		lines = r.NothingJudged.lines()
	default:
		lines = r.whole(verbose)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (r Report) whole(verbose bool) []string {
	head := []string{r.Verdict(), r.circumstances()}
	if verbose {
		head = append(head, r.NothingJudged.lines()...)
		head = append(head, "sent: "+r.classes())
	}
	head = append(append(head, r.remarks()...), r.table()...)
	foot := r.notCovered(verbose)
	for _, f := range slices.Concat(r.ofSeverity(Error), r.ofSeverity(Warning)) {
		if f.Case != "" {
			foot = append(foot, "", "one case again: "+r.again(f.Case))
			break
		}
	}
	foot = append(foot, "", r.Verdict())
	return slices.Concat(head, r.causes(mostLines-len(head)-len(foot), verbose), foot)
}

// table is check × count.
func (r Report) table() []string {
	rows := r.byCheck()
	if len(rows) == 0 {
		return nil
	}
	width := len("check")
	for _, row := range rows {
		width = max(width, len(row.Check))
	}
	lines := []string{"", fmt.Sprintf("  %-*s  errors  warnings  exchanges", width, "check")}
	for _, row := range rows {
		lines = append(lines, fmt.Sprintf("  %-*s  %6d  %8d  %9d", width, row.Check, row.Errors, row.Warnings, row.Exchanges))
	}
	return lines
}

// causes are the errors and the warnings: the first errors in full as long as there is room, but no answer twice, the
// others in a line.
func (r Report) causes(room int, verbose bool) []string {
	open := slices.Concat(r.ofSeverity(Error), r.ofSeverity(Warning))
	if len(open) == 0 {
		return nil
	}
	lines, more := []string{""}, ""
	if most := max(1, room-len(lines)-1); !verbose && len(open) > most {
		more = fmt.Sprintf("… and %s; --verbose shows all", wording.Plural(len(open)-most, "more cause"))
		open = open[:most]
	}
	room -= len(lines) + len(open) + 1
	seen := map[string]bool{}
	for _, f := range open {
		full := f.full(r, verbose)
		switch {
		case verbose:
			lines = append(append(lines, full...), "")
		case f.Severity == Error && !seen[f.Case] && len(full)-1 <= room:
			lines = append(lines, full...)
			room -= len(full) - 1
			seen[f.Case] = true
		default:
			line := f.headline()
			if places := f.Places(); len(places) > 1 {
				line += "; in " + wording.OneLine(wording.Folded(places, 5))
			}
			lines = append(lines, fmt.Sprintf("%s [%s, %s]", line, f.Rule.place(), f.Rule.Provenance))
		}
	}
	if more != "" {
		lines = append(lines, more)
	}
	return lines
}

// headline says what was found, how often, and by which case.
func (f Finding) headline() string {
	seen := wording.Plural(f.Count, "exchange")
	if places := f.Places(); len(places) > 1 {
		seen += " in " + wording.Plural(len(places), "place")
	}
	if f.Case != "" {
		seen += ", e.g. " + f.Case
		if f.Shrunk {
			seen += " made smaller"
		}
	}
	return fmt.Sprintf("%s %s (%s): %s", f.label(f.Known), f.Check, seen, wording.Cut(wording.OneLine(f.Message), 300))
}

// mostCurl is how long a curl is that is shown whole, in bytes.
const mostCurl = 2_000

// full is a finding with its rule, its request and its answer.
func (f Finding) full(r Report, verbose bool) []string {
	lines := []string{f.headline(), "  rule   " + wording.OneLine(f.Rule.String())}
	if places := f.Places(); len(places) > 1 && !verbose {
		lines = append(lines, fmt.Sprintf("  in     %s: %s", wording.Plural(len(places), "place"), wording.OneLine(wording.Folded(places, 3))))
	}
	if verbose && len(f.Variants) > 1 {
		for _, v := range f.Variants {
			known := ""
			if v.Known {
				known = ", known"
			}
			lines = append(lines, fmt.Sprintf("  at     %s (%s%s): %s", wording.OneLine(v.Place), wording.Plural(v.Count, "exchange"), known, wording.OneLine(v.Message)))
		}
	}
	if f.Curl != "" {
		sent := wording.OneLine(f.Curl)
		if !verbose && len(sent) > mostCurl {
			sent = wording.Cut(sent, mostCurl/4) + fmt.Sprintf("… (%d bytes; --verbose shows all)", len(sent))
		}
		lines = append(lines, "  sent   "+sent)
	}
	if a := f.Answer; a != nil && verbose {
		lines = append(lines, "  came   "+a.status())
		lines = append(lines, a.lines()...)
	} else if a != nil {
		body := wording.Cut(wording.OneLine(strings.TrimSpace(a.Body)), 300)
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  came   %d %s %s", a.Status, wording.OneLine(a.Header.Get("Content-Type")), body), " "))
	}
	if f.Case != "" && verbose {
		lines = append(lines, "  again  "+r.again(f.Case))
	}
	return lines
}

// replayed is one case with its request, its answer and its problems.
func (r Report) replayed(c CaseResult) []string {
	lines := append([]string{r.Verdict()}, r.NothingJudged.lines()...)
	lines = append(lines, "class  "+c.Class, "sent   "+wording.OneLine(c.Curl))
	if c.Answer == nil {
		lines = append(lines, "came   no answer")
	} else {
		lines = append(append(lines, "came   "+c.Answer.status()), c.Answer.lines()...)
	}
	for _, p := range c.Problems {
		f := r.Findings[p.Finding]
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.label(p.Known), p.Check, wording.OneLine(p.Message)), "  rule   "+wording.OneLine(f.Rule.String()))
	}
	return lines
}

// label is a finding's severity in capitals.
func (f Finding) label(known bool) string {
	label := strings.ToUpper(string(f.Severity))
	if known {
		label += " (known)"
	}
	return label
}

func (a *Answer) status() string {
	return strings.TrimSpace(fmt.Sprint(a.Status, " ", http.StatusText(a.Status)))
}

// lines are headers and body, each line marked as the server's.
func (a *Answer) lines() (lines []string) {
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			lines = append(lines, "  | "+wording.OneLine(name+": "+value))
		}
	}
	lines = append(lines, "  |")
	for line := range strings.SplitSeq(strings.TrimRight(a.Body, "\n"), "\n") {
		lines = append(lines, "  | "+line)
	}
	return lines
}
