package delivery

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// payload asks whether the body of a delivery is the customer that was answered, as JSON, of the documented size and spelling.
func (j *judging) payload(a *arrival, violations judge.Violations) {
	size := check.Problem{
		Check: result.WebhookPayload, Rule: j.rule("webhook-payload-size"), Variant: "size", Place: "webhook payload",
		Message: fmt.Sprintf("expected at most %d bytes, got %d", j.mostBytes, len(a.body)),
	}
	if len(j.by.Answer.Body) > j.mostBytes {
		size.Sure, size.Variant = result.Uncertain, "large customer" // of which nothing says what becomes
	}
	j.ask(len(a.body) <= j.mostBytes, size)
	if a.cut {
		return
	}
	asJSON := true
	for _, v := range violations {
		switch v.Check {
		case judge.ContentType, judge.SingleJSONValue, judge.UTF8, judge.UniqueKeys:
			asJSON = false
			j.ask(false, check.Problem{
				Check: result.WebhookPayload, Rule: j.rule("webhook-payload"), Variant: string(v.Check), Place: "webhook payload", Message: v.String(),
			})
		}
	}
	if asJSON {
		j.ask(true, check.Problem{Check: result.WebhookPayload, Rule: j.rule("webhook-payload")})
	} else {
		_, media := exchange.JSONSchema(j.judge.Spec.Responses.Status(http.StatusOK).Value.Content)
		violations = j.judge.Response(http.StatusOK, http.Header{"Content-Type": {media}}, a.plain)
	}
	value, unreadable := judge.ReadJSON(a.plain)
	if unreadable != nil {
		return
	}
	told, isObject := value.(map[string]any)
	if id, _ := told["id"].(string); !isObject || id != j.customer && inside(told, j.customer) {
		j.ask(false, check.Problem{
			Check: result.WebhookPayload, Rule: j.rule("webhook-payload-customer"), Variant: "envelope", Place: "webhook payload",
			Message: fmt.Sprintf("expected the customer %s itself, got it within %s", j.customer, wording.Value(value)),
		})
		return
	}
	j.schema(violations)
	answered, _ := j.webhook.customer(j.by.Value)
	if differs := j.objects(j.webhook.schema, answered, told, ""); !differs {
		j.ask(true, check.Problem{Check: result.WebhookPayload, Rule: j.rule("webhook-payload-customer")})
	}
	if asJSON {
		j.spelling(a)
	}
}

// inside reports whether an id is that of an object within another.
func inside(object map[string]any, id string) bool {
	for _, value := range object {
		if inner, ok := value.(map[string]any); ok && (inner["id"] == id || inside(inner, id)) {
			return true
		}
	}
	return false
}

// schema notes what the payload's schema forbids.
func (j *judging) schema(violations judge.Violations) {
	for _, v := range violations {
		if v.Check != judge.ResponseSchema && v.Check != judge.ResponseFormat && v.Check != judge.ErrorEnvelope {
			continue
		}
		v.Rule = j.pointer(v.Rule)
		j.ask(false, check.Problem{
			Check: result.WebhookPayload, Rule: j.Rules.OfAnswer(v), Variant: v.Keyword, Place: check.Pattern("webhook payload " + v.Path), Message: v.String(),
		})
	}
}

// spelling asks whether the bytes are those that JSON.stringify makes.
func (j *judging) spelling(a *arrival) {
	spelled, ok := stringified(a.body)
	if !ok {
		return
	}
	at := 0
	for at < min(len(spelled), len(a.body)) && spelled[at] == a.body[at] {
		at++
	}
	j.ask(bytes.Equal(spelled, a.body), check.Problem{
		Check: result.WebhookPayload, Rule: j.rule("webhook-payload-bytes"), Variant: "spelling", Place: "webhook payload",
		Message: fmt.Sprintf("expected the bytes that JSON.stringify makes, got others from byte %d on: %s", at+1, wording.Quote(string(a.body[at:]))),
	})
}

// objects compares the properties that the contract has of two objects. It reports whether they differ.
func (j *judging) objects(schema *openapi3.Schema, was, is map[string]any, place string) (differ bool) {
	properties := exchange.Properties(schema)
	for _, name := range exchange.SortedNames(properties) {
		if j.values(properties[name].Value, was[name], is[name], strings.TrimPrefix(place+"."+name, ".")) {
			differ = true
		}
	}
	return differ
}

// values compares two values at one place.
func (j *judging) values(schema *openapi3.Schema, was, is any, place string) (differ bool) {
	p := check.Problem{
		Check: result.WebhookPayload, Rule: j.rule("webhook-payload-customer"), Place: check.Pattern("webhook payload " + place), Variant: "changed",
		Message: fmt.Sprintf("%s: expected what was answered, %s, got %s", place, wording.Value(was), wording.Value(is)),
	}
	switch before := was.(type) {
	case map[string]any:
		if after, ok := is.(map[string]any); ok && len(exchange.Properties(schema)) > 0 {
			return j.objects(schema, before, after, place)
		}
	case []any:
		after, ok := is.([]any)
		if ok && len(before) == len(after) && schema.Items != nil {
			for i := range before {
				differ = j.values(schema.Items.Value, before[i], after[i], place+"["+strconv.Itoa(i)+"]") || differ
			}
			return differ
		}
		if ok {
			p.Message = fmt.Sprintf("%s: expected the %s that were answered, got %d", place, wording.Plural(len(before), "item"), len(after))
		}
	}
	if reflect.DeepEqual(was, is) || none(was) && none(is) {
		return false
	}
	p.Variant, p.Sure = difference(schema, was, is)
	return p.Variant != "" && !j.ask(false, p)
}

// difference is in which way two values differ that should be the same, and how sure it is that this is wrong; empty for two spellings of one time.
func difference(schema *openapi3.Schema, was, is any) (variant string, sure result.Certainty) {
	switch {
	case none(was) && is == "", none(is) && was == "":
		return "empty", result.Uncertain
	case none(is):
		return "lost", result.Certain
	case none(was):
		return "added", result.Certain
	}
	first, ok := format.ParseTime(text(was))
	second, also := format.ParseTime(text(is))
	switch {
	case schema.Format != "date-time" || !ok || !also:
	case first.Equal(second):
		return "", result.Certain
	case second.After(first):
		return "changed", result.Uncertain // since then
	}
	return "changed", result.Certain
}

// none reports whether a value says no more than its absence.
func none(value any) bool {
	items, isList := value.([]any)
	return value == nil || isList && len(items) == 0
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
