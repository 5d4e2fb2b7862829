package result

import "slices"

// Severity says how much a finding weighs.
type Severity string

// The severities. [SeverityOf] says what a rule that is assumed weighs.
const (
	Error   Severity = "error"   // the server breaks a documented rule, or loses or changes data
	Warning Severity = "warning" // the server differs from an assumed rule, or a right server could look the same
	Notice  Severity = "notice"  // worth knowing, and no breach
)

// Certainty says how sure it is that what a check saw is a breach of the rule that it names.
type Certainty int

// The certainties.
const (
	Certain     Certainty = iota // the rule's provenance decides
	Uncertain                    // a right server could look the same
	Observation                  // no breach, but worth knowing
)

// SeverityOf says how much a finding weighs: by what its rule rests on, how sure it is, and whether rules that are assumed
// weigh as much as documented ones (strict).
func SeverityOf(provenance Provenance, sure Certainty, strict bool) Severity {
	switch {
	case sure == Observation:
		return Notice
	case sure == Uncertain, provenance == Assumed && !strict:
		return Warning
	}
	return Error
}

// Compare orders severities, errors first.
func (s Severity) Compare(other Severity) int {
	order := []Severity{Error, Warning, Notice}
	return slices.Index(order, s) - slices.Index(order, other)
}
