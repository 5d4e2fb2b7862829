package result

import (
	"fmt"
	"strings"
)

// Provenance says what a rule of the contract rests on.
type Provenance string

// The provenances, as x-rules of openapi.yaml spell them.
const (
	Documented Provenance = "documented" // the vendor's pages say so, or an RFC that they rest on
	Assumed    Provenance = "assumed"    // a reading of what the vendor does not say
)

// Rule is the rule of the contract that a finding rests on.
type Rule struct {
	// ID names the rule: the id of an entry of x-rules, or the keyword of OpenAPI where the contract has no entry for it.
	ID string `json:"id"`
	// Text is the rule in a sentence.
	Text string `json:"text,omitempty"`
	// Provenance decides the severity; see [Severity].
	Provenance Provenance `json:"provenance"`
	// Page is the page of the vendor's documentation, or the RFC, that the rule rests on.
	Page string `json:"page,omitempty"`
	// Pointer is the rule's place in the contract as a JSON Pointer (RFC 6901); empty where the contract has none.
	Pointer string `json:"pointer,omitempty"`
	// Line is the line of the embedded openapi.yaml, from 1; 0 where there is none or another document was used.
	Line int `json:"line,omitempty"`
}

// String is the rule in one line: where it stands, its name, what it is worth, and what it says.
func (r Rule) String() string {
	text := fmt.Sprintf("%s (%s)", r.Place(), strings.TrimSuffix(string(r.Provenance)+", "+r.Page, ", "))
	if r.Text != "" {
		text += ": " + r.Text
	}
	return text
}

// Place is where the rule stands, and its name.
func (r Rule) Place() string {
	switch {
	case r.Line > 0:
		return fmt.Sprintf("openapi.yaml:%d %s", r.Line, r.ID)
	case r.Pointer != "":
		return r.Pointer + " " + r.ID
	}
	return r.ID
}
