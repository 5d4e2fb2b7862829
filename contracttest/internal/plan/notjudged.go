package plan

import (
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// NotJudged is what the contract asks and the run did not look at: what the judge passes over, and what no case tries.
func NotJudged(j *judge.Judge) []judge.NotJudged {
	found := j.NotJudged()
	for _, op := range j.Operations() {
		schema, media := exchange.RequestSchema(op)
		if op.Spec.RequestBody != nil {
			for _, other := range exchange.SortedNames(op.Spec.RequestBody.Value.Content) {
				if other != media {
					found = append(found, judge.NotJudged{
						Pointer: "/paths/" + judge.EscapePointer(op.Path), What: "requests of " + op.ID + " with a body of " + other,
						Why: "every request has a body of " + media,
					})
				}
			}
		}
		untried(schema, op.ID+" request", map[*openapi3.Schema]bool{}, func(format, where string) {
			found = append(found, judge.NotJudged{
				Pointer: where, What: "how the server takes values that are not of the format " + strconv.Quote(format),
				Why: "there are no samples of it",
			})
		})
	}
	return found
}

// untried tells the formats of a request for which there are no samples.
func untried(schema *openapi3.Schema, where string, seen map[*openapi3.Schema]bool, tell func(format, where string)) {
	if schema == nil || seen[schema] {
		return
	}
	seen[schema] = true
	if format := schema.Format; format != "" && kind(schema) == "string" && formatSamples[format] == nil && !slices.Contains(anyText, format) {
		tell(format, where)
	}
	for _, name := range exchange.SortedNames(exchange.Properties(schema)) {
		untried(exchange.Properties(schema)[name].Value, where+" "+name, seen, tell)
	}
	if schema.Items != nil {
		untried(schema.Items.Value, where+"[]", seen, tell)
	}
}

// anyText are the formats that every text has.
var anyText = []string{"password", "binary"}
