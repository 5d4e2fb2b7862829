package contracttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A property that was sent and does not come back is lost, or left out: an optional property of an answer may be absent.
// One exchange does not tell which; all of them do.

// lostVariant is the variant of a property that did not come back.
const lostVariant = "lost"

// sighting is one property of one customer that was sent, and whether it came back.
type sighting struct {
	back bool
	// size is the length of what was sent: characters of a text, items of a list, properties of an object.
	size int
	// traits are what could explain a loss: which properties stood beside it, and what the text has in it.
	traits map[string]bool
	sent   string // as a message shows it
	by     *verdict
}

// sightings are those of one run, by place.
type sightings map[string][]sighting

// mostSightings bounds what is remembered of one place, and mostPlaces how many places are.
const (
	mostSightings = 2_000
	mostPlaces    = 2_000
)

// note remembers a property that was sent.
func (s sightings) note(place string, one sighting) {
	if known := s[place]; len(known) < mostSightings && (known != nil || len(s) < mostPlaces) {
		s[place] = append(known, one)
	}
}

// problems are the places at which something was lost: certainly so where it never came back, or where something that
// was sent explains when it does not; else the server may have left it out.
func (s sightings) problems() (problems []lostProblem) {
	for _, place := range slices.Sorted(maps.Keys(s)) {
		lost, back := split(s[place])
		if len(lost) == 0 {
			continue
		}
		first := slices.MinFunc(lost, func(a, b sighting) int { return len(a.by.c.request.body) - len(b.by.c.request.body) })
		p := problem{
			check: Echo, rule: first.by.suite.rules.of("stored-as-sent"), place: place, variant: lostVariant,
			message: fmt.Sprintf("%s: expected what was sent, %s, got nothing", place, first.sent),
		}
		switch why := explanation(lost, back); {
		case len(back) == 0:
			p.message += fmt.Sprintf(", in all of %d answers", len(lost))
		case why != "":
			p.message += fmt.Sprintf(", in %d of %d answers: it is lost where %s", len(lost), len(lost)+len(back), why)
		default:
			p.sure = uncertain
			p.message += fmt.Sprintf(", in %d of %d answers", len(lost), len(lost)+len(back))
		}
		for _, one := range lost {
			problems = append(problems, lostProblem{one.by, p})
		}
	}
	return problems
}

// lostProblem is a problem with the exchange that shows it.
type lostProblem struct {
	by *verdict
	problem
}

func split(all []sighting) (lost, back []sighting) {
	for _, one := range all {
		if one.back {
			back = append(back, one)
		} else {
			lost = append(lost, one)
		}
	}
	return lost, back
}

// explanation is what tells every loss from every return; empty where nothing does.
func explanation(lost, back []sighting) string {
	if len(lost) == 0 || len(back) == 0 {
		return ""
	}
	least, most := sizes(lost)
	leastBack, mostBack := sizes(back)
	switch {
	case least > mostBack:
		return fmt.Sprintf("its size is %d or more", least)
	case most < leastBack:
		return fmt.Sprintf("its size is %d or less", most)
	}
	for _, trait := range slices.Sorted(maps.Keys(traitsOf(lost, back))) {
		if all(lost, trait, true) && all(back, trait, false) {
			return trait
		}
		if all(lost, trait, false) && all(back, trait, true) {
			return "not: " + trait
		}
	}
	return ""
}

func sizes(of []sighting) (least, most int) {
	least, most = of[0].size, of[0].size
	for _, one := range of {
		least, most = min(least, one.size), max(most, one.size)
	}
	return least, most
}

func traitsOf(lists ...[]sighting) map[string]bool {
	names := map[string]bool{}
	for _, list := range lists {
		for _, one := range list {
			maps.Copy(names, one.traits)
		}
	}
	return names
}

func all(of []sighting, trait string, has bool) bool {
	return !slices.ContainsFunc(of, func(s sighting) bool { return s.traits[trait] != has })
}

// traitsAround are the traits of a property of an object within another.
func traitsAround(name string, value any, beside, around map[string]any, index int) map[string]bool {
	traits := map[string]bool{}
	for other := range beside {
		if other != name {
			traits[other+" stands beside it"] = true
		}
	}
	for other := range around {
		traits[other+" is sent"] = true
	}
	if index > 0 {
		traits["it is not in the first item"] = true
	}
	text, _ := value.(string)
	for trait, has := range map[string]bool{
		"it has a character beyond ASCII":                 strings.ContainsFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }),
		"it has a character beyond the basic plane":       strings.ContainsFunc(text, func(c rune) bool { return c > 0xffff }),
		"it has a control character":                      strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }),
		"it has white space around it":                    strings.TrimSpace(text) != text,
		"it is white space":                               text != "" && strings.TrimSpace(text) == "",
		"it has a quote, a backslash or an angle bracket": strings.ContainsAny(text, `'"\<>`),
		"it is a word of JSON":                            text == "null" || text == "true" || text == "false",
		"it is a number":                                  text != "" && strings.Trim(text, "0123456789.") == "",
		"it has capitals":                                 strings.ToLower(text) != text,
		"it has something that looks like a web address":  strings.Contains(text, "://"),
		"it has a line break":                             strings.ContainsAny(text, "\r\n"),
	} {
		if has {
			traits[trait] = true
		}
	}
	return traits
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
