package contracttest_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/mutate"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// equivalentWebhooks are mutants of the callback that say the same as the contract, or that no delivery can show, with the reason.
var equivalentWebhooks = []struct{ ends, reason string }{
	{"may be null", "a header is a text: there is no way to write null"},
	{"requestBody: is optional", "a delivery without a body tells of nobody, so that its customer is not told of in either"},
	{"schema: format is dropped", "every whole number that is now has 64 bits"},
	{"schema: minimum becomes 1000000", "it was 1970 then"},
	{"parameters/0/schema: type is dropped", "a header is a text, whatever its type"},
	{"parameters/1/schema: type is dropped", "as above"},
	{"parameters/2/schema: type is dropped", "as above"},
	{"parameters/4/schema: type is dropped", "as above"},
	{"schema: string becomes array", "a list of one text is that text"},
	{"schema: string becomes object", "no judge reads an object from a header, which the coverage says"},
	{"schema: integer becomes array", "as above"},
}

// TestMutationOfWebhooks is [TestMutation] for the callback: the suite reads the mutant and the sender keeps the contract, or the sender
// plays the mutant and the suite reads the contract.
func TestMutationOfWebhooks(t *testing.T) {
	t.Parallel()
	document, err := spec.GetSpecJSON()
	require.NoError(t, err)
	mutants, err := mutate.Callbacks(document)
	require.NoError(t, err)
	require.NotEmpty(t, mutants)
	switch {
	case few():
		mutants = everyNth(mutants, 20)
	case !full():
		mutants = everyNth(mutants, 5)
	}
	require.False(t, webhooksObject(t, "the contract itself", judge.Contract(), &webhookSender{}))
	reads, plays, invalid, equivalents := 0, 0, 0, 0
	var survivors []string
	for _, m := range mutants {
		doc, err := m.Document()
		if err != nil {
			invalid++
			continue
		}
		mutant, err := judge.New(doc)
		if err != nil {
			invalid++
			continue
		}
		reading := webhooksObject(t, m.Name(), mutant, &webhookSender{})
		playing := !reading && webhooksObject(t, m.Name(), judge.Contract(), playing(doc))
		reason := ""
		for _, e := range equivalentWebhooks {
			if strings.HasSuffix(m.Name(), e.ends) {
				reason = e.reason
			}
		}
		switch {
		case reading || playing:
			assert.Empty(t, reason, "%s is listed as equivalent and is not: the suite saw it", m.Name())
			if reading {
				reads++
			} else {
				plays++
			}
		case reason != "":
			equivalents++
		default:
			survivors = append(survivors, m.Name())
		}
	}
	t.Logf("%d mutants of the callback: %d killed by who reads them, %d by who meets one that plays them, %d equivalent, %d no contract", len(mutants), reads, plays, equivalents, invalid)
	assert.Empty(t, survivors, strings.Join(survivors, "\n"))
}

// webhooksObject reports whether the suite finds an error in webhooks, or cannot judge them, where every rule binds.
func webhooksObject(t *testing.T, name string, reads *judge.Judge, s *webhookSender) (objects bool) {
	t.Helper()
	var failed error
	report := toldBy(t, s, webhookRun{strict: true, wait: 10 * time.Second, requests: 6, may: &failed, contract: func(c *contracttest.Config) {
		c.Judge, c.Phases = reads, []result.Phase{result.PhaseExamples, result.PhaseCoverage}
	}})
	for _, f := range aboutWebhooks(report) {
		objects = objects || f.Severity == result.Error
	}
	if failed != nil {
		require.ErrorContains(t, failed, "no webhook", name)
	}
	return objects || failed != nil
}

// playing is a sender that keeps a mutant of the callback, and breaks the contract as far as the mutant lets it.
func playing(mutant *openapi3.T) *webhookSender {
	ours, wrong := callbackOf(judge.Contract().Document()), callbackOf(mutant)
	return &webhookSender{signature: func(w *webhook) {
		for i, ref := range ours.Parameters {
			name := ref.Value.Name
			var played *openapi3.Parameter
			for _, other := range wrong.Parameters {
				if strings.HasSuffix(other.Value.Name, name) {
					played = other.Value
				}
			}
			switch value := w.header[name]; {
			case played == nil || !played.Required:
				delete(w.header, name)
				if name == "User-Agent" {
					w.header[name] = []string{""}
				}
			case played.Name != name:
				delete(w.header, name)
				w.header[played.Name] = value
			default:
				for _, text := range []string{"", "TEAPOT", "1", "-1", "1.5", "true", "a@example.com", "2026-11-23T08:30:00.000Z", "{}"} {
					if allows(played, text) && !allows(ours.Parameters[i].Value, text) {
						w.header[name] = []string{text}
						break
					}
				}
			}
		}
		media, schema := "", (*openapi3.Schema)(nil)
		if wrong.RequestBody == nil {
			w.body = nil
			return
		}
		for name, content := range wrong.RequestBody.Value.Content {
			if media == "" || name != "application/json" {
				media = name
			}
			if content.Schema != nil {
				schema = content.Schema.Value
			}
		}
		w.header["Content-Type"] = []string{media}
		id, _ := json.Marshal(text(w.customer["id"]))
		for _, body := range []string{`{"id":` + string(id) + `}`, `[]`, `{"data":` + string(w.body) + `}`, `{"error":{"code":"NOT_FOUND","message":"a"}}`, `{"email":"a@example.com"}`, `{"address1":"a"}`, `"NOT_FOUND"`, string(id)} {
			var value any
			_ = json.Unmarshal([]byte(body), &value)
			if schema == nil || schema.VisitJSON(value) == nil && ours.RequestBody.Value.Content["application/json"].Schema.Value.VisitJSON(value) != nil {
				w.body = []byte(body)
				return
			}
		}
	}}
}

// allows reports whether a parameter may have a text as its value.
func allows(p *openapi3.Parameter, text string) bool {
	schema := p.Schema.Value
	var value any = text
	if !schema.Type.Includes("string") {
		if json.Unmarshal([]byte(text), &value) != nil {
			value = text
		}
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && schema.Type.Is("integer") {
		value = n
	}
	return schema.VisitJSON(value) == nil
}

func callbackOf(doc *openapi3.T) *openapi3.Operation {
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, callback := range operation.Callbacks {
				for _, target := range callback.Value.Map() {
					if target.GetOperation(http.MethodPost) != nil {
						return target.Post
					}
				}
			}
		}
	}
	return nil
}
