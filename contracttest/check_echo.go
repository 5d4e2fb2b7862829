package contracttest

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// echo asks whether what was sent is what came back, property by property, wherever the contract lists a name in the
// request and in the answer: "as it was sent".
func (v *verdict) echo() {
	if !v.created() || !v.suite.config.wants(Echo) {
		return
	}
	request, _ := requestSchema(v.class.op)
	answer, name := counterpartAt(request, successSchema(v.class.op.Spec))
	sent, isObject := v.class.value.(map[string]any)
	if request == nil || answer == nil || !isObject {
		return
	}
	got, _ := v.value.(map[string]any)
	if name != "" {
		got, _ = got[name].(map[string]any)
	}
	if got == nil {
		return // response_schema says so
	}
	v.makes(Echo)
	v.compareObjects(request, answer, sent, got, name)
}

func (v *verdict) compareObjects(request, answer *openapi3.Schema, sent, got map[string]any, place string) {
	for _, name := range propertyNames(answer) {
		here := name
		if place != "" {
			here = place + "." + name
		}
		was, isSent := sent[name]
		is := got[name]
		property := properties(request)[name]
		switch {
		case property == nil:
			if text, ok := was.(string); ok && is == text {
				v.echoed(
					here, "is the server's to choose, got what the caller sent, "+short(is), "chosen",
					true,
				)
			}
		case !isSent:
			if !nothing(is) && !reflect.DeepEqual(is, property.Value.Default) {
				v.echoed(here, "was not sent, got "+short(is), "invented", is == "")
			}
		case is == nil && !nothing(was):
			// An optional field of an answer may be absent, so the contract lets a server forget what it was told.
			v.echoed(here, fmt.Sprintf("expected what was sent, %s, got nothing", short(was)), "lost", true)
		default:
			v.compare(property.Value, properties(answer)[name].Value, was, is, here)
		}
	}
}

func (v *verdict) compare(request, answer *openapi3.Schema, was, is any, place string) {
	switch was := was.(type) {
	case []any:
		items, ok := is.([]any)
		if is == nil && len(was) == 0 {
			return
		}
		if !ok || len(items) != len(was) {
			v.echoed(place, fmt.Sprintf("expected the %d items that were sent, got %s", len(was), short(is)), "count", false)
			return
		}
		if request.Items == nil || answer.Items == nil {
			return
		}
		for i := range was {
			v.compare(request.Items.Value, answer.Items.Value, was[i], items[i], place+"["+strconv.Itoa(i)+"]")
		}
	case map[string]any:
		members, ok := is.(map[string]any)
		if !ok {
			v.echoed(place, "expected the object that was sent, got "+short(is), "kind", false)
			return
		}
		v.compareObjects(request, answer, was, members, place)
	default:
		if !reflect.DeepEqual(was, is) {
			v.echoed(place, fmt.Sprintf("expected what was sent, %s, got %s", short(was), short(is)), "changed", false)
		}
	}
}

func (v *verdict) echoed(place, message, kin string, fine bool) {
	v.fail(problem{check: Echo, place: place, message: place + ": " + message, kin: kin, fine: fine || v.c.fine})
}

// nothing reports whether a value says no more than its absence.
func nothing(value any) bool {
	items, ok := value.([]any)
	return value == nil || ok && len(items) == 0
}

// short is a value as a message shows it.
func short(value any) string {
	text := string(encode(treeOf(value)))
	if less := cut(text, 100); less != text {
		return less + "…"
	}
	return text
}
