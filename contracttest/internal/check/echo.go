package check

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// echoCheck asks whether what was sent is what comes back, property by property, wherever the contract lists a name in the
// request and in the answer. What does not come back at all is noted, and judged over the whole run; see sightings.
var echoCheck = check{
	ids: []result.Check{result.Echo}, rules: []string{"stored-as-sent", "empty-stays-empty", "ids-are-the-servers"},
	needs: success, exchange: (*Verdict).echo,
}

func (v *Verdict) echo() {
	if !v.Created() || !v.wants(result.Echo) {
		return
	}
	echo := v.Contract.Echo(v.Class.Op)
	sent, isObject := v.Class.Value.(map[string]any)
	if echo.Answer == nil || !isObject {
		return
	}
	got := echo.Of(v.Value)
	if got == nil {
		return // response_schema says so
	}
	v.makes(result.Echo)
	here := location{place: echo.Name}
	if v.Contract.Mode != exchange.Watching {
		here.around, here.lists = namesOf(sent), listsOf(sent) // by which the whole run explains a loss
	}
	v.compareObjects(pair{echo.Request, echo.Answer}, sent, got, here)
}

// namesOf are the names of what was sent, and of what says something once more as such.
func namesOf(sent map[string]any) []string {
	names := exchange.SortedNames(sent)
	for _, name := range names {
		if !empty(sent[name]) {
			names = append(names, name+" (not empty)")
		}
	}
	return names
}

// listsOf counts the items of the lists of a body.
func listsOf(sent map[string]any) map[string]int {
	lists := map[string]int{}
	for name, value := range sent {
		if items, ok := value.([]any); ok {
			lists[name] = len(items)
		}
	}
	return lists
}

// pair is the schema of what is sent and of what comes back.
type pair struct{ request, answer *openapi3.Schema }

// location is where an object is.
type location struct {
	place  string
	around []string       // the names in the whole that was sent
	lists  map[string]int // how many items the lists in it have
	index  int            // of the item that it is in
	items  int            // in the list of that item
}

func (l location) of(name string) location {
	if l.place != "" {
		name = l.place + "." + name
	}
	l.place = name
	return l
}

func (l location) at(index, items int) location {
	l.place, l.index, l.items = l.place+"["+strconv.Itoa(index)+"]", index, items
	return l
}

func (v *Verdict) compareObjects(schemas pair, sent, got map[string]any, here location) {
	var beside []string
	if here.around != nil {
		beside = namesOf(sent)
	}
	requested, answered := v.Contract.Shape(schemas.request), v.Contract.Shape(schemas.answer)
	for _, name := range answered.Names {
		was, isSent := sent[name]
		is := got[name]
		property := requested.Properties[name]
		switch {
		case property == nil:
			if text, ok := was.(string); ok && is == text {
				v.echoed(here.of(name), "ids-are-the-servers", "is the server's to choose, got what the caller sent, "+short(is), "chosen")
			}
		case !isSent:
			if rule := invented(is, property.Value.Default); rule != "" {
				v.echoed(here.of(name), rule, "was not sent, got "+short(is), "invented")
			}
		case is == nil && empty(was):
			v.echoed(here.of(name), "empty-stays-empty", "expected what was sent, "+short(was)+", got nothing", "empty")
		default:
			there := here.of(name)
			v.sight(was, is, there, beside)
			if is != nil {
				v.compare(pair{property.Value, answered.Properties[name].Value}, was, is, there)
			}
		}
	}
}

// sight notes a property that was sent, and whether it came back. Of somebody else's that did, no more than its place is asked.
func (v *Verdict) sight(was, is any, here location, beside []string) {
	place := Pattern(here.place)
	if is != nil && v.Contract.Mode == exchange.Watching {
		if !slices.Contains(v.Back, place) {
			v.Back = append(v.Back, place)
		}
		return
	}
	one := Sighting{
		Back: is != nil, size: sizeOf(was), looks: looksOf(was), beside: beside, around: here.around, index: here.index,
		items: here.items, lists: here.lists, body: len(v.Case.Request.Body), by: v,
	}
	if !one.Back {
		one.Sent = short(was)
	}
	v.Sightings = append(v.Sightings, Placed{place, one})
}

// Placed is a sighting with its place.
type Placed struct {
	Place string
	Sighting
}

func (v *Verdict) compare(schemas pair, was, is any, here location) {
	switch was := was.(type) {
	case []any:
		items, ok := is.([]any)
		if !ok || len(items) != len(was) {
			v.echoed(here, "stored-as-sent", fmt.Sprintf("expected the %d items that were sent, got %s", len(was), counted(is)), "count")
			return
		}
		if schemas.request.Items == nil || schemas.answer.Items == nil {
			return
		}
		for i := range was {
			v.compare(pair{schemas.request.Items.Value, schemas.answer.Items.Value}, was[i], items[i], here.at(i, len(was)))
		}
	case map[string]any:
		members, ok := is.(map[string]any)
		if !ok {
			v.echoed(here, "stored-as-sent", "expected the object that was sent, got "+short(is), "kind")
			return
		}
		v.compareObjects(schemas, was, members, here)
	default:
		if !reflect.DeepEqual(was, is) {
			v.echoed(here, "stored-as-sent", "expected what was sent, "+differing(was, is), "changed")
		}
	}
}

func (v *Verdict) echoed(here location, rule, message, variant string) {
	v.fail(Problem{
		Check: result.Echo, Rule: v.Contract.Rules.Of(rule), Place: here.place, Message: here.place + ": " + message, Variant: variant,
	})
}

// invented is the rule that a value breaks which was not sent; empty where it says no more than its absence.
func invented(is, byDefault any) string {
	switch items, ok := is.([]any); {
	case is == nil, ok && len(items) == 0, byDefault != nil && reflect.DeepEqual(is, byDefault):
		return ""
	case is == "":
		return "empty-stays-empty"
	}
	return "stored-as-sent"
}

// empty reports whether a value says hardly more than its absence.
func empty(value any) bool {
	items, ok := value.([]any)
	return value == nil || value == "" || ok && len(items) == 0
}

// counted is a value as a message shows it where only its number of items matters.
func counted(value any) string {
	if items, ok := value.([]any); ok {
		return strconv.Itoa(len(items))
	}
	return short(value)
}

// shownAround is how much of a long text is shown around the first difference.
const shownAround = 30

// differing shows two values that should be the same; of long texts, where they begin to differ.
func differing(was, is any) string {
	a, isText := was.(string)
	b, both := is.(string)
	first, second := []rune(a), []rune(b)
	if !isText || !both || len(first) <= 100 && len(second) <= 100 {
		return short(was) + ", got " + short(is)
	}
	at := 0
	for at < min(len(first), len(second)) && first[at] == second[at] {
		at++
	}
	from := max(0, at-shownAround)
	part := func(text []rune) string { return short(string(text[from:min(len(text), at+shownAround)])) }
	return fmt.Sprintf(
		"%d characters, got %d; from character %d on %s was sent and %s came", len(first), len(second), from+1,
		part(first), part(second),
	)
}

// short is a value as a message shows it.
func short(value any) string {
	text := string(jsontree.Encode(jsontree.Of(value)))
	if less := wording.Cut(text, 100); less != text {
		return less + "…"
	}
	return text
}
