package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// GitHub writes each error and warning as a command of a GitHub Actions workflow, which shows it at the line of
// openapi.yaml that the server breaks
// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands). GitHub shows ten of each
// severity at most.
func GitHub(w io.Writer, r result.Report) error {
	var b strings.Builder
	if n := r.NothingJudged; n != nil {
		command(&b, "error", result.Rule{}, "nothing could be judged", n.Error())
	}
	if r.Traffic != nil {
		for _, why := range r.Traffic.Unread {
			command(&b, "error", result.Rule{}, "not read to its end", why)
		}
	}
	for _, s := range []result.Severity{result.Error, result.Warning} {
		for _, f := range r.Open(s) {
			message := f.Message + "\n" + f.Rule.String()
			if places := f.Places(); len(places) > 1 {
				message += fmt.Sprintf("\nin %s: %s", wording.Plural(len(places), "place"), wording.Folded(places, 10))
			}
			if f.Case != "" && r.Traffic == nil {
				message += "\n" + r.Command(f.Case)
			}
			title := fmt.Sprintf("%s (%s)", f.Check, wording.Plural(f.Count, "exchange"))
			command(&b, string(s), f.Rule, title, message)
		}
	}
	return writeVisible(w, b.String())
}

func command(b *strings.Builder, name string, rule result.Rule, title, message string) {
	place := ""
	if rule.Line > 0 {
		place = fmt.Sprintf("file=openapi.yaml,line=%d,", rule.Line)
	}
	fmt.Fprintf(b, "::%s %stitle=%s::%s\n", name, place, commandProperty.Replace(title), commandData.Replace(message))
}

// What a runner reads as the end of a value, and how it is written instead.
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// Markdown writes the verdict, the table of the checks and the causes in Markdown, as a step of a GitHub Actions
// workflow shows it where it is appended to the file that GITHUB_STEP_SUMMARY names.
func Markdown(w io.Writer, report result.Report) error {
	r := view{report}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", markdown(r.Verdict()))
	if n := r.NothingJudged; n != nil {
		fmt.Fprintf(&b, "- tried: %s\n- came: %s\n- what to do: %s\n\n", markdown(n.Tried), markdown(n.Came), markdown(n.Do))
	}
	for _, line := range append([]string{r.Circumstances()}, r.remarks()...) {
		fmt.Fprintf(&b, "%s\n\n", markdown(line))
	}
	if rows := r.ByCheck(); len(rows) > 0 {
		b.WriteString("| check | errors | warnings | exchanges |\n| --- | ---: | ---: | ---: |\n")
		for _, row := range rows {
			fmt.Fprintf(&b, "| %s | %d | %d | %d |\n", markdown(string(row.Check)), row.Errors, row.Warnings, row.Exchanges)
		}
		b.WriteString("\n| | check | what was expected, and what came | rule | case |\n| --- | --- | --- | --- | --- |\n")
	}
	for _, s := range []result.Severity{result.Error, result.Warning} {
		for _, f := range r.Open(s) {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", s, markdown(string(f.Check)), markdown(wording.Cut(f.Message, 500)), markdown(f.Rule.String()), markdown(f.Case))
		}
	}
	b.WriteString("\n")
	for _, line := range r.notCovered(false)[1:] {
		fmt.Fprintf(&b, "- %s\n", markdown(strings.TrimSpace(line)))
	}
	return writeVisible(w, b.String())
}

// markdown is a text with everything spelled out that Markdown or HTML could take for its own: a character reference is
// text wherever it stands (CommonMark, section 2.5).
func markdown(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '\n' || c == '\r' || c == '\t':
			b.WriteByte(' ')
		case c > ' ' && c < '0', c > '9' && c < 'A', c > 'Z' && c < 'a', c > 'z' && c < 0x7f:
			fmt.Fprintf(&b, "&#%d;", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
