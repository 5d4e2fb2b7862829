package result

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Check is the id of one thing that is judged, as reports and command lines spell it. [Checks] lists them.
type Check = judge.Check

// Finding is one cause: what one check found of one rule of the contract. Properties, cases and statuses that show the
// same are its variants.
type Finding struct {
	// Check is the check that found it.
	Check Check `json:"check"`
	// Severity says whether it fails the run.
	Severity Severity `json:"severity"`
	// Rule is the rule that the server breaks. Its Pointer is that of the variant that is shown.
	Rule Rule `json:"rule"`
	// Message says what was expected and what came, of the request that is shown.
	Message string `json:"message"`
	// Count is how many exchanges show it, in whatever variant.
	Count int `json:"count"`
	// Known is set where the baseline has every variant: it fails nothing.
	Known bool `json:"known,omitempty"`
	// Variants are where and how it shows, in the order in which they were found. They are at most 100; what is beyond
	// that is counted only.
	Variants []Variant `json:"variants"`
	// Case is the id of the case whose request is shown; empty for what only the whole run shows.
	Case string `json:"case,omitempty"`
	// Curl sends the request again, with the key as $BITBYBIT_API_KEY; empty for what only the whole run shows, and for
	// traffic of others where it would be longer than 8 KiB.
	Curl string `json:"curl,omitempty"`
	// Shrunk is set where the request is smaller than that of the case.
	Shrunk bool `json:"shrunk,omitempty"`
	// Answer is what came; nil where nothing did.
	Answer *Answer `json:"answer,omitempty"`
	// Delivery is the webhook that shows it; nil where none does.
	Delivery *Delivery `json:"delivery,omitempty"`
}

// Variant is one place and way in which a finding shows.
type Variant struct {
	// Place names where: "data.addresses[].city", "header RateLimit-Reset", "status".
	Place string `json:"place"`
	// Message says what was expected and what came, in the first case.
	Message string `json:"message"`
	// Cases are the ids of the cases that show it, ten at most.
	Cases []string `json:"cases,omitempty"`
	// Count is how many exchanges show it.
	Count int `json:"count"`
	// Known is set where the baseline has it.
	Known bool `json:"known,omitempty"`
	// Fingerprint is the same in every run that shows the same; a baseline is made of it.
	Fingerprint string `json:"fingerprint"`
}

// Answer is a response as reports show it. The API key, should it occur, is masked.
type Answer struct {
	// Status is the HTTP status.
	Status int `json:"status"`
	// Header are the response's headers.
	Header http.Header `json:"header"`
	// Body is the response's body, cut to 4 KiB.
	Body string `json:"body"`
}

// Places are where a finding shows that the baseline does not know, each once, in the order in which they were found.
func (f Finding) Places() (places []string) {
	seen := map[string]bool{}
	for _, v := range f.Variants {
		if (f.Known || !v.Known) && !seen[v.Place] {
			seen[v.Place] = true
			places = append(places, v.Place)
		}
	}
	return places
}

// Headline says in a line what was found, how often, and by which case.
func (f Finding) Headline() string {
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
	return fmt.Sprintf("%s %s (%s): %s", f.Label(f.Known), f.Check, seen, wording.Cut(wording.OneLine(f.Message), 300))
}

// Label is the finding's severity in capitals, and whether the baseline knows what is shown of it.
func (f Finding) Label(known bool) string {
	label := strings.ToUpper(string(f.Severity))
	if known {
		label += " (known)"
	}
	return label
}

// String is the finding in full, in lines: the headline, the rule, the variants, the request and the answer.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Headline() + "\n  rule   " + wording.OneLine(f.Rule.String()))
	if len(f.Variants) > 1 {
		for _, v := range f.Variants {
			known := ""
			if v.Known {
				known = ", known"
			}
			fmt.Fprintf(&b, "\n  at     %s (%s%s): %s", wording.OneLine(v.Place), wording.Plural(v.Count, "exchange"), known, wording.OneLine(v.Message))
		}
	}
	if f.Curl != "" {
		b.WriteString("\n  sent   " + wording.OneLine(f.Curl))
	}
	if f.Answer != nil {
		b.WriteString("\n  came   " + f.Answer.String())
	}
	if d := f.Delivery; d != nil {
		b.WriteString("\n  told   " + d.String())
		if d.Digest != "" {
			b.WriteString("\n  digest " + wording.OneLine(d.Digest))
		}
	}
	return b.String()
}

// String is the answer in lines: the status, then headers and body, each line marked as the server's.
func (a *Answer) String() string {
	var b strings.Builder
	b.WriteString(strings.TrimSpace(fmt.Sprint(a.Status, " ", http.StatusText(a.Status))))
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		for _, value := range a.Header[name] {
			b.WriteString("\n  | " + wording.OneLine(name+": "+value))
		}
	}
	b.WriteString("\n  |")
	for line := range strings.SplitSeq(strings.TrimRight(a.Body, "\n"), "\n") {
		b.WriteString("\n  | " + line)
	}
	return b.String()
}
