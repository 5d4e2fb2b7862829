package mockserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// example is one documented answer: a named example of the contract, ready to be sent.
type example struct {
	status      int
	name        string
	code        string // the error code in it; empty in a success
	summary     string
	body        []byte
	email       string // the magic values that ask for it; empty where it has none
	phoneNumber string
	rank        int
}

// examples are the documented answers of the contract, by status; those of one status in the order of the vendor's
// table of error codes.
type examples []*example

// contractExamples reads the examples once.
var contractExamples = sync.OnceValue(func() examples {
	var all examples
	for _, operation := range judge.Contract().Operations() {
		for status, response := range operation.Spec.Responses.Map() {
			code, err := strconv.Atoi(status)
			media := response.Value.Content["application/json"]
			if err != nil || media == nil {
				continue
			}
			for name, ref := range media.Examples {
				all = append(all, newExample(code, name, ref.Value))
			}
		}
	}
	slices.SortFunc(all, func(a, b *example) int {
		if a.status != b.status {
			return a.status - b.status
		}
		if a.rank != b.rank {
			return a.rank - b.rank
		}
		return strings.Compare(a.name, b.name)
	})
	return all
})

func newExample(status int, name string, documented *openapi3.Example) *example {
	// encoding/json, because it sorts the members: kin-openapi holds the value as a map.
	body, err := json.Marshal(documented.Value)
	if err != nil {
		panic(fmt.Sprintf("mockserver: the example %s of the contract is not JSON: %v", name, err))
	}
	e := &example{status: status, name: name, summary: documented.Summary, body: append(body, '\n')}
	var answer gen.ErrorResponse
	if json.Unmarshal(body, &answer) == nil && answer.Error.Code != "" {
		e.code, e.rank = string(answer.Error.Code), slices.Index(codes, answer.Error.Code)
	}
	if magic, ok := documented.Extensions["x-mock-trigger"].(map[string]any); ok {
		e.email, _ = magic["email"].(string)
		e.phoneNumber, _ = magic["phoneNumber"].(string)
	}
	return e
}

// codes are in the order of the vendor's table of errors, so that VALIDATION_ERROR is the example of 400 where none is
// named. The document does not say: its maps are read without their order.
var codes = []gen.ErrorCode{
	gen.CodeValidationError, gen.CodeMissingCompanyID, gen.CodeMissingAPIKey, gen.CodeInvalidAPIKey,
	gen.CodeInsufficientScope, gen.CodeIPNotAllowed, gen.CodeNotFound,
	gen.CodeRateLimitExceeded, gen.CodeServiceUnavailable,
}

// find is the example of a status, the first one where no name is given; or of a name alone, where the status is 0. The
// error code that an example has is a name of it too. What the contract does not have is an error that lists what it
// has.
func (all examples) find(status int, name string) (*example, error) {
	for _, e := range all {
		if (status == 0 || e.status == status) && (name == "" || e.name == name || e.code == name) {
			return e, nil
		}
	}
	var asked string
	switch {
	case name == "":
		asked = "status " + strconv.Itoa(status)
	case status == 0:
		asked = "example " + quoteCut(name)
	default:
		asked = "example " + quoteCut(name) + " for status " + strconv.Itoa(status)
	}
	return nil, fmt.Errorf("the contract has no %s; it has %s", asked, all)
}

// String lists the examples by status: "201 (created, createdWithNulls), 400 (…)".
func (all examples) String() string {
	byStatus := map[int][]string{}
	for _, e := range all {
		byStatus[e.status] = append(byStatus[e.status], e.name)
	}
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(byStatus)) {
		parts = append(parts, strconv.Itoa(status)+" ("+strings.Join(byStatus[status], ", ")+")")
	}
	return strings.Join(parts, ", ")
}

// answer gives the example as the answer.
func (e *example) answer(x *exchange) {
	quota := x.quota
	if e.status == http.StatusTooManyRequests {
		// A client that does as it is told waits this long: long enough to be seen, short enough for a test.
		quota.remaining, quota.reset = 0, 1
	}
	x.header.Set("Content-Type", "application/json")
	quota.set(x.header)
	x.status, x.answer = e.status, e.body
}
