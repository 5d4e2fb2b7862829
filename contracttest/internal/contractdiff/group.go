package contractdiff

import (
	"slices"
	"strconv"
	"strings"
)

// Group says of which kind a difference is, seen from our document.
type Group string

// The groups, in the order of a report.
const (
	New      Group = "new there"      // a name that only theirs has: a property, a status, a value of an enum …
	Gone     Group = "gone there"     // one that only ours has
	Stricter Group = "stricter there" // theirs has a constraint more, or a tighter one
	Looser   Group = "looser there"   // theirs has one less, or a wider one
	Changed  Group = "changed there"  // neither of the two
)

var groups = []Group{New, Gone, Stricter, Looser, Changed}

// group says of which kind a difference is.
func (l leaf) group() Group {
	thing := l.aroundOurs[len(l.aroundOurs)-1].fold != nil || l.keyword == "enum" && l.name != ""
	switch {
	case thing && l.ours == nil:
		return New
	case thing && l.theirs == nil:
		return Gone
	case l.keyword == "nullable" || l.keyword == "type" && l.name != "" || l.keyword == "security" && l.name != "":
		if l.ours == nil {
			return Looser
		}
		return Stricter
	case notConstraints[l.keyword]:
		return Changed
	case l.ours == nil:
		return Stricter
	case l.theirs == nil:
		return Looser
	}
	x, err := strconv.ParseFloat(l.ours.scalar, 64)
	y, wrong := strconv.ParseFloat(l.theirs.scalar, 64)
	upper, lower := strings.HasPrefix(l.keyword, "max") || l.keyword == "exclusiveMaximum", strings.HasPrefix(l.keyword, "min") || l.keyword == "exclusiveMinimum"
	switch {
	case err != nil || wrong != nil || !upper && !lower:
		return Changed
	case upper == (y < x):
		return Stricter
	default:
		return Looser
	}
}

// mayBreak is the safe answer where oasdiff says nothing, as of additionalProperties (oasdiff issue 1054): a caller is refused what it may send, or gets
// what it does not expect.
func (l leaf) mayBreak(g Group) bool {
	switch {
	case notConstraints[l.keyword]:
		return false
	case slices.Contains(l.path, "responses"):
		return g == Looser || g == Changed
	default:
		return g == Stricter || g == Changed
	}
}

// notConstraints are keywords that neither allow nor forbid a value.
var notConstraints = map[string]bool{
	"default": true, "deprecated": true, "readOnly": true, "writeOnly": true, "discriminator": true, "contentEncoding": true, "contentMediaType": true,
	"contentSchema": true, "style": true, "explode": true,
}
