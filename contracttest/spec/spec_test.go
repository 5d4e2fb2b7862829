package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// TestTheContractHasNoAliases keeps YAML's anchors and aliases out of openapi.yaml: Specmatic loses what comes by one.
func TestTheContractHasNoAliases(t *testing.T) {
	t.Parallel()
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal(spec.YAML(), &document))
	var look func(node *yaml.Node)
	look = func(node *yaml.Node) {
		assert.NotEqual(t, yaml.AliasNode, node.Kind, "line %d: write out what the alias stands for", node.Line)
		assert.Empty(t, node.Anchor, "line %d", node.Line)
		for _, child := range node.Content {
			look(child)
		}
	}
	look(&document)
}

func TestYAMLIsACopy(t *testing.T) {
	t.Parallel()
	text := spec.YAML()
	require.NotEmpty(t, text)
	first := text[0]
	text[0]++
	assert.Equal(t, first, spec.YAML()[0])
}

func TestLine(t *testing.T) {
	t.Parallel()
	assert.Zero(t, spec.Line(""))
	assert.Zero(t, spec.Line("/nowhere"))
	assert.Equal(t, spec.Line("/components/schemas/Error"), spec.Line("/components/schemas/Error/nowhere"), "the nearest part around it")
	assert.Positive(t, spec.Line("/paths/~1customers/post/responses/400/content/application~1json/schema/properties/error/properties/code/enum/0"))
}
