package plan

import (
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// keys tries each way of a wrong key. None is made of the real one: what is printed must not help to guess it.
func (p *planner) keys() {
	if p.build.credential == nil {
		return
	}
	wrong := func(weight int, label, key string) {
		r := p.build.keyless(p.body())
		p.build.credential.Apply(&r, key)
		p.addRequest(weight, "key/"+label, r)
	}
	p.addRequest(weightKey, "key/absent", p.build.keyless(p.body()))
	wrong(weightKey, "of another shape", "sk_0123456789abcdef")
	wrong(weightKey, "empty", "")
	wrong(weightKey, "prefix alone", gen.KeyPrefixTest)
	wrong(weightMore, "prefix in capitals", strings.ToUpper(gen.KeyPrefixTest)+"0123456789abcdef")
	wrong(weightMore, "prefix of another kind", "bbb_prod_0123456789abcdef")
	wrong(weightMore, "prefix in the middle", "x"+gen.KeyPrefixTest+"0123456789abcdef")
	wrong(weightMore, "with a space", gen.KeyPrefixTest+"0123 456789abcdef")
	wrong(weightMore, "beyond ASCII", gen.KeyPrefixTest+"ключ")
	wrong(weightMore, "too long", gen.KeyPrefixTest+strings.Repeat("a", 300))

	if p.schema != nil { // the key is judged before the body
		noKey := p.build.keyless([]byte(`{`))
		p.addRequest(weightMore, "key/absent and body malformed", noKey)
		badKey := p.build.keyless([]byte(`{}`))
		p.build.credential.Apply(&badKey, "sk_0123456789abcdef")
		p.addRequest(weightMore, "key/of another shape and body invalid", badKey)
	}
	p.misplaced()
}

// misplaced puts the good key where it does not belong.
func (p *planner) misplaced() {
	name, key := p.build.credential.Name, p.build.key
	elsewhere := []struct {
		label  string
		weight int
		put    func(*exchange.Request)
	}{
		{"in the query", weightKey, func(r *exchange.Request) { r.Ask(name, key) }},
		{"in Authorization", weightKey, func(r *exchange.Request) { r.Header.Set("Authorization", "Bearer "+key) }},
		{"in X-Bitbybit-Key", weightKey, func(r *exchange.Request) { r.Header.Set("X-Bitbybit-Key", key) }},
		{"in Api-Key", weightMore, func(r *exchange.Request) { r.Header.Set("Api-Key", key) }},
		{"in Apikey", weightMore, func(r *exchange.Request) { r.Header.Set("Apikey", key) }},
		{"in a cookie", weightKey, func(r *exchange.Request) { r.Header.Set("Cookie", name+"="+key) }},
	}
	for _, e := range elsewhere {
		r := p.build.keyless(p.body())
		e.put(&r)
		if _, found := p.build.credential.Read(r); !found {
			p.addRequest(e.weight, "key/"+e.label, r)
		}
	}
}

// small is a small valid body.
func (p *planner) small() any {
	way := jsontree.Way{"body"}
	if names := slices.Concat(p.schema.Required, Alternatives(p.schema)); len(names) > 0 {
		way = jsontree.Way{names[0]}
	}
	return p.around(way)
}

// body is the small one as it is sent.
func (p *planner) body() []byte {
	if p.schema == nil {
		return nil
	}
	return jsontree.Encode(p.small())
}
