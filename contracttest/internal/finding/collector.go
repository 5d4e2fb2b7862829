package finding

import (
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Bounds of what a finding keeps.
const (
	mostVariants = 100
	mostCases    = 10 // of a variant
)

// Group is a finding while its cases are collected.
type Group struct {
	result.Finding
	Exchange *exchange.Exchange // whose request is shown; nil where only the whole run shows the finding
	Problem  check.Problem      // of that exchange
	variants map[string]int
	shown    int            // the variant that is shown
	last     string         // the id of the last case that shows it
	lastOf   map[int]string // the same of each variant
}

// cause tells findings apart.
type cause struct {
	check    result.Check
	rule     string
	severity result.Severity
}

// Collector groups problems that have one cause. It is not safe for concurrent use.
type Collector struct {
	// Strict is set where assumed rules weigh as much as documented ones.
	Strict bool
	// Baseline has the findings that are known; nil is none.
	Baseline *result.Baseline
	// AtOnce is set where each variant is shown when it comes, as in traffic, and not the one that most exchanges show.
	AtOnce bool
	// Groups are the findings, in the order in which they were found.
	Groups []*Group

	byCause map[cause]*Group
}

// Add notes a problem, and reports whether it is a variant that was not there before. describe says what of a new one is shown; nil shows it
// as it is, but for the API key.
func (c *Collector) Add(x *exchange.Exchange, p check.Problem, describe func(check.Problem) check.Problem) (g *Group, added bool) {
	key := cause{p.Check, p.Rule.ID, result.SeverityOf(p.Rule.Provenance, p.Sure, c.Strict)}
	if p.Check == result.DocumentedStatus {
		key.rule = "statuses" // whatever the request is
	}
	g = c.group(key)
	own := x == nil || g.last != x.Case.ID // the first that this exchange shows
	if own {
		g.Count++
	}
	id := p.Fingerprint(x)
	known := c.Baseline.Has(id)
	i, found := g.variants[id]
	if !found && len(g.Variants) < mostVariants {
		i, added = len(g.Variants), true
		g.variants[id] = i
		if describe != nil {
			p = describe(p)
		}
		g.Variants = append(g.Variants, variantOf(x, p, known, id))
	}
	if found || added {
		g.count(i, x)
		if c.AtOnce && added || !c.AtOnce && c.shows(g, i, x, known) {
			g.Exchange, g.Problem, g.shown = x, p, i
		}
	}
	if g.Known = g.Known && known; x != nil {
		g.last = x.Case.ID
	}
	return g, added
}

// group is the one of a cause.
func (c *Collector) group(of cause) *Group {
	if g := c.byCause[of]; g != nil {
		return g
	}
	g := &Group{Finding: result.Finding{Check: of.check, Severity: of.severity, Known: true}, variants: map[string]int{}, lastOf: map[int]string{}}
	if c.byCause == nil {
		c.byCause = map[cause]*Group{}
	}
	c.byCause[of] = g
	c.Groups = append(c.Groups, g)
	return g
}

// variantOf is a problem of an exchange as a variant, without the API key; x is nil where only the whole run shows it.
func variantOf(x *exchange.Exchange, p check.Problem, known bool, fingerprint string) result.Variant {
	place, message := p.Place, p.Message
	if x != nil {
		place, message = x.Mask.Text(place), x.Mask.Text(message)
	}
	return result.Variant{Place: place, Message: message, Known: known, Fingerprint: fingerprint}
}

// count notes that an exchange shows a variant; x is nil where only the whole run does.
func (g *Group) count(i int, x *exchange.Exchange) {
	v := &g.Variants[i]
	if x == nil {
		v.Count++
		return
	}
	if g.lastOf[i] != x.Case.ID {
		v.Count++
	}
	if g.lastOf[i] = x.Case.ID; len(v.Cases) < mostCases && !slices.Contains(v.Cases, x.Case.ID) {
		v.Cases = append(v.Cases, x.Case.ID)
	}
}

// shows reports whether a variant that was just seen is the one to show: one that the baseline does not know before one
// that it does, then the one that most exchanges show, with the smallest request.
func (c *Collector) shows(g *Group, i int, x *exchange.Exchange, known bool) bool {
	switch before := g.Variants[g.shown]; {
	case g.Problem.Check == "":
		return true // the first
	case before.Known != known:
		return before.Known
	case i == g.shown:
		return smaller(x, g.Exchange)
	default:
		return g.Variants[i].Count > before.Count
	}
}

// smaller reports whether a request is easier to look at than another.
func smaller(x, than *exchange.Exchange) bool {
	return x != nil && than != nil && len(x.Case.Request.Body) < len(than.Case.Request.Body)
}
