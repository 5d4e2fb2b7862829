package result

// Traffic says what exchanges somebody else made.
type Traffic struct {
	// Passed is how many exchanges there were, and Judged how many of them were judged.
	Passed int `json:"passed"`
	Judged int `json:"judged"`
	// WithoutBody is how many of those judged were so by their status and headers alone, since a recording has not the whole body of the answer.
	WithoutBody int `json:"withoutBody,omitempty"`
	// Unread says of each recording that was not read to its end why not.
	Unread []string `json:"unread,omitempty"`
	// LeftOut says why the others were not, in the order in which the reasons came.
	LeftOut []Unjudged `json:"leftOut,omitempty"`
	// Classes counts what the contract says of the requests that were judged, as [CaseResult.Class] has it.
	Classes map[string]int `json:"classes"`
	// Checks are the checks that were made.
	Checks []Check `json:"checks"`
	// Masked is set where personal data is masked in the report.
	Masked bool `json:"masked"`
}

// Unjudged are exchanges that were not judged.
type Unjudged struct {
	// Reason says why, e.g. "a path that the contract does not have".
	Reason string `json:"reason"`
	// Example is the method and the path of the first of them; empty where it is not known.
	Example string `json:"example,omitempty"`
	Count   int    `json:"count"`
}
