package contracttest

import (
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Check is the id of one thing that is judged, as reports and command lines spell it. [Checks] lists them.
type Check = judge.Check

// Severity says how much a finding weighs.
type Severity string

// The severities. Only errors fail a run.
const (
	Error   Severity = "error"   // the server breaks the contract
	Warning Severity = "warning" // the server differs from our reading of what the vendor does not document
	Notice  Severity = "notice"  // worth knowing, and no breach
)

// Finding is one difference between a server and its contract. Cases that show the same difference are one finding.
type Finding struct {
	// Check is the check that found it.
	Check Check `json:"check"`
	// Severity says whether it fails the run.
	Severity Severity `json:"severity"`
	// Case is the id of the first case that shows it; empty for what only the whole run shows.
	Case string `json:"case,omitempty"`
	// Message says what was expected and what came.
	Message string `json:"message"`
	// Place names where: "data.addresses[].city", "header RateLimit-Reset", "status".
	Place string `json:"place,omitempty"`
	// Rule is the broken keyword as a JSON Pointer into the contract, where one is.
	Rule string `json:"rule,omitempty"`
	// Line is the rule's line in the embedded openapi.yaml, from 1; 0 where there is none or another document was used.
	Line int `json:"line,omitempty"`
	// Count is how many cases show it.
	Count int `json:"count"`
	// Others are the ids of some of the other cases.
	Others []string `json:"others,omitempty"`
	// Known is set where the baseline has it: it fails nothing.
	Known bool `json:"known,omitempty"`
	// Fingerprint is the same in every run that shows the same difference; a baseline is made of it.
	Fingerprint string `json:"fingerprint"`
	// Curl sends the request again, with the key as $BITBYBIT_API_KEY; empty for what only the whole run shows.
	Curl string `json:"curl,omitempty"`
	// Shrunk is set where the request is smaller than that of the case.
	Shrunk bool `json:"shrunk,omitempty"`
	// Answer is what came; nil where nothing did.
	Answer *Answer `json:"answer,omitempty"`
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
