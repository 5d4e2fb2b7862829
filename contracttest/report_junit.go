package contracttest

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	junitTotals
	Suites []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitTotals
	Cases []junitCase `xml:"testcase"`
}

type junitTotals struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Seconds  string `xml:"time,attr,omitempty"` // of the whole run alone: its cases run at the same time
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Skipped *junitSkipped `xml:"skipped,omitempty"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// WriteJUnit writes the report in the form that CI systems read: a test suite for each phase, a test case for each
// case. A case fails where it shows an error that the baseline does not know; warnings are its output; cases that did
// not run are skipped.
func (r Report) WriteJUnit(w io.Writer) error {
	suites := junitSuites{junitTotals: junitTotals{Seconds: fmt.Sprintf("%.3f", r.Duration.Seconds())}}
	for _, phase := range []Phase{Examples, Coverage, Fuzz} {
		suite := junitSuite{Name: "contract " + string(phase)}
		for _, c := range r.Cases {
			if c.Phase == phase {
				suite.add(r.junit(c))
			}
		}
		for _, out := range r.LeftOut {
			for _, id := range out.Cases {
				if strings.HasPrefix(id, string(phase)+"/") {
					suite.add(junitCase{Class: suite.Name, Name: id, Skipped: &junitSkipped{out.Reason}})
				}
			}
		}
		if suite.Tests > 0 {
			suites.Suites = append(suites.Suites, suite)
			suites.Tests += suite.Tests
			suites.Failures += suite.Failures
			suites.Skipped += suite.Skipped
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	return encoder.Encode(suites)
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func (r Report) junit(c CaseResult) junitCase {
	test := junitCase{Class: "contract " + string(c.Phase), Name: c.ID}
	var failed, output strings.Builder
	var checks []string
	first := ""
	for _, p := range c.Problems {
		f := r.Findings[p.Finding]
		text := &output
		if f.Severity == Error && !p.Known {
			text = &failed
			checks = append(checks, string(p.Check))
			if first == "" {
				first = p.Message
			}
		}
		f.writeText(text, r)
	}
	if len(checks) > 0 {
		test.Failure = &junitFailure{
			Type:    strings.Join(slices.Compact(checks), " "),
			Message: printable(first),
			Text:    printable(failed.String()),
		}
	}
	test.Output = printable(output.String())
	return test
}

// printable leaves out the characters that XML 1.0 does not have.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0xfffe || c == 0xffff {
			return '\ufffd'
		}
		return c
	}, s)
}
