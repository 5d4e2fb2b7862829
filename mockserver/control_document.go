package mockserver

import (
	"bytes"
	"context"
	_ "embed"
	"net/http"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	controlspec "github.com/bitbybit-go/bitbybit-go/gen/control/spec"
)

//go:embed control.yaml
var controlYAML []byte

// servedControlYAML refers to the contract where it is served, which is beside it.
var servedControlYAML = sync.OnceValue(func() []byte {
	return bytes.ReplaceAll(controlYAML, []byte("'../openapi.yaml#"), []byte("'openapi.yaml#"))
})

// servedControlJSON is one document: GetSpec puts what control.yaml takes from the contract where it is referred to.
var servedControlJSON = sync.OnceValue(func() []byte {
	document, err := controlspec.GetSpec()
	if err != nil {
		panic(err) // controlJudge would not have let it get here
	}
	text, err := document.MarshalJSON()
	if err != nil {
		panic(err)
	}
	return text
})

// GetControlYAML serves control.yaml as it was written, but for where it finds the contract.
func (o controlOperations) GetControlYAML(
	context.Context,
	control.GetControlYAMLRequestObject,
) (control.GetControlYAMLResponseObject, error) {
	return document{mediaType: "application/yaml", text: servedControlYAML()}, nil
}

// GetControlJSON serves the same document in JSON.
func (o controlOperations) GetControlJSON(
	context.Context,
	control.GetControlJSONRequestObject,
) (control.GetControlJSONResponseObject, error) {
	return document{mediaType: "application/json", text: servedControlJSON()}, nil
}

func (d document) VisitGetControlYAMLResponse(w http.ResponseWriter) error { return d.write(w) }
func (d document) VisitGetControlJSONResponse(w http.ResponseWriter) error { return d.write(w) }
