package mask_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

const document = `{
  "openapi": "3.0.3", "info": {"title": "t", "version": "1"},
  "paths": {"/things": {"post": {
    "operationId": "create",
    "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {
      "uuid": {"type": "string", "format": "uuid"},
      "seen": {"type": "string", "format": "date-time"},
      "born": {"type": "string", "format": "date"},
      "email": {"type": "string", "format": "email"},
      "plate": {"type": "string", "pattern": "^[A-Z]{2} [0-9]{3}$"},
      "points": {"type": "integer", "minimum": 20, "maximum": 1000000},
      "price": {"type": "number", "multipleOf": 0.5},
      "dates": {"type": "array", "items": {"type": "string", "format": "date"}}
    }}}}},
    "responses": {"201": {"description": "d"}}
  }}}
}`

// TestMaskingKeepsTheVerdict has a value masked that the contract takes, and one that it does not.
func TestMaskingKeepsTheVerdict(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(document))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	properties := doc.Paths.Find("/things").Post.RequestBody.Value.Content["application/json"].Schema.Value.Properties
	contract := mask.Of(j)
	for name, values := range map[string][]any{
		"uuid":   {"0f5e263d-57cd-4b99-8c12-dcea1bfb4bc3", "0F5E263D-57CD-4B99-8C12-DCEA1BFB4BC3", "0f5e263d", "0g5e263d-57cd-4b99-8c12-dcea1bfb4bc3"},
		"seen":   {"2026-11-29T02:13:23Z", "2026-11-29t02:13:23.123+07:00", "2026-11-29 02:13:23", "2026-13-29T02:13:23Z", "yesterday"},
		"born":   {"1977-04-05", "1977-02-30", "5.4.1977"},
		"email":  {"wilhelmina.zweig@quarzwerk.example", "wilhelmina", "wilhelmina@77"},
		"plate":  {"KL 775", "kl 775", "KLM 775"},
		"points": {20.0, 999.0, 1000000.0, 3.0, 1000001.0, 77.5},
		"price":  {77.5, 3.0, 77.3},
		"dates":  {"1977-04-05", "1977-02-30"},
	} {
		schema := properties[name].Value
		if schema.Items != nil {
			schema = schema.Items.Value
		}
		for _, value := range values {
			spelled, err := json.Marshal(value)
			require.NoError(t, err)
			body := `{"` + name + `":` + string(spelled) + `}`
			masked := contract.Exchange([]byte(body)).Body([]byte(body))
			var got map[string]any
			require.NoError(t, json.Unmarshal(masked, &got), string(masked))
			assert.Equal(t, j.Accepts(schema, value), j.Accepts(schema, got[name]), "%s became %s", body, masked)
			if value != 20.0 && value != 1000000.0 && value != 1000001.0 { // which are the bounds
				assert.NotEqual(t, value, got[name])
			}
		}
	}
}
