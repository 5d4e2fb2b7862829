package mutate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/mutate"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

func mutants(t *testing.T) []mutate.Mutant {
	document, err := spec.GetSpecJSON()
	require.NoError(t, err)
	all, err := mutate.All(document)
	require.NoError(t, err)
	return all
}

func TestEveryMutantIsADocumentOfItsOwn(t *testing.T) {
	t.Parallel()
	original, err := spec.GetSpecJSON()
	require.NoError(t, err)
	var sorted map[string]any
	require.NoError(t, json.Unmarshal(original, &sorted))
	text, err := json.Marshal(sorted)
	require.NoError(t, err)

	seen := map[string]string{string(text): "the contract itself"}
	names := map[string]bool{}
	for _, m := range mutants(t) {
		assert.False(t, names[m.Name()], "two mutants are called %s", m.Name())
		names[m.Name()] = true
		text, err := m.JSON()
		require.NoError(t, err, m.Name())
		assert.Empty(t, seen[string(text)], "%s is the same document", m.Name())
		seen[string(text)] = m.Name()
	}
}

func TestEveryKeywordOfTheContractIsMutated(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	for _, m := range mutants(t) {
		kinds[m.Kind]++
	}
	for _, kind := range []string{
		"additional properties", "bound", "branch", "default", "enum", "format", "header", "items", "media type",
		"method", "nullable", "path",
		"property", "reference", "request body", "required", "schema", "security", "server", "status", "type",
	} {
		assert.Positive(t, kinds[kind], kind)
	}
	t.Log(kinds)
}

func TestAMutantChangesWhatItsNameSays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, at, want string }{
		{"/components/schemas/AddressInput: address1 is optional", `"required":["address1"]`, "gone"},
		{"/components/schemas/CustomerInput/properties/email: format is dropped", `"format":"email"`, "gone"},
		{
			"/components/schemas/Customer/properties/tags: array becomes integer",
			`"tags":{"description":"As they were sent.","nullable":true,"type":"integer"}`, "there",
		},
		{"/components/securitySchemes/ApiKey: the key is in the query", `"in":"query"`, "there"},
		{"/paths: /customers becomes /customers-v2", `"/customers-v2":`, "there"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, m := range mutants(t) {
				if m.Name() != tc.name {
					continue
				}
				doc, err := m.Document()
				require.NoError(t, err)
				text, err := doc.MarshalJSON()
				require.NoError(t, err)
				assert.Equal(t, tc.want == "there", strings.Contains(string(text), tc.at), string(text))
				return
			}
			t.Fatal("there is no such mutant")
		})
	}
}
