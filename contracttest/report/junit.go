package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
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

// JUnit writes the report in the form that CI systems read: a test suite for each phase, a test case for each
// case, and one for the rules of webhooks where a run listened for them. A case fails where it shows what fails the run (see [result.Report.FailOn]), with the messages of its own problems;
// other problems are its output; cases that did not run are skipped. What only the whole run shows, that nothing could be
// judged among it, is a test case of its own. Characters that XML does not have are replaced.
func JUnit(w io.Writer, report result.Report) error {
	r := view{report}
	suites := junitSuites{junitTotals: junitTotals{Seconds: fmt.Sprintf("%.3f", r.Duration.Seconds())}}
	for _, phase := range []result.Phase{result.PhaseExamples, result.PhaseCoverage, result.PhaseFuzz} {
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
		suites.add(suite)
	}
	suites.add(r.junitOfWebhooks())
	suites.add(r.junitOfTraffic())
	run := junitSuite{Name: "contract run"}
	if test, failed := r.junitOfRun(); failed {
		run.add(test)
	}
	suites.add(run)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	return encoder.Encode(suites)
}

func (s *junitSuites) add(suite junitSuite) {
	if suite.Tests == 0 {
		return
	}
	s.Suites = append(s.Suites, suite)
	s.Tests += suite.Tests
	s.Failures += suite.Failures
	s.Skipped += suite.Skipped
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

func (r view) junit(c result.CaseResult) junitCase {
	test := junitCase{Class: "contract " + string(c.Phase), Name: c.ID}
	var messages, failed, output []string
	var checks []string
	for _, p := range c.Problems {
		f := r.Findings[p.Finding]
		text := fmt.Sprintf("%s %s: %s\n  rule   %s", f.Label(p.Known), p.Check, p.Message, f.Rule)
		if p.Known || !r.Fails(f.Severity) {
			output = append(output, text)
			continue
		}
		failed, messages = append(failed, text), append(messages, p.Message)
		if !slices.Contains(checks, string(p.Check)) {
			checks = append(checks, string(p.Check))
		}
	}
	if len(failed) > 0 {
		test.Failure = &junitFailure{
			Type:    strings.Join(checks, " "),
			Message: strings.Join(messages, "; "),
			Text:    strings.Join(append(failed, "  again  "+r.Command(c.ID)), "\n"),
		}
	}
	test.Output = strings.Join(output, "\n")
	return test
}

// junitOfWebhooks has a test case for each rule of webhooks: it fails where a finding of it fails the run, and is skipped where nothing
// showed the rule.
func (r view) junitOfWebhooks() junitSuite {
	suite := junitSuite{Name: "contract webhooks"}
	for _, row := range r.Coverage.Webhooks {
		test := junitCase{Class: suite.Name, Name: row.Name}
		if row.Verdict != result.Asserted {
			test.Skipped = &junitSkipped{string(row.Verdict)}
		}
		for _, f := range r.Findings {
			if f.Rule.ID == row.Name && result.OfWebhooks(f.Check) && !f.Known && r.Fails(f.Severity) {
				test.Failure = &junitFailure{Type: string(f.Check), Message: f.Message, Text: f.String()}
			}
		}
		suite.add(test)
	}
	return suite
}

// junitOfTraffic has a test case for each check that was made of the exchanges of others. It fails where one of its findings fails the report.
func (r view) junitOfTraffic() junitSuite {
	suite := junitSuite{Name: "contract traffic"}
	if r.Traffic == nil {
		return suite
	}
	for _, id := range r.Traffic.Checks {
		test := junitCase{Class: suite.Name, Name: string(id)}
		var messages, failed, output []string
		for _, f := range r.Findings {
			switch {
			case f.Check != id:
			case f.Known || !r.Fails(f.Severity):
				output = append(output, f.String())
			default:
				messages, failed = append(messages, f.Message), append(failed, f.String())
			}
		}
		if len(failed) > 0 {
			test.Failure = &junitFailure{Type: string(id), Message: strings.Join(messages, "; "), Text: strings.Join(failed, "\n")}
		}
		test.Output = strings.Join(output, "\n")
		suite.add(test)
	}
	return suite
}

// junitOfRun is the test case of what no single case shows; it is found where that fails.
func (r view) junitOfRun() (test junitCase, found bool) {
	test = junitCase{Class: "contract run", Name: "the whole run"}
	var checks, messages []string
	if n := r.NothingJudged; n != nil {
		checks, messages = append(checks, "nothing judged"), append(messages, n.Error())
	}
	if r.Traffic != nil {
		for _, why := range r.Traffic.Unread {
			checks, messages = append(checks, "not read to its end"), append(messages, why)
		}
	}
	for _, f := range r.Findings {
		if f.Case == "" && !f.Known && r.Fails(f.Severity) {
			checks, messages = append(checks, string(f.Check)), append(messages, f.Message)
		}
	}
	if len(messages) > 0 {
		text := strings.Join(messages, "; ")
		test.Failure = &junitFailure{Type: strings.Join(checks, " "), Message: text, Text: text}
	}
	return test, len(messages) > 0
}
