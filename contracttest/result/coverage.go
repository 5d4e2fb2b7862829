package result

import "github.com/bitbybit-go/bitbybit-go/contracttest/judge"

// CoverageReport says what of the contract a run saw and judged. Each list has the contract's own entries in its
// order, then what came beyond it.
type CoverageReport struct {
	// Operations are the operations, e.g. "POST /customers".
	Operations []Covered `json:"operations"`
	// Statuses are the statuses of each operation, e.g. "createCustomer 201".
	Statuses []Covered `json:"statuses"`
	// Headers are the response headers of each status, e.g. "createCustomer 201 RateLimit-Reset".
	Headers []Covered `json:"headers"`
	// Properties are the properties of requests and answers, e.g. "createCustomer request addresses[].city" and
	// "createCustomer 201 data.email".
	Properties []Covered `json:"properties"`
	// Keywords are the keywords of their schemas, e.g. "createCustomer request email format".
	Keywords []Covered `json:"keywords"`
	// Webhooks are the rules of webhooks, e.g. "webhook-signature", and how often deliveries kept them; empty where the run did not
	// listen.
	Webhooks []Covered `json:"webhooks,omitempty"`
	// NotJudged is what the contract asks and neither the judge nor the cases look at.
	NotJudged []judge.NotJudged `json:"notJudged,omitempty"`
	// Unprovoked are the documented statuses that never came, because no input from outside provokes them.
	Unprovoked []string `json:"unprovoked,omitempty"`
}

// Verdict says how far one part of the contract was covered.
type Verdict string

// The verdicts.
const (
	// Asserted is documented, obtained, and judged; of what is sent, valid and invalid were both tried.
	Asserted      Verdict = "asserted"
	NotAsserted   Verdict = "not asserted"   // documented and obtained, but not judged, or tried one way only
	NeverObtained Verdict = "never obtained" // documented, and never came
	Undocumented  Verdict = "undocumented"   // came, and is not documented
)

// Covered is one part of the contract and how often it was seen.
type Covered struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	// Absent and Null count where a property was not there, or null. They are 0 for what is no property.
	Absent int `json:"absent"`
	Null   int `json:"null"`
	// Valid and Invalid count the values that obeyed the contract and those that did not.
	Valid   int `json:"valid"`
	Invalid int `json:"invalid"`
}
