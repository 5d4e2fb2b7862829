package delivery

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// ErrNoWebhook is returned for a contract that has no callback with a POST of JSON.
var ErrNoWebhook = errors.New("contracttest: the contract has no webhook (a callback with a POST of JSON) that could be judged")

// webhook is what the contract says of a webhook.
type webhook struct {
	*exchange.Contract
	at      string            // of the callback, as a JSON Pointer
	place   string            // of its operation
	creates string            // the operationId of the request that it follows
	judge   *judge.Operation  // judges a delivery as if it was a response, status 200
	schema  *openapi3.Schema  // of the payload
	answer  string            // the property of the response that has the same; empty for the response itself
	unread  []judge.NotJudged // of it
	headers []header
	rules   []result.Rule // of x-rules, in the document's order

	retries    []time.Duration
	answerTime time.Duration
	tolerance  time.Duration
	mostBytes  int
}

// header is one header of a webhook.
type header struct {
	name  string
	part  string // the end of its name, which says what it is for
	place string
	rule  string // the id of its first rule; empty where it has none
	known []string
	// example is what the contract shows; empty where it shows none.
	example string
}

// What headers are for, by the end of their names, as in the names that package gen has of them.
const (
	partID        = "Id"
	partEvent     = "Event"
	partTimestamp = "Timestamp"
	partSignature = "Signature"
	partAgent     = "Agent"
)

// read finds the webhook of a contract.
func read(contract *exchange.Contract) (*webhook, error) {
	for _, op := range contract.Judge.Operations() {
		for _, name := range exchange.SortedNames(op.Spec.Callbacks) {
			at := "/paths/" + judge.EscapePointer(op.Path) + "/" + strings.ToLower(op.Method) + "/callbacks/" + judge.EscapePointer(name)
			targets := op.Spec.Callbacks[name].Value.Map()
			for _, target := range exchange.SortedNames(targets) {
				spec := targets[target].Post
				if spec == nil || spec.RequestBody == nil {
					continue
				}
				w := &webhook{Contract: contract, at: at, place: at + "/" + judge.EscapePointer(target) + "/post", creates: op.ID}
				if err := w.read(spec, op); err != nil {
					return nil, err
				}
				return w, nil
			}
		}
	}
	return nil, ErrNoWebhook
}

func (w *webhook) read(spec *openapi3.Operation, creates *judge.Operation) error {
	var media string
	if w.schema, media = exchange.JSONSchema(spec.RequestBody.Value.Content); w.schema == nil || !exchange.IsJSON(media) {
		return ErrNoWebhook
	}
	request, _ := exchange.RequestSchema(creates)
	success := exchange.SuccessSchema(creates.Spec)
	if success == nil {
		return ErrNoWebhook
	}
	_, w.answer = exchange.CounterpartAt(request, success)
	w.addRules(spec.Extensions)
	response := openapi3.NewResponse().WithDescription("a delivery").WithContent(spec.RequestBody.Value.Content)
	response.Headers = openapi3.Headers{}
	for i, ref := range spec.Parameters {
		p := ref.Value
		w.addRules(p.Extensions)
		if p.In != openapi3.ParameterInHeader {
			continue
		}
		as := *p
		as.Name, as.In = "", ""
		response.Headers[p.Name] = &openapi3.HeaderRef{Value: &openapi3.Header{Parameter: as}}
		h := header{name: p.Name, part: p.Name[strings.LastIndexByte(p.Name, '-')+1:], place: w.place + "/parameters/" + strconv.Itoa(i)}
		if ids := ruleIDs(p.Extensions); len(ids) > 0 {
			h.rule = ids[0]
		}
		h.example, _ = p.Example.(string)
		if p.Schema != nil {
			for _, value := range p.Schema.Value.Enum {
				text, _ := value.(string)
				h.known = append(h.known, text)
			}
		}
		w.headers = append(w.headers, h)
	}
	w.addRules(spec.RequestBody.Value.Extensions)
	w.numbers(spec.Extensions["x-webhook"])
	return w.judgeOf(response)
}

// judgeOf makes a document of which the delivery is a response: a judge looks at the headers of responses alone. The properties that
// a server chooses (readOnly) are in a response, as they are in a webhook.
func (w *webhook) judgeOf(response *openapi3.Response) error {
	doc := w.Judge.Document()
	post := &openapi3.Operation{Responses: openapi3.NewResponses(openapi3.WithStatus(http.StatusOK, &openapi3.ResponseRef{Value: response}))}
	j, err := judge.New(&openapi3.T{
		OpenAPI: doc.OpenAPI, Info: doc.Info, Components: doc.Components,
		Paths: openapi3.NewPaths(openapi3.WithPath("/", &openapi3.PathItem{Post: post})),
	})
	if err != nil {
		return errors.Join(ErrNoWebhook, err)
	}
	w.judge = j.Operations()[0]
	for _, one := range j.NotJudged() {
		one.Pointer = w.pointer(one.Pointer)
		w.unread = append(w.unread, one)
	}
	return nil
}

// numbers reads x-webhook; what a document does not say there, the embedded one does.
func (w *webhook) numbers(extension any) {
	w.retries, w.answerTime = gen.WebhookRetries(), gen.WebhookAnswerTime
	w.tolerance, w.mostBytes = gen.WebhookTolerance, gen.WebhookMaxPayload
	said, _ := extension.(map[string]any)
	number := func(value any, set func(n float64)) {
		if n, ok := value.(float64); ok && n > 0 {
			set(n)
		}
	}
	number(said["answer-seconds"], func(n float64) { w.answerTime = seconds(n) })
	number(said["tolerance-seconds"], func(n float64) { w.tolerance = seconds(n) })
	number(said["payload-bytes"], func(n float64) { w.mostBytes = int(n) })
	if waits, ok := said["retry-seconds"].([]any); ok && len(waits) > 0 {
		w.retries = nil
		for _, wait := range waits {
			number(wait, func(n float64) { w.retries = append(w.retries, seconds(n)) })
		}
	}
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func (w *webhook) addRules(extensions map[string]any) {
	for _, id := range ruleIDs(extensions) {
		w.rules = append(w.rules, w.Rules.Of(id))
	}
}

// ruleIDs are the ids of the x-rules that stand at one place.
func ruleIDs(extensions map[string]any) (ids []string) {
	entries, _ := extensions["x-rules"].([]any)
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		if id, ok := fields["id"].(string); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// header finds the one that is for something; an empty one where there is none.
func (w *webhook) header(part string) header {
	i := slices.IndexFunc(w.headers, func(h header) bool { return h.part == part })
	if i < 0 {
		return header{}
	}
	return w.headers[i]
}

// value is the header of a delivery that is for something; empty where it has none.
func (w *webhook) value(a *arrival, part string) string {
	return a.header.Get(w.header(part).name)
}

// customer is the customer in the answer to a create, with its id; nil where there is none.
func (w *webhook) customer(value any) (customer map[string]any, id string) {
	customer, _ = value.(map[string]any)
	if w.answer != "" {
		customer, _ = customer[w.answer].(map[string]any)
	}
	id, _ = customer["id"].(string)
	return customer, id
}
