package control

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// queryProblems says what is wrong with the query of a request. The generated server reads the parameters, but it does
// not look at their bounds, takes no notice of a name that does not exist, and reads on where the query is broken.
func queryProblems(operation *judge.Operation, raw string) (problems []string) {
	query, err := url.ParseQuery(raw)
	if err != nil {
		return []string{"query: must be name=value pairs with an ampersand between them, percent-encoded"}
	}
	var known []string
	for _, ref := range operation.Spec.Parameters {
		parameter := ref.Value
		if parameter.In != openapi3.ParameterInQuery {
			continue
		}
		known = append(known, parameter.Name)
		values, present := query[parameter.Name]
		delete(query, parameter.Name)
		switch {
		case !present:
		case len(values) > 1:
			problems = append(problems, fmt.Sprintf("query %s: must be given once, got %d", parameter.Name, len(values)))
		default:
			if expected := parameterProblem(parameter.Schema.Value, values[0]); expected != "" {
				problems = append(problems, "query "+parameter.Name+": "+expected+gotUnlessKey(parameter.Name, values[0]))
			}
		}
	}
	unknown := slices.Sorted(maps.Keys(query))
	for _, name := range unknown[:min(len(unknown), 3)] {
		offered := "none"
		if len(known) > 0 {
			offered = strings.Join(known, ", ")
		}
		hint := didYouMean(name, known)
		if slices.Contains(bodyNames(operation), name) {
			hint = "; give it in the body"
		}
		problems = append(problems, "query "+untrusted.Quote(name)+": is not a parameter here; there is: "+offered+hint)
	}
	return problems
}

func gotUnlessKey(name, value string) string {
	if name == "key" {
		return ""
	}
	return ", got " + untrusted.Quote(value)
}

// parameterProblem says what a value would have to be; "" where it is right. It knows the keywords that parameters in
// control.yaml use.
func parameterProblem(schema *openapi3.Schema, value string) string {
	switch {
	case schema.Type.Is(openapi3.TypeBoolean):
		if value != "true" && value != "false" {
			return "must be true or false"
		}
	case schema.Type.Is(openapi3.TypeInteger):
		n, err := strconv.Atoi(value)
		if err != nil || float64(n) < *schema.Min || float64(n) > *schema.Max {
			return fmt.Sprintf("must be a whole number from %v to %v", *schema.Min, *schema.Max)
		}
	case len(schema.Enum) > 0:
		if !slices.Contains(schema.Enum, any(value)) {
			names := make([]string, len(schema.Enum))
			for i, name := range schema.Enum {
				names[i], _ = name.(string)
			}
			return "must be one of " + strings.Join(names, ", ")
		}
	case schema.Format == "date-time":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "must be a time like 2026-11-23T08:30:00Z (RFC 3339)"
		}
	case schema.Pattern != "":
		// The only pattern is that of an API key or its id; the reader of a key is stricter in nothing and faster.
		if _, isID := strings.CutPrefix(value, "key_"); !isID && !apikey.WellFormed(value) {
			return "must be an API key: " + gen.KeyPrefixTest + " or " + gen.KeyPrefixLive + ", and up to 256 printable ASCII characters in all; " +
				"or the id of one in GET " + Path + "/keys"
		}
	case uint64(len(value)) < schema.MinLength || schema.MaxLength != nil && uint64(len(value)) > *schema.MaxLength:
		return fmt.Sprintf("must have from %d to %d characters", schema.MinLength, *schema.MaxLength)
	}
	return ""
}
