package contractdiff

import (
	"maps"
	"slices"
	"strings"
)

// leaf is a place at which two documents differ: a member, or an item of a set, that only one has, or a value that is another.
type leaf struct {
	path         []string // from the root of the form that is compared
	keyword      string   // what differs: a keyword, or where names of the API's own are, which kind: properties, responses, headers …
	name         string   // which of these names, or which item of a set; else empty
	ours, theirs *node    // nil where the document has none
	// Around them, from the root to the nearest; where one document has no such place, its list is as long as what it has of the path.
	aroundOurs, aroundTheirs []*node
}

// walker collects the places at which two documents differ.
type walker struct {
	path         []string
	ours, theirs []*node
	leaves       []leaf
}

func (w *walker) found(keyword, name string, ours, theirs *node) {
	path := append(slices.Clone(w.path), keyword)
	if w.ours[len(w.ours)-1].fold != nil || name != "" {
		path[len(path)-1] = name
	}
	w.leaves = append(w.leaves, leaf{
		path: path, keyword: keyword, name: name, ours: ours, theirs: theirs,
		aroundOurs: slices.Clone(w.ours), aroundTheirs: slices.Clone(w.theirs),
	})
}

// within walks a pair of values.
func (w *walker) within(name string, ours, theirs *node) {
	w.path = append(w.path, name)
	w.ours, w.theirs = append(w.ours, ours), append(w.theirs, theirs)
	w.pair(name, ours, theirs)
	w.path = w.path[:len(w.path)-1]
	w.ours, w.theirs = w.ours[:len(w.ours)-1], w.theirs[:len(w.theirs)-1]
}

// sets are lists whose order says nothing.
var sets = map[string]bool{"required": true, "enum": true, "type": true, "security": true}

func (w *walker) pair(name string, ours, theirs *node) {
	switch {
	case ours.members != nil && theirs.members != nil:
		w.members(name, ours, theirs)
	case ours.list && theirs.list && sets[name]:
		w.set(name, ours, theirs)
	case ours.list && theirs.list && len(ours.items) == len(theirs.items):
		for i := range ours.items {
			w.within(name, ours.items[i], theirs.items[i])
		}
	}
}

func (w *walker) members(kind string, ours, theirs *node) {
	for _, name := range sortedKeys(union(ours.members, theirs.members)) {
		o, t := ours.members[name], theirs.members[name]
		keyword, thing := name, ""
		if ours.fold != nil {
			keyword, thing = kind, name
			if len(w.path) == 2 && (w.path[0] == "paths" || w.path[0] == "webhooks") {
				keyword = "operations"
			}
		}
		if ours.fold == nil {
			o, t = orEmpty(name, o, t, ours), orEmpty(name, t, o, theirs)
		}
		switch {
		case o == nil || t == nil:
			w.found(keyword, thing, o, t)
		case detailed(name, o, t) || ours.fold != nil && o.members != nil && t.members != nil:
			w.within(name, o, t)
		case o.json() != t.json():
			w.found(keyword, thing, o, t)
		}
	}
}

// orEmpty is n, or where only the other document has a list of required names, or names of the API's own, none of them: each is told for itself.
func orEmpty(name string, n, other, around *node) *node {
	if n != nil || other == nil || (name != "required" || !other.list) && other.fold == nil {
		return n
	}
	none := mapping(around)
	if none.fold = other.fold; other.list {
		none.members, none.list = nil, true
	}
	return none
}

// detailed says whether what differs between two values can be told in more detail than that they differ.
func detailed(name string, ours, theirs *node) bool {
	switch {
	case ours.members != nil && theirs.members != nil:
		return name != "default" && name != "discriminator" && name != "flows" && name != "dependentRequired"
	case ours.list && theirs.list:
		return sets[name] || len(ours.items) == len(theirs.items) && name != "default"
	default:
		return false
	}
}

// set tells of the items that only one list has.
func (w *walker) set(keyword string, ours, theirs *node) {
	has := func(list *node, item *node) bool {
		return slices.ContainsFunc(list.items, func(other *node) bool { return other.json() == item.json() })
	}
	for _, item := range ours.items {
		if !has(theirs, item) {
			w.found(keyword, item.json(), item, nil)
		}
	}
	for _, item := range theirs.items {
		if !has(ours, item) {
			w.found(keyword, item.json(), nil, item)
		}
	}
}

func union(a, b map[string]*node) map[string]*node {
	all := make(map[string]*node, len(a)+len(b))
	maps.Copy(all, a)
	maps.Copy(all, b)
	return all
}

// respell gives names of theirs that fold to one of ours our spelling, so that both are found under one.
func respell(ours, theirs *node) {
	if ours.fold != nil && theirs.fold != nil {
		for _, name := range theirs.keys() {
			own, found := ours.spelled[ours.fold(name)]
			if !found || own == name {
				continue
			}
			child := theirs.members[name]
			delete(theirs.members, name)
			theirs.members[own] = child
			if _, header, found := strings.Cut(own, "header "); found && child.get("name") != nil {
				child.members["name"].scalar = quoted(header)
			}
		}
	}
	for name, child := range theirs.members {
		if o := ours.get(name); o != nil {
			respell(o, child)
		}
	}
	for i, item := range theirs.items {
		if i < len(ours.items) {
			respell(ours.items[i], item)
		}
	}
}
