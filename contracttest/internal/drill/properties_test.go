package drill

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// schemas are properties of every type and with many a keyword, as JSON, by name.
const schemas = `
loyaltyPoints: {type: integer, format: int64, minimum: 0, maximum: 1000000, example: 42}
creditLimit: {type: number, minimum: 0, example: 12.5}
marketingConsent: {type: boolean, example: true}
lastSeen: {type: string, format: date-time, example: '2026-11-23T15:30:00+07:00'}
externalRef: {type: string, format: uuid, example: 123e4567-e89b-42d3-a456-426614174000}
website: {type: string, format: uri, example: https://shop.example.com}
nickname: {type: string, minLength: 1, maxLength: 50, example: Sis}
countryCode: {type: string, pattern: '^[A-Z]{2}$', example: ID}
channels: {type: array, maxItems: 3, items: {type: string, enum: [email, sms, whatsapp]}, example: [email, sms]}
preferences: {type: object, properties: {language: {type: string, enum: [en, id], example: en}, newsletter: {type: boolean, example: true}}}
`

// propertiesOfEveryKind adds them to what can be said of a customer and to what is answered, where each may be null.
func propertiesOfEveryKind(t *testing.T, c *copied) {
	var input, output strings.Builder
	for line := range strings.Lines(strings.TrimSpace(schemas)) {
		line = "        " + strings.TrimSpace(line)
		input.WriteString(line + "\n")
		output.WriteString(strings.TrimSuffix(line, "}") + ", nullable: true}\n")
	}
	c.before(t, contract, "        imageUrl:\n          description: Where a picture", input.String())
	c.before(t, contract, "        imageUrl:\n          description: As it was sent.", output.String())
	c.generate(t)
	assert.Empty(t, c.build(t))
	c.add(t, "properties_probe.go.txt", "probe/probe_test.go")
	c.passesWithout(t, "TestMutation", "TestWrongServers") // which say how much of today's contract 90 requests show
	assert.Empty(t, c.edited)
}
