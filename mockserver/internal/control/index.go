package control

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

type requestKey struct{}

// withRequest keeps the request for the operations that need more of it than its parameters: the strict server hands an operation the context
// only.
func withRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, r)))
	})
}

func requestOf(ctx context.Context) *http.Request { return ctx.Value(requestKey{}).(*http.Request) }

// GetIndex lists the operations of control.yaml, and how to use them, under the host that the request reached.
func (o operations) GetIndex(
	ctx context.Context, _ gencontrol.GetIndexRequestObject,
) (gencontrol.GetIndexResponseObject, error) {
	root := "http://" + requestOf(ctx).Host
	index := index{Name: "bitbybit-mock", BaseURL: root + o.BasePath}
	for _, operation := range document().Operations() {
		body, examples := offerBodies(operation)
		index.Operations = append(index.Operations, gencontrol.Offer{
			Method:     operation.Method,
			Path:       Path + operation.Path,
			URL:        root + Path + operation.Path,
			Summary:    operation.Spec.Summary,
			Parameters: offerParameters(operation),
			Body:       body,
			Examples:   examples,
		})
	}
	return index, nil
}

// index is indented: people read it.
type index gencontrol.Index

func (i index) VisitGetIndexResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(i)
}

func offerParameters(operation *judge.Operation) []gencontrol.OfferParameter {
	parameters := []gencontrol.OfferParameter{}
	for _, ref := range operation.Spec.Parameters {
		p := ref.Value
		example := cmp.Or(p.Example, p.Schema.Value.Default)
		if p.Schema.Value.Type.Is(openapi3.TypeBoolean) {
			example = true
		}
		parameters = append(parameters, gencontrol.OfferParameter{
			Name: p.Name, In: p.In, Description: p.Description, Example: fmt.Sprint(example),
		})
	}
	return parameters
}

// offerBodies are the examples of a body by their names, and the shortest of them that says something; nil where there is none.
func offerBodies(operation *judge.Operation) (shortest map[string]any, examples map[string]map[string]any) {
	if operation.Spec.RequestBody == nil {
		return nil, nil
	}
	examples = map[string]map[string]any{}
	shortestText := ""
	for name, example := range operation.Spec.RequestBody.Value.Content["application/json"].Examples {
		text, _ := json.Marshal(example.Value.Value) // it was read from JSON
		body, _ := example.Value.Value.(map[string]any)
		examples[name] = body
		if len(body) > 0 && (shortest == nil || cmp.Or(len(text)-len(shortestText), cmp.Compare(string(text), shortestText)) < 0) {
			shortest, shortestText = body, string(text)
		}
	}
	return shortest, examples
}
