package control

import (
	"context"
	"net/http"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// GetHealth says whether the mock goes on serving. Whoever reads it knows that it serves now.
func (o operations) GetHealth(
	context.Context, gencontrol.GetHealthRequestObject,
) (gencontrol.GetHealthResponseObject, error) {
	health := gencontrol.Health{
		Status:        gencontrol.OK,
		Server:        gencontrol.BitbybitMock,
		Version:       o.Version,
		StartedAt:     o.Started.UTC(),
		UptimeSeconds: max(0, o.Now().Sub(o.Started).Seconds()),
	}
	if o.Draining() {
		health.Status = gencontrol.Draining
		return gencontrol.GetHealth503JSONResponse(health), nil
	}
	return gencontrol.GetHealth200JSONResponse(health), nil
}

// Reset sets a key, or all of them, back to how it was at start.
func (o operations) Reset(
	_ context.Context, request gencontrol.ResetRequestObject,
) (gencontrol.ResetResponseObject, error) {
	o.Mock.Reset(o.key(request.Params.Key))
	return gencontrol.Reset204Response{}, nil
}

// ResetRateLimit begins a new window of a key, or of all of them.
func (o operations) ResetRateLimit(
	_ context.Context, request gencontrol.ResetRateLimitRequestObject,
) (gencontrol.ResetRateLimitResponseObject, error) {
	o.Limiter.Reset(o.key(request.Params.Key))
	return gencontrol.ResetRateLimit204Response{}, nil
}

// GetContractYAML serves openapi.yaml as it was written.
func (o operations) GetContractYAML(
	context.Context, gencontrol.GetContractYAMLRequestObject,
) (gencontrol.GetContractYAMLResponseObject, error) {
	return served{mediaType: "application/yaml", content: spec.YAML()}, nil
}

// GetContractJSON serves the same document in JSON.
func (o operations) GetContractJSON(
	context.Context, gencontrol.GetContractJSONRequestObject,
) (gencontrol.GetContractJSONResponseObject, error) {
	return served{mediaType: "application/json", content: contractJSON()}, nil
}

var contractJSON = sync.OnceValue(func() []byte {
	text, err := spec.GetSpecJSON()
	if err != nil {
		panic(err) // document would not have let it get here
	}
	return text
})

// served is a document that is answered as it is.
type served struct {
	mediaType string
	content   []byte
}

func (d served) VisitGetContractYAMLResponse(w http.ResponseWriter) error { return d.write(w) }
func (d served) VisitGetContractJSONResponse(w http.ResponseWriter) error { return d.write(w) }

func (d served) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", d.mediaType)
	_, err := w.Write(d.content)
	return err
}
