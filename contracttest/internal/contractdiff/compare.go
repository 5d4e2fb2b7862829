package contractdiff

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/oasdiff/oasdiff/checker"
)

// Place is where a document says something.
type Place struct {
	Pointer string // JSON Pointer (RFC 6901) in the document as it was written
	Line    int    // counted from 1
}

// Difference is a place at which the documents differ. One that several operations or responses refer to is one difference.
type Difference struct {
	Group Group
	// What differs: a keyword, or the kind of a name, such as properties or responses.
	Keyword string
	// Name is the name that is new or gone, or the item of an enum or a required; else empty.
	Name string
	// Where says where in the API that is.
	Where []Where
	// Names are the operation and the properties, headers and so on that the place is in, from the outside.
	Names []string
	// Ours and Theirs are the values, as JSON; empty where the document has none.
	Ours, Theirs string
	// OurPlace is the place in our document, or the nearest one around it. TheirPlaces are those in theirs.
	OurPlace    Place
	TheirPlaces []Place
	// Means is what oasdiff says that it means for those who call the API.
	Means []string
	// Breaks says whether that breaks a caller, who keeps to our document.
	Breaks bool
	// Rules are the x-rules of our document about the place.
	Rules []Rule
}

// Result is how two documents differ.
type Result struct {
	OurName, TheirName string
	Differences        []Difference
	NotCompared        []string // what of our document theirs says nothing of
	Notes              []string // what was read as something that it is not
}

// Compare says how theirs differs from ours. Both are used up: a document can be compared once.
func Compare(ours, theirs *Document) (*Result, error) {
	r := &Result{OurName: ours.name, TheirName: theirs.name, Notes: append(ours.notes(), theirs.notes()...)}
	if webhooks := ours.root.get("webhooks"); len(webhooks.members) > 0 && len(theirs.root.get("webhooks").members) == 0 {
		r.NotCompared = append(r.NotCompared, "webhooks ("+strings.Join(webhooks.keys(), ", ")+"): "+theirs.name+" has none")
		webhooks.members = map[string]*node{}
	}
	relocated := relocate(ours, theirs)
	respell(ours.root, theirs.root)
	w := &walker{ours: []*node{ours.root}, theirs: []*node{theirs.root}}
	w.members("", ours.root, theirs.root)
	leaves := slices.DeleteFunc(w.leaves, requiredOfAnother)
	all, err := meanings(ours, theirs)
	if err != nil {
		return nil, err
	}
	means := assign(leaves, all)
	for i, l := range leaves {
		r.add(ours, l, means[i])
	}
	r.addBases(ours, theirs, relocated)
	slices.SortStableFunc(r.Differences, func(x, y Difference) int {
		return cmp.Or(slices.Index(groups, x.Group)-slices.Index(groups, y.Group), x.OurPlace.Line-y.OurPlace.Line,
			strings.Compare(x.Keyword, y.Keyword), strings.Compare(x.Name, y.Name), strings.Compare(x.Theirs, y.Theirs))
	})
	return r, nil
}

// requiredOfAnother says whether a required property is one that only one document has, which is told once.
func requiredOfAnother(l leaf) bool {
	if l.keyword != "required" || l.name == "" {
		return false
	}
	name, _ := strconv.Unquote(l.name)
	ours := l.aroundOurs[len(l.aroundOurs)-2].get("properties").get(name)
	theirs := l.aroundTheirs[len(l.aroundTheirs)-2].get("properties").get(name)
	return (ours == nil) != (theirs == nil)
}

// assign finds for each thing that oasdiff says the leaf that it is about.
func assign(leaves []leaf, all []meaning) [][]meaning {
	inside := map[*node]int{}
	var note func(n *node, i int)
	note = func(n *node, i int) {
		if n == nil {
			return
		}
		inside[n] = i
		for _, child := range n.members {
			note(child, i)
		}
		for _, child := range n.items {
			note(child, i)
		}
	}
	for i, l := range leaves {
		note(l.ours, i)
		note(l.theirs, i)
	}
	means := make([][]meaning, len(leaves))
	for _, m := range all {
		best, depth := -1, -1
		if i, found := inside[m.at]; found {
			best = i
		} else {
			for i, l := range leaves {
				if d := l.depth(m); d > depth {
					best, depth = i, d
				}
			}
		}
		if best >= 0 {
			means[best] = append(means[best], m)
		}
	}
	return means
}

// depth says how near to a leaf a place is that is around it, if what is said there is about the leaf's keyword; -1 where it is not.
func (l leaf) depth(m meaning) int {
	if m.at == nil || !slices.Contains(m.keywords, l.keyword) {
		return -1
	}
	if l.keyword == "required" && l.name != "" {
		name, _ := strconv.Unquote(l.name)
		for _, around := range [][]*node{l.aroundOurs, l.aroundTheirs} {
			if around[len(around)-2].get("properties").get(name) == m.at {
				return len(around) + 1
			}
		}
	}
	return max(slices.Index(l.aroundOurs, m.at), slices.Index(l.aroundTheirs, m.at))
}

// ofStatus is what oasdiff's texts say of the response, which [Difference.Where] says.
var ofStatus = regexp.MustCompile(" (for|from|to) the (response |response with the )?(status `[^`]*`|`[^`]*` status)$")

// add adds a leaf to the differences, or to the difference that it is another use of.
func (r *Result) add(ours *Document, l leaf, means []meaning) {
	d := Difference{
		Group: l.group(), Keyword: l.keyword, Name: printable(unquoted(l.name)), Where: []Where{where(l.path)}, Names: names(l.path),
		OurPlace: l.place(l.ours, l.aroundOurs), Rules: l.rules(ours.rules),
	}
	if l.ours != nil {
		d.Ours = l.ours.json()
	}
	if l.theirs != nil {
		d.Theirs = l.theirs.json()
	}
	d.TheirPlaces = []Place{l.place(l.theirs, l.aroundTheirs)}
	localize := checker.NewDefaultLocalizer()
	d.Breaks = len(means) == 0 && l.mayBreak(d.Group)
	for _, m := range means {
		d.Breaks = d.Breaks || m.level() == checker.ERR
		d.Means = append(d.Means, printable(ofStatus.ReplaceAllString(m.other.GetUncolorizedText(localize), "")))
	}
	slices.Sort(d.Means)
	d.Means = slices.Compact(d.Means)
	for i := range r.Differences {
		o := &r.Differences[i]
		if o.OurPlace != d.OurPlace || o.Keyword != d.Keyword || o.Name != d.Name || o.Ours != d.Ours || o.Theirs != d.Theirs {
			continue
		}
		o.Where = addWhere(o.Where, d.Where[0])
		o.Breaks = o.Breaks || d.Breaks
		if !slices.Contains(o.TheirPlaces, d.TheirPlaces[0]) {
			o.TheirPlaces = append(o.TheirPlaces, d.TheirPlaces[0])
		}
		return
	}
	r.Differences = append(r.Differences, d)
}

// place is where a document has a value, or what is around it.
func (l leaf) place(n *node, around []*node) Place {
	if n == nil {
		n = around[len(around)-1]
		// A schema that was merged has what it says from several places; that of its properties is the nearest.
		for _, name := range []string{"properties", "type"} {
			if child := n.get(name); child != nil && n.fold == nil {
				return Place{child.pointer[:strings.LastIndexByte(child.pointer, '/')], child.under}
			}
		}
	}
	return Place{n.pointer, n.line}
}

func unquoted(name string) string {
	if s, err := strconv.Unquote(name); err == nil {
		return s
	}
	return name
}
