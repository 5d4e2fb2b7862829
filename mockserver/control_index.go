package mockserver

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

type hostKey struct{}

// withHost keeps the Host header for GetIndex: the strict server hands an operation the context only.
func withHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hostKey{}, r.Host)))
	})
}

// GetIndex lists the operations of control.yaml, and how to use them, under the host that the request reached.
func (o controlOperations) GetIndex(
	ctx context.Context,
	_ control.GetIndexRequestObject,
) (control.GetIndexResponseObject, error) {
	root := "http://" + ctx.Value(hostKey{}).(string)
	index := index{Name: "bitbybit-mock", BaseURL: root + o.mock.judge.BasePaths()[0]}
	for _, operation := range controlJudge().Operations() {
		index.Operations = append(index.Operations, control.Offer{
			Method:     operation.Method,
			Path:       controlPath + operation.Path,
			URL:        root + controlPath + operation.Path,
			Summary:    operation.Spec.Summary,
			Parameters: offerParameters(operation),
			Body:       offerBody(operation),
		})
	}
	return index, nil
}

// index is indented: people read it.
type index control.Index

func (i index) VisitGetIndexResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(i)
}

func offerParameters(operation *judge.Operation) []control.OfferParameter {
	parameters := []control.OfferParameter{}
	for _, ref := range operation.Spec.Parameters {
		p := ref.Value
		example := cmp.Or(p.Example, p.Schema.Value.Default)
		if p.Schema.Value.Type.Is(openapi3.TypeBoolean) {
			example = true
		}
		parameters = append(parameters, control.OfferParameter{
			Name: p.Name, In: p.In, Description: p.Description, Example: fmt.Sprint(example),
		})
	}
	return parameters
}

// offerBody is the shortest example of a body; nil where there is none.
func offerBody(operation *judge.Operation) map[string]any {
	if operation.Spec.RequestBody == nil {
		return nil
	}
	var texts []string
	for _, example := range operation.Spec.RequestBody.Value.Content["application/json"].Examples {
		text, _ := json.Marshal(example.Value.Value) // it was read from JSON
		texts = append(texts, string(text))
	}
	if len(texts) == 0 {
		return nil
	}
	shortest := slices.MinFunc(texts, func(a, b string) int { return cmp.Or(len(a)-len(b), cmp.Compare(a, b)) })
	var body map[string]any
	_ = json.Unmarshal([]byte(shortest), &body)
	return body
}
