package exchange

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// RuleBook has the rules of one contract. It is not changed after it was made.
type RuleBook struct {
	byID    map[string]result.Rule
	byPlace map[string][]keywordRule // by the JSON Pointer of what they stand at
	Words   string                   // the contract's text in small letters, and what else no key is found in
}

// keywordRule is a rule that a keyword of OpenAPI says to machines.
type keywordRule struct {
	result.Rule
	keyword string
}

// embeddedRules are the rules of the embedded openapi.yaml.
var embeddedRules = sync.OnceValue(func() *RuleBook { return readRules(judge.Contract().Document()) })

// Rules has the rules of a contract. What its x-rules do not say of a server's behaviour, those of the embedded
// contract say.
func Rules(j *judge.Judge) *RuleBook {
	if j == judge.Contract() {
		return embeddedRules()
	}
	b := readRules(j.Document())
	for id, rule := range embeddedRules().byID {
		if _, own := b.byID[id]; !own {
			rule.Pointer = ""
			b.byID[id] = rule
		}
	}
	return b
}

func readRules(doc *openapi3.T) *RuleBook {
	b := &RuleBook{byID: map[string]result.Rule{}, byPlace: map[string][]keywordRule{}}
	text, err := doc.MarshalJSON()
	if err != nil {
		return b // not so for a document that was loaded
	}
	b.Words = smallLetters(string(text)) + " contracttest- charset application text html plain utf-8 location server" // run tags, and words of headers
	var document any
	if json.Unmarshal(text, &document) == nil {
		b.read("", document)
	}
	return b
}

// read collects the x-rules at and below one place.
func (b *RuleBook) read(pointer string, node any) {
	switch node := node.(type) {
	case []any:
		for i, item := range node {
			b.read(pointer+"/"+strconv.Itoa(i), item)
		}
	case map[string]any:
		for name, value := range node {
			if name == "x-rules" {
				b.entries(pointer, value)
				continue
			}
			b.read(pointer+"/"+judge.EscapePointer(name), value)
		}
	}
}

func (b *RuleBook) entries(pointer string, value any) {
	entries, _ := value.([]any)
	for i, entry := range entries {
		fields, _ := entry.(map[string]any)
		text := func(name string) string {
			s, _ := fields[name].(string)
			return s
		}
		rule := result.Rule{
			ID: text("id"), Text: text("rule"), Provenance: result.Provenance(text("provenance")), Page: text("page"),
			Pointer: pointer + "/x-rules/" + strconv.Itoa(i),
		}
		if rule.ID != "" {
			b.byID[rule.ID] = rule
		}
		if keyword := text("keyword"); keyword != "" {
			b.byPlace[pointer] = append(b.byPlace[pointer], keywordRule{rule, keyword})
		}
	}
}

// Of finds a rule by its id.
func (b *RuleBook) Of(id string) result.Rule { return b.byID[id] }

// ofKeyword finds the rule that a keyword says, by the keyword's place in the contract: the nearest entry of x-rules
// at or around it that is about the same keyword. Where there are a documented and an assumed one, the documented one
// is broken by what no reading of it allows (gross), the assumed one by the rest. A keyword without an entry counts as
// documented: it is the contract's word.
func (b *RuleBook) ofKeyword(place string, gross bool) result.Rule {
	around, keyword := cutLast(place)
	for at := around; at != ""; at, _ = cutLast(at) {
		var found []result.Rule
		for _, rule := range b.byPlace[at] {
			if rule.keyword == keyword {
				found = append(found, rule.Rule)
			}
		}
		if len(found) > 0 {
			i := slices.IndexFunc(found, func(r result.Rule) bool { return (r.Provenance == result.Documented) == gross })
			rule := found[max(i, 0)]
			rule.Pointer = place
			return rule
		}
	}
	return result.Rule{ID: keyword, Text: "What this document says with the keyword " + keyword + ".", Provenance: result.Documented, Pointer: place}
}

// cutLast takes the last token from a JSON Pointer.
func cutLast(pointer string) (around, token string) {
	i := strings.LastIndexByte(pointer, '/')
	if i < 0 {
		return "", pointer
	}
	return pointer[:i], pointer[i+1:]
}

// OfAnswer finds the rule that an answer breaks.
func (b *RuleBook) OfAnswer(v judge.Violation) result.Rule {
	switch {
	case strings.HasPrefix(v.Path, "header RateLimit-"):
		rule := b.Of("rate-limit-headers")
		rule.Pointer = cmp.Or(v.Rule, rule.Pointer)
		return rule
	case v.Check == judge.DocumentedStatus:
		return b.Of("statuses")
	case v.Rule == "" || v.Check == judge.ContentType:
		return b.Of("answer-is-json")
	}
	place := v.Rule
	if around, keyword := cutLast(place); keyword == "nullable" {
		place = around + "/type" // null where it is not allowed is a value of the wrong type
	}
	return b.ofKeyword(place, true)
}

// ofRequest finds the rule that the body of a request breaks.
func (b *RuleBook) ofRequest(v judge.Violation, value any) result.Rule {
	if v.Pointer == "" && (v.Keyword == "nullable" || v.Keyword == "type") {
		return b.Of("body") // no object at all
	}
	return b.ofKeyword(v.Rule, v.Keyword != "format" || !plausible(ValueAt(value, v.Pointer)))
}
