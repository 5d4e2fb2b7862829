package drill

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// optionalProperty adds a date to what can be said of a customer and to what is answered. The mock echoes it, the judge judges it, the client has it
// and the suite sends it, without an edit.
func optionalProperty(t *testing.T, c *copied) {
	const property = `        birthDate:
          description: The day on which the customer was born.
          type: string
          format: date
`
	const example = "          example: '1990-05-17'\n"
	c.before(t, contract, "        imageUrl:\n          description: Where a picture", property+example)
	c.before(t, contract, "        imageUrl:\n          description: As it was sent.", property+"          nullable: true\n"+example)
	c.generate(t)
	assert.Empty(t, c.build(t))
	c.add(t, "property_probe.go.txt", "probe/probe_test.go")
	c.passes(t)
	assert.Empty(t, c.edited)
}
