package check

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// A property that was sent and does not come back is lost, or left out: an optional property of an answer may be absent.
// One exchange does not tell which; all of them do.

// LostVariant is the variant of a property that did not come back.
const LostVariant = "lost"

// LeftOutVariant is that of one that did not come back at times, and may have been left out: another one, so that a baseline
// with it does not hide a loss.
const LeftOutVariant = "left out"

// Sighting is one property of one customer that was sent, and whether it came back.
type Sighting struct {
	Back bool
	// size is the length of what was sent: characters of a text, items of a list, properties of an object.
	size int
	// looks are what the text has in it, as bits of textLooks; beside and around are the names of the properties that
	// were sent with it in its object and in the whole body.
	looks          uint
	beside, around []string
	index, items   int            // of the item that it is in, and how many there are; 0 outside lists
	lists          map[string]int // how many items the lists of the whole body have
	body           int            // bytes of the whole body
	Sent           string         // as a message shows it; empty where it came back
	by             *Verdict
}

// lostCheck asks whether what was sent comes back at all, in all of the run.
var lostCheck = check{
	ids: []result.Check{result.Echo}, rules: []string{"stored-as-sent"}, run: func() watcher { return sightings{} },
}

// sightings are those of one run, by place.
type sightings map[string][]Sighting

func (s sightings) enter(v *Verdict, _ string) []Problem {
	if v.Contract.Mode == exchange.Watching {
		return nil // what others send is not kept; see Traffic
	}
	for _, one := range v.Sightings {
		s.note(one.Place, one.Sighting)
	}
	return nil
}

// mostSightings bounds what is remembered of one place, and mostPlaces how many places are.
const (
	mostSightings = 2_000
	mostPlaces    = 2_000
)

// LeftOut is the problem of a property that did not come back in one exchange. Whether it ever does is not known from it: until then the
// server may have left it out.
func (v *Verdict) LeftOut(one Placed) Problem {
	return Problem{
		Check: result.Echo, Rule: v.Contract.Rules.Of("stored-as-sent"), Sure: result.Uncertain, Place: one.Place, Variant: LeftOutVariant,
		Message: fmt.Sprintf("%s: expected what was sent, %s, got nothing", one.Place, one.Sent),
	}
}

// note remembers a property that was sent.
func (s sightings) note(place string, one Sighting) {
	if known := s[place]; len(known) < mostSightings && (known != nil || len(s) < mostPlaces) {
		s[place] = append(known, one)
	}
}

// end are the places at which something was lost: certainly so where it never came back, or where something that
// was sent explains when it does not; else the server may have left it out.
func (s sightings) end() (problems []Shown) {
	for _, place := range slices.Sorted(maps.Keys(s)) {
		lost, back := split(s[place])
		if len(lost) == 0 {
			continue
		}
		first := slices.MinFunc(lost, func(a, b Sighting) int { return len(a.by.Case.Request.Body) - len(b.by.Case.Request.Body) })
		p := Problem{
			Check: result.Echo, Rule: first.by.Contract.Rules.Of("stored-as-sent"), Place: place, Variant: LostVariant,
			Message: fmt.Sprintf("%s: expected what was sent, %s, got nothing", place, first.Sent),
		}
		switch why := explanation(lost, back); {
		case len(back) == 0:
			p.Message += fmt.Sprintf(", in all of %d answers", len(lost))
		case why != "":
			p.Message += fmt.Sprintf(", in %d of %d answers: it is lost where %s", len(lost), len(lost)+len(back), why)
		default:
			p.Sure, p.Variant = result.Uncertain, LeftOutVariant
			p.Message += fmt.Sprintf(", in %d of %d answers", len(lost), len(lost)+len(back))
		}
		for _, one := range lost {
			problems = append(problems, Shown{one.by, p})
		}
	}
	return problems
}

func split(all []Sighting) (lost, back []Sighting) {
	for _, one := range all {
		if one.Back {
			back = append(back, one)
		} else {
			lost = append(lost, one)
		}
	}
	return lost, back
}

// explanation is what tells every loss from every return; empty where nothing does.
func explanation(lost, back []Sighting) string {
	if len(lost) == 0 || len(back) == 0 {
		return ""
	}
	for _, quantity := range quantitiesOf(slices.Concat(lost, back)) {
		least, most := bounds(lost, quantity)
		leastBack, mostBack := bounds(back, quantity)
		switch {
		case least > mostBack:
			return fmt.Sprintf("%s is %d or more", quantity.name, least)
		case most < leastBack:
			return fmt.Sprintf("%s is %d or less", quantity.name, most)
		case least == most && !slices.ContainsFunc(back, func(s Sighting) bool { return quantity.of(s) == least }):
			return fmt.Sprintf("%s is %d", quantity.name, least)
		}
	}
	if !slices.ContainsFunc(lost, func(s Sighting) bool { return !meansNothing(s.Sent) }) {
		return "it is a word that servers take for nothing"
	}
	for _, trait := range traitsOf(slices.Concat(lost, back)) {
		if all(lost, trait, true) && all(back, trait, false) {
			return trait.name
		}
		if all(lost, trait, false) && all(back, trait, true) {
			return "not: " + trait.name
		}
	}
	return ""
}

