package verify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// mostFaults is how many things that are wrong with a payload are told.
const mostFaults = 5

// customer says why a receiver of this project does not read a payload as a customer: what the contract names must be spelled as it spells it, be
// there once and have its type. What the contract demands beyond that is noted.
func (c *check) customer(v value) {
	p := customer{judge: judge.Contract()}
	switch id := v.member("id"); {
	case v.kind != jsontext.KindBeginObject, id.kind == jsontext.KindNull, id.kind == jsontext.KindString && len(id.runes) == 0, id.kind == jsontext.KindInvalid:
		p.faults = []string{"It is no customer: it must be an object with an id."}
	default:
		p.value(v, payload(), "")
	}
	c.AboutBody = append(c.AboutBody, p.faults...)
	if c.Signature && len(p.missing) > 0 {
		c.Notes = append(c.Notes, "The contract requires what is not there: "+strings.Join(p.missing, ", ")+". A strict receiver refuses it.")
	}
}

// customer is what is found in a payload.
type customer struct {
	judge           *judge.Judge
	faults, missing []string
}

func (p *customer) fault(format string, args ...any) {
	if len(p.faults) < mostFaults {
		p.faults = append(p.faults, fmt.Sprintf(format, args...))
	}
}

// value looks at a value for which there is a schema. null is what is missing.
func (p *customer) value(v value, s schema, at string) {
	if v.kind == jsontext.KindNull || s.ref == nil || s.ref.Value == nil || len(p.faults) >= mostFaults {
		return
	}
	switch want := s.ref.Value.Type; {
	case want.Is("object") && v.kind == jsontext.KindBeginObject:
		p.object(v, s, at)
	case want.Is("array") && v.kind == jsontext.KindBeginArray:
		for i, element := range v.elements {
			p.value(element, s.items(), at+"["+strconv.Itoa(i)+"]")
		}
	case want.Is("object"), want.Is("array"), want.Is("string") && v.kind != jsontext.KindString:
		p.fault("It is no customer: %s must be of type %s.", at, want.Slice()[0])
	case want.Is("string") && s.ref.Value.Format == "date-time" && !p.judge.Accepts(s.ref.Value, string(v.runes)):
		p.fault("It is no customer: %s must be a time of RFC 3339.", at)
	}
}

func (p *customer) object(v value, s schema, at string) {
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	seen := map[string]bool{}
	names := s.names()
	for _, m := range v.members {
		spelled := string(m.name)
		i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, spelled) })
		switch {
		case i < 0:
			continue
		case names[i] != spelled:
			p.fault("%s is spelled %s: a receiver refuses what it could take for either.", below(names[i]), quote(spelled))
		case seen[spelled]:
			p.fault("%s is there more than once: receivers disagree on which one counts.", below(spelled))
		}
		seen[names[i]] = true
		p.value(m.value, s.property(names[i]), below(names[i]))
	}
	for _, name := range s.ref.Value.Required {
		kind := v.member(name).kind
		if (kind == jsontext.KindInvalid || kind == jsontext.KindNull) && len(p.missing) < mostFaults {
			p.missing = append(p.missing, below(name))
		}
	}
}

// member is the last member of a name; one of no kind where there is none.
func (v value) member(name string) (last value) {
	for _, m := range v.members {
		if string(m.name) == name {
			last = m.value
		}
	}
	return last
}
