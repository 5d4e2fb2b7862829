package drill

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// keyHeader renames the header of the API key, as a banner on the vendor's "Introduction" page announces. The text of the README and of an example
// are replaced too; neither decides anything.
func keyHeader(t *testing.T, c *copied) {
	const old, renamed = "x-api-key", "x-bitbybit-key"
	c.replaceAll(t, contract, old, renamed)
	c.replaceAll(t, "README.md", old, renamed)
	c.edited = nil // the README's text apart
	c.generate(t)
	assert.Empty(t, c.build(t))
	c.passes(t)
	assert.Empty(t, c.edited)
}