// quantity is a number that a sighting has.
type quantity struct {
	name string
	of   func(Sighting) int
}

// quantitiesOf are the numbers that could tell sightings apart.
func quantitiesOf(sightings []Sighting) []quantity {
	quantities := []quantity{
		{"its size", func(s Sighting) int { return s.size }},
		{"the number of items in its list", func(s Sighting) int { return s.items }},
		{"the size of the body", func(s Sighting) int { return s.body }},
	}
	names := map[string]bool{}
	for _, one := range sightings {
		for name := range one.lists {
			names[name] = true
		}
	}
	for _, name := range exchange.SortedNames(names) {
		quantities = append(quantities, quantity{"the number of " + name, func(s Sighting) int { return s.lists[name] }})
	}
	return quantities
}

func bounds(of []Sighting, q quantity) (least, most int) {
	least, most = q.of(of[0]), q.of(of[0])
	for _, one := range of {
		least, most = min(least, q.of(one)), max(most, q.of(one))
	}
	return least, most
}

// meansNothing reports whether a value, as a message shows it, is a text that servers take for nothing.
func meansNothing(shown string) bool {
	text, err := strconv.Unquote(shown)
	return err == nil && (text == "null" || strings.TrimSpace(text) == "" || slices.Contains(exchange.EmptyWords, text))
}

// trait is something that can be so of a sighting.
type trait struct {
	name string
	of   func(Sighting) bool
}

// traitsOf are the traits that could tell sightings apart.
func traitsOf(sightings []Sighting) []trait {
	traits := []trait{
		{"it is not in the first item", func(s Sighting) bool { return s.index > 0 }},
		{"it is in the last of several items", func(s Sighting) bool { return s.items > 1 && s.index == s.items-1 }},
	}
	for i, look := range textLooks {
		traits = append(traits, trait{look.name, func(s Sighting) bool { return s.looks>>i&1 == 1 }})
	}
	beside, around := map[string]bool{}, map[string]bool{}
	for _, one := range sightings {
		for _, name := range one.beside {
			beside[name] = true
		}
		for _, name := range one.around {
			around[name] = true
		}
	}
	for _, name := range exchange.SortedNames(beside) {
		traits = append(traits, trait{name + " stands beside it", func(s Sighting) bool { return slices.Contains(s.beside, name) }})
	}
	for _, name := range exchange.SortedNames(around) {
		traits = append(traits, trait{name + " is sent", func(s Sighting) bool { return slices.Contains(s.around, name) }})
	}
	return traits
}

func all(of []Sighting, trait trait, has bool) bool {
	return !slices.ContainsFunc(of, func(s Sighting) bool { return trait.of(s) != has })
}

// textLooks are what a text can have in it that a server stumbles over.
var textLooks = []struct {
	name string
	of   func(text string) bool
}{
	{"it has a character beyond ASCII", func(s string) bool { return strings.ContainsFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) }},
	{"it has a character beyond the basic plane", func(s string) bool { return strings.ContainsFunc(s, func(c rune) bool { return c > 0xffff }) }},
	{"it has a control character", func(s string) bool { return strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) }},
	{"it has white space around it", func(s string) bool { return strings.TrimSpace(s) != s }},
	{"it has a quote, a backslash or an angle bracket", func(s string) bool { return strings.ContainsAny(s, `'"\<>`) }},
	{"it is a word of JSON", func(s string) bool { return s == "null" || s == "true" || s == "false" }},
	{"it is a number", func(s string) bool { return s != "" && strings.Trim(s, "0123456789.") == "" }},
	{"it looks like a web address", func(s string) bool { return strings.Contains(s, "://") }},
}

// looksOf are the looks of a value that is a text.
func looksOf(value any) (looks uint) {
	text, ok := value.(string)
	for i, look := range textLooks {
		if ok && look.of(text) {
			looks |= 1 << i
		}
	}
	return looks
}

// sizeOf is the length of a value.
func sizeOf(value any) int {
	switch value := value.(type) {
	case string:
		return utf8.RuneCountInString(value)
	case []any:
		return len(value)
	case map[string]any:
		return len(value)
	}
	return 0
}
