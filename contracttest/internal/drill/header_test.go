package drill

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// keyHeader renames the header of the API key, as a banner on the vendor's "Introduction" page announces. The README's text is replaced too, and
// the example that it shows: the generator of that one's client is another's, and its program spells the header.
func keyHeader(t *testing.T, c *copied) {
	const old, renamed = "x-api-key", "x-bitbybit-key"
	c.replaceAll(t, contract, old, renamed)
	for _, file := range []string{"README.md", "examples/typescript/create.ts"} {
		c.replaceAll(t, file, old, renamed)
	}
	c.edited = nil // the README's text, and the example that it shows, apart
	c.generate(t)
	assert.Empty(t, c.build(t))
	c.passes(t)
	assert.Empty(t, c.edited)
}
