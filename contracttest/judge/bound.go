package judge

import (
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// bound says what a keyword asks for: one with a bound, nearly always.
func bound(schema *openapi3.Schema, wrong *openapi3.SchemaError) string {
	switch wrong.SchemaField {
	case "minimum":
		return "must be at least " + wording.Number(*schema.Min)
	case "maximum":
		return "must be at most " + wording.Number(*schema.Max)
	case "exclusiveMinimum":
		return "must be more than " + wording.Number(*schema.Min)
	case "exclusiveMaximum":
		return "must be less than " + wording.Number(*schema.Max)
	case "multipleOf":
		return "must be a multiple of " + wording.Number(*schema.MultipleOf)
	case "minLength":
		return "must have at least " + count(schema.MinLength, "character", "characters")
	case "maxLength":
		return "must have at most " + count(*schema.MaxLength, "character", "characters")
	case "minItems":
		return "must have at least " + count(schema.MinItems, "item", "items")
	case "maxItems":
		return "must have at most " + count(*schema.MaxItems, "item", "items")
	case "minProperties":
		return "must have at least " + count(schema.MinProps, "property", "properties")
	case "maxProperties":
		return "must have at most " + count(*schema.MaxProps, "property", "properties")
	case "uniqueItems":
		return "must have no item twice"
	case "oneOf":
		return "must match exactly one of the alternatives"
	case "discriminator":
		return "must name one of its alternatives in the property " + strconv.Quote(schema.Discriminator.PropertyName)
	case "not":
		return "must not match what the schema rules out"
	case "pattern":
		return "must match the pattern " + schema.Pattern
	}
	return "must obey " + wrong.SchemaField + ": " + wrong.Reason
}

func count(n uint64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatUint(n, 10) + " " + many
}

// size is how many items or properties came where the number of them is wrong.
func size(wrong *openapi3.SchemaError) (n int, ok bool) {
	switch wrong.SchemaField {
	case "minItems", "maxItems":
		items, ok := wrong.Value.([]any)
		return len(items), ok
	case "minProperties", "maxProperties":
		properties, ok := wrong.Value.(map[string]any)
		return len(properties), ok
	}
	return 0, false
}
