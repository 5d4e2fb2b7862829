package drill

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyHeader renames the header of the API key, as a banner on the vendor's "Introduction" page announces. The text of README.md and of the guides is
// replaced too, and the example that they show: the generator of that one's client is another's, and its program spells the header.
func keyHeader(t *testing.T, c *copied) {
	const old, renamed = "x-api-key", "x-bitbybit-key"
	c.replaceAll(t, contract, old, renamed)
	guides, err := fs.Glob(os.DirFS(c.dir), "docs/*.md")
	require.NoError(t, err)
	for _, file := range append(guides, "README.md", "examples/typescript/create.ts") {
		if strings.Contains(c.read(t, file), old) {
			c.replaceAll(t, file, old, renamed)
		}
	}
	c.edited = nil // the text, and the example that it shows, apart
	c.generate(t)
	assert.Empty(t, c.build(t))
	c.passes(t)
	assert.Empty(t, c.edited)
}
