package report

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// mostLines is how long a report is at most that was not asked to be verbose.
const mostLines = 60

// Text writes the report for people: the verdict, a table of the checks that found something, the errors by their
// cause, the warnings, what was not covered, and the verdict again. It has at most 60 lines: the causes that come late
// are shown without their request. The report of one case that was replayed has its request, its answer and its
// problems alone.
func Text(w io.Writer, r result.Report) error { return writeVisible(w, view{r}.text(false)) }

// VerboseText writes all that there is.
func VerboseText(w io.Writer, r result.Report) error { return writeVisible(w, view{r}.text(true)) }

func writeVisible(w io.Writer, text string) error {
	_, err := io.WriteString(w, wording.Visible(text))
	return err
}

func (r view) text(verbose bool) string {
	var lines []string
	switch {
	case r.Replay != "" && len(r.Cases) == 1:
		lines = r.replayed(r.Cases[0])
	case r.Undecided() && !verbose:
		lines = nothingJudged(r.NothingJudged)
	case r.Traffic != nil && r.Traffic.Passed == 0 && len(r.Traffic.Unread) > 0 && !verbose:
		lines = []string{r.Verdict(), "not read to its end: " + strings.Join(r.Traffic.Unread, "; ")}
	default:
		lines = r.whole(verbose)
	}
	return strings.Join(lines, "\n") + "\n"
}

func (r view) whole(verbose bool) []string {
	head := []string{r.Verdict(), r.Circumstances()}
	if verbose {
		head = append(head, nothingJudged(r.NothingJudged)...)
		head = append(head, "sent: "+r.classes())
	}
	head = append(append(head, r.remarks()...), r.table()...)
	foot := r.notCovered(verbose)
	for _, f := range slices.Concat(r.Open(result.Error), r.Open(result.Warning)) {
		if f.Case != "" && r.Traffic == nil {
			foot = append(foot, "", "one case again: "+r.Command(f.Case))
			break
		}
	}
	foot = append(foot, "", r.Verdict())
	return slices.Concat(head, r.causes(mostLines-len(head)-len(foot), verbose), foot)
}

// table is check × count.
func (r view) table() []string {
	rows := r.ByCheck()
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
func (r view) causes(room int, verbose bool) []string {
	open := slices.Concat(r.Open(result.Error), r.Open(result.Warning))
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
		full := inFull(f)
		switch {
		case verbose:
			if lines = append(lines, f.String()); f.Case != "" && r.Traffic == nil {
				lines = append(lines, "  again  "+r.Command(f.Case))
			}
			lines = append(lines, "")
		case f.Severity == result.Error && !seen[f.Case] && len(full)-1 <= room:
			lines = append(lines, full...)
			room -= len(full) - 1
			seen[f.Case] = true
		default:
			line := f.Headline()
			if places := f.Places(); len(places) > 1 {
				line += "; in " + wording.OneLine(wording.Folded(places, 5))
			}
			lines = append(lines, fmt.Sprintf("%s [%s, %s]", line, f.Rule.Place(), f.Rule.Provenance))
		}
	}
	if more != "" {
		lines = append(lines, more)
	}
	return lines
}

// mostCurl is how long a curl is that is shown whole, in bytes.
const mostCurl = 2_000

// inFull is a finding with its rule, its request and its answer, a line each.
func inFull(f result.Finding) []string {
	lines := []string{f.Headline(), "  rule   " + wording.OneLine(f.Rule.String())}
	if places := f.Places(); len(places) > 1 {
		lines = append(lines, fmt.Sprintf("  in     %s: %s", wording.Plural(len(places), "place"), wording.OneLine(wording.Folded(places, 3))))
	}
	if f.Curl != "" {
		sent := wording.OneLine(f.Curl)
		if len(sent) > mostCurl {
			sent = wording.Cut(sent, mostCurl/4) + fmt.Sprintf("… (%d bytes; --verbose shows all)", len(sent))
		}
		lines = append(lines, "  sent   "+sent)
	}
	if d := f.Delivery; d != nil {
		return append(lines, fmt.Sprintf("  told   %s %s %s %s", d.Method, wording.OneLine(d.Target), headersOf(d.Header), wording.Cut(wording.OneLine(d.Body), 300)))
	}
	if a := f.Answer; a != nil {
		body := wording.Cut(wording.OneLine(strings.TrimSpace(a.Body)), 300)
		lines = append(lines, strings.TrimRight(fmt.Sprintf("  came   %d %s %s", a.Status, wording.OneLine(a.Header.Get("Content-Type")), body), " "))
	}
	return lines
}

// headersOf are the headers of a webhook in a line, but for those of the connection.
func headersOf(h http.Header) string {
	var own []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if !slices.Contains([]string{"Accept-Encoding", "Connection", "Content-Length"}, name) {
			own = append(own, wording.OneLine(name+": "+wording.Cut(strings.Join(h[name], ", "), 200)))
		}
	}
	return wording.Cut(strings.Join(own, "; "), 600)
}

// replayed is one case with its request, its answer and its problems.
func (r view) replayed(c result.CaseResult) []string {
	lines := append([]string{r.Verdict()}, nothingJudged(r.NothingJudged)...)
	lines = append(lines, "class  "+c.Class, "sent   "+wording.OneLine(c.Curl))
	came := "no answer"
	if c.Answer != nil {
		came = c.Answer.String()
	}
	lines = append(lines, "came   "+came)
	for _, p := range c.Problems {
		f := r.Findings[p.Finding]
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.Label(p.Known), p.Check, wording.OneLine(p.Message)), "  rule   "+wording.OneLine(f.Rule.String()))
		if f.Delivery != nil {
			lines = append(lines, "  told   "+f.Delivery.String(), "  digest "+wording.OneLine(f.Delivery.Digest))
		}
	}
	return lines
}

// nothingJudged are the three parts, in a line each; none of nil.
func nothingJudged(e *result.NothingJudgedError) []string {
	if e == nil {
		return nil
	}
	return []string{"nothing could be judged; tried: " + e.Tried, "came: " + e.Came, "what to do: " + e.Do}
}
