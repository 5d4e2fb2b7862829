package control

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

//go:embed control.yaml
var controlYAML []byte

// servedControlYAML refers to the contract where it is served, which is beside it.
var servedControlYAML = sync.OnceValue(func() []byte {
	return bytes.ReplaceAll(controlYAML, []byte("'../../../openapi.yaml#"), []byte("'openapi.yaml#"))
})

// servedControlJSON is one document: what control.yaml takes from the contract is put where it is referred to. It is made
// of the text: kin-openapi leaves out a list that is empty, as in "security: []".
var servedControlJSON = sync.OnceValue(func() []byte {
	var document, contract any
	if err := errors.Join(yaml.Unmarshal(controlYAML, &document), yaml.Unmarshal(spec.YAML(), &contract)); err != nil {
		panic(err) // what is embedded was loaded by its judge before
	}
	text, err := json.Marshal(withContract(document, contract, "../../../openapi.yaml#"))
	if err != nil {
		panic(err)
	}
	return text
})

// withContract is a value of a document with what it refers to in the contract in place of the references, which begin
// with a prefix. The contract's own begin with "#". Its schemas do not contain themselves.
func withContract(value, contract any, prefix string) any {
	switch v := value.(type) {
	case map[string]any:
		reference, _ := v["$ref"].(string)
		if pointer, ok := strings.CutPrefix(reference, prefix); ok {
			found := contract
			for token := range jsontext.Pointer(pointer).Tokens() {
				found = found.(map[string]any)[token]
			}
			return withContract(found, contract, "#")
		}
		for name := range v {
			v[name] = withContract(v[name], contract, prefix)
		}
	case []any:
		for i := range v {
			v[i] = withContract(v[i], contract, prefix)
		}
	}
	return value
}

// GetControlYAML serves control.yaml as it was written, but for where it finds the contract.
func (o operations) GetControlYAML(
	context.Context, gencontrol.GetControlYAMLRequestObject,
) (gencontrol.GetControlYAMLResponseObject, error) {
	return served{mediaType: "application/yaml", content: servedControlYAML()}, nil
}

// GetControlJSON serves the same document in JSON.
func (o operations) GetControlJSON(
	context.Context, gencontrol.GetControlJSONRequestObject,
) (gencontrol.GetControlJSONResponseObject, error) {
	return served{mediaType: "application/json", content: servedControlJSON()}, nil
}

func (d served) VisitGetControlYAMLResponse(w http.ResponseWriter) error { return d.write(w) }
func (d served) VisitGetControlJSONResponse(w http.ResponseWriter) error { return d.write(w) }
