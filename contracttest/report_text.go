package contracttest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
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
	_, err := io.WriteString(w, visible(text))
	return err
}

func (r Report) text(verbose bool) string {
	var lines []string
	switch {
	case r.Replay != "" && len(r.Cases) == 1:
		lines = r.replayed(r.Cases[0])
	case r.NothingJudged != nil && !verbose:
		n := r.NothingJudged
		lines = []string{"NOTHING JUDGED  tried: " + n.Tried, "came: " + n.Came, "do: " + n.Do}
	default:
		lines = r.whole(verbose)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (r Report) whole(verbose bool) []string {
	head := []string{r.Verdict(), r.circumstances()}
	if verbose && r.NothingJudged != nil {
		n := r.NothingJudged
		head = append(head, "tried: "+n.Tried, "came: "+n.Came, "do: "+n.Do)
	}
	if verbose {
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
	room := mostLines - len(head) - len(foot)
	if verbose {
		room = -1
	}
	return slices.Concat(head, r.causes(room), foot)
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

// causes are the errors and the warnings. The first errors are shown in full as long as there is room, but no answer
// twice. Negative room is any.
func (r Report) causes(room int) []string {
	open := slices.Concat(r.ofSeverity(Error), r.ofSeverity(Warning))
	if len(open) == 0 {
		return nil
	}
	verbose := room < 0
	room -= len([]string{"blank", "… and more"})
	blocks := [][]string{{""}}
	for _, f := range open {
		block := f.brief()
		if !verbose && len(block) > room {
			break
		}
		room -= len(block)
		blocks = append(blocks, block)
	}
	shown := len(blocks) - 1
	seen := map[string]bool{}
	for i, f := range open[:shown] {
		full := f.full(r, verbose)
		if verbose {
			full = append(full, "")
		}
		more := len(full) - len(blocks[i+1])
		if verbose || f.Severity == Error && !seen[f.Case] && more <= room {
			blocks[i+1] = full
			room -= more
			seen[f.Case] = true
		}
	}
	lines := slices.Concat(blocks...)
	if more := len(open) - shown; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %s more; --verbose shows all", plural(more, "cause")))
	}
	return lines
}

// brief is a finding without its request.
func (f Finding) brief() []string {
	seen := []string{plural(f.Count, "exchange")}
	if f.Case != "" {
		seen = append(seen, "e.g. "+f.Case)
	}
	head := fmt.Sprintf("%s %s (%s): %s", strings.ToUpper(string(f.Severity)), f.Check, strings.Join(seen, ", "), cut(oneLine(f.Message), 300))
	lines := []string{head, "  rule   " + oneLine(f.Rule.String())}
	if places := f.Places(); len(places) > 1 {
		lines = append(lines, fmt.Sprintf("  in     %s: %s", plural(len(places), "place"), oneLine(folded(places, 3))))
	}
	return lines
}

// mostCurl is how long a curl is that is shown whole, in bytes.
const mostCurl = 2_000

// full is a finding with its request and its answer.
func (f Finding) full(r Report, verbose bool) []string {
	lines := f.brief()
	if verbose && len(f.Variants) > 1 {
		for _, v := range f.Variants {
			known := ""
			if v.Known {
				known = ", known"
			}
			lines = append(lines, fmt.Sprintf("  at     %s (%s%s): %s", oneLine(v.Place), plural(v.Count, "exchange"), known, oneLine(v.Message)))
		}
	}
	if f.Curl != "" {
		sent := oneLine(f.Curl)
		if !verbose && len(sent) > mostCurl {
			sent = cut(sent, mostCurl/4) + fmt.Sprintf("… (%d bytes; --verbose shows all)", len(sent))
		}
		lines = append(lines, "  sent   "+sent)
	}
	if a := f.Answer; a != nil && verbose {
		lines = append(lines, "  came   "+a.status())
		lines = append(lines, a.lines()...)
	} else if a != nil {
		body := cut(oneLine(strings.TrimSpace(a.Body)), 300)
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  came   %d %s %s", a.Status, oneLine(a.Header.Get("Content-Type")), body), " "))
	}
	if f.Case != "" && verbose {
		lines = append(lines, "  again  "+r.again(f.Case))
	}
	return lines
}

// replayed is one case with its request, its answer and its problems.
func (r Report) replayed(c CaseResult) []string {
	lines := []string{r.Verdict(), "class  " + c.Class, "sent   " + oneLine(c.Curl)}
	if c.Answer == nil {
		lines = append(lines, "came   no answer")
	} else {
		lines = append(append(lines, "came   "+c.Answer.status()), c.Answer.lines()...)
	}
	for _, p := range c.Problems {
		f := r.Findings[p.Finding]
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.label(p.Known), p.Check, oneLine(p.Message)), "  rule   "+oneLine(f.Rule.String()))
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
			lines = append(lines, "  | "+oneLine(name+": "+value))
		}
	}
	lines = append(lines, "  |")
	for line := range strings.SplitSeq(strings.TrimRight(a.Body, "\n"), "\n") {
		lines = append(lines, "  | "+line)
	}
	return lines
}
