package mockserver

import (
	"context"
	"net/http"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

type hostKey struct{}

// withHost keeps the Host header for GetIndex: the strict server hands an operation the context only.
func withHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), hostKey{}, r.Host)))
	})
}

// GetIndex lists the operations of control.yaml under the host that the request reached.
func (o controlOperations) GetIndex(
	ctx context.Context,
	_ control.GetIndexRequestObject,
) (control.GetIndexResponseObject, error) {
	root := "http://" + ctx.Value(hostKey{}).(string)
	index := control.GetIndex200JSONResponse{Name: "bitbybit-mock", BaseURL: root + o.mock.judge.BasePaths()[0]}
	for _, operation := range controlJudge().Operations() {
		index.Operations = append(index.Operations, control.Offer{
			Method:  operation.Method,
			URL:     root + controlPath + operation.Path,
			Summary: operation.Spec.Summary,
		})
	}
	return index, nil
}

// GetHealth says ok: whoever reads it knows that the mock serves.
func (o controlOperations) GetHealth(
	context.Context,
	control.GetHealthRequestObject,
) (control.GetHealthResponseObject, error) {
	return control.GetHealth200JSONResponse{
		Status:        control.OK,
		Server:        control.BitbybitMock,
		Version:       Version(),
		StartedAt:     o.mock.started.UTC(),
		UptimeSeconds: max(0, o.mock.now().Sub(o.mock.started).Seconds()),
	}, nil
}

// Reset sets a key, or all of them, back to how it was at start.
func (o controlOperations) Reset(
	_ context.Context,
	request control.ResetRequestObject,
) (control.ResetResponseObject, error) {
	o.mock.Reset(given(request.Params.Key))
	return control.Reset204Response{}, nil
}

// ResetRateLimit begins a new window of a key, or of all of them.
func (o controlOperations) ResetRateLimit(
	_ context.Context,
	request control.ResetRateLimitRequestObject,
) (control.ResetRateLimitResponseObject, error) {
	o.mock.tenants.startWindows(given(request.Params.Key))
	return control.ResetRateLimit204Response{}, nil
}

// GetContractYAML serves openapi.yaml as it was written.
func (o controlOperations) GetContractYAML(
	context.Context,
	control.GetContractYAMLRequestObject,
) (control.GetContractYAMLResponseObject, error) {
	return document{mediaType: "application/yaml", text: spec.YAML()}, nil
}

// GetContractJSON serves the same document in JSON.
func (o controlOperations) GetContractJSON(
	context.Context,
	control.GetContractJSONRequestObject,
) (control.GetContractJSONResponseObject, error) {
	return document{mediaType: "application/json", text: contractJSON()}, nil
}

var contractJSON = sync.OnceValue(func() []byte {
	text, err := spec.GetSpecJSON()
	if err != nil {
		panic(err) // controlJudge would not have let it get here
	}
	return text
})

// document is a text that is answered as it is.
type document struct {
	mediaType string
	text      []byte
}

func (d document) VisitGetContractYAMLResponse(w http.ResponseWriter) error { return d.write(w) }
func (d document) VisitGetContractJSONResponse(w http.ResponseWriter) error { return d.write(w) }

func (d document) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", d.mediaType)
	_, err := w.Write(d.text)
	return err
}
