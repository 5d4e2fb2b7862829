package plan

import (
	"maps"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// examples sends the request examples of the contract as they are, but for the run's tag, and then every documented
// property at once.
func (p *planner) examples() {
	for _, name := range slices.Sorted(maps.Keys(p.requestExamples())) {
		tree := p.tagged(jsontree.Of(p.requestExamples()[name]))
		p.add(p.build.of(tree), result.PhaseExamples, weightExample, name)
	}
	if p.schema == nil {
		p.addRequest(weightExample, "no body", p.build.with(nil))
		return
	}
	full := p.gen.full(p.schema)
	p.addTree(weightExample, "every property", full)
	p.addTree(weightExample, "every property again", full).Rule = "repeat-is-new"
}

func (p *planner) requestExamples() map[string]any {
	examples := map[string]any{}
	if p.op.Spec.RequestBody == nil {
		return examples
	}
	media := p.op.Spec.RequestBody.Value.Content[p.build.media]
	if media == nil {
		return examples
	}
	if media.Example != nil {
		examples["example"] = media.Example
	}
	for name, ref := range media.Examples {
		if ref.Value != nil && ref.Value.Value != nil {
			examples[name] = ref.Value.Value
		}
	}
	return examples
}

// tagged adds the run's tag to a customer's tags, so that whoever finds the customer on a live server knows where it
// comes from. The mock gets the examples untouched.
func (p *planner) tagged(tree any) any {
	if p.contract.Mode == exchange.Mock {
		return tree
	}
	tags, _ := member0(tree, "tags").([]any)
	labelled := jsontree.With(tree, jsontree.Way{"tags"}, append([]any{p.options.Tag}, tags...))
	if p.schema == nil || exchange.Properties(p.schema)["tags"] == nil || !p.contract.Judge.Accepts(p.schema, jsontree.ValueOf(labelled)) {
		return tree
	}
	return labelled
}

func member0(tree any, name string) any {
	members, _ := tree.(jsontree.Object)
	for _, m := range members {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}
