package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// idCheck asks whether every id is new, and says something.
var idCheck = check{
	ids: []result.Check{result.IDUnique}, rules: []string{"ids-unique", "id-shape"}, run: func() watcher { return ids{} },
}

// ids are the cases that showed an id first, by its place and the id.
type ids map[digest]string

func (ids) end() []Shown { return nil }

func (l ids) enter(v *Verdict, _ string) (problems []Problem) {
	if !v.Created() || !v.wants(result.IDUnique) {
		return nil
	}
	for _, found := range idsIn(v.Value, nil) {
		v.makes(result.IDUnique)
		place := Pattern(found.way.String())
		key := digestOf(v.Origin + " " + place + " " + found.id)
		switch first, ok := l[key]; {
		case found.id == "":
			problems = append(
				problems,
				Problem{
					Check:   result.IDUnique,
					Place:   place,
					Rule:    v.Contract.Rules.Of("ids-unique"),
					Variant: "empty",
					Message: place + ": expected an id, got an empty text",
				},
			)
		case strings.TrimSpace(found.id) != found.id:
			problems = append(problems, Problem{
				Check: result.IDUnique, Rule: v.Contract.Rules.Of("id-shape"), Place: place, Variant: "white space",
				Message: fmt.Sprintf("%s: expected an id without white space around it, got %s", place, short(found.id)),
			})
		case ok:
			problems = append(problems, Problem{
				Check: result.IDUnique, Place: place, Variant: "again", Rule: v.Contract.Rules.Of("ids-unique"),
				Message: fmt.Sprintf(
					"%s: expected an id of its own, got %s, which came before in %s", place, short(found.id), first,
				),
			})
		case len(l) < mostIDs:
			l[key] = v.Case.ID
		}
	}
	return problems
}

type foundID struct {
	way jsontree.Way
	id  string
}

// deepestID is how deep ids are looked for: a server can nest its answer as deep as it likes.
const deepestID = 64

// nested reports whether a value can have others in it.
func nested(value any) bool {
	switch value.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// idsIn lists the members of a value that are called id, sorted by their place.
func idsIn(value any, way jsontree.Way) (found []foundID) {
	if len(way) >= deepestID {
		return nil
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			if nested(item) {
				found = append(found, idsIn(item, way.Then(i))...)
			}
		}
	case map[string]any:
		var names []string
		for name, member := range value {
			if _, ok := member.(string); ok && name == "id" || nested(member) {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			if id, ok := value[name].(string); ok {
				found = append(found, foundID{way.Then(name), id})
				continue
			}
			found = append(found, idsIn(value[name], way.Then(name))...)
		}
	}
	return found
}
