// Package secondjudge compares the verdicts on the requests of the corpus: the judge's, kin-openapi's alone, and those of
// libopenapi-validator, which shares no code with either.
package secondjudge

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/pb33f/libopenapi"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/requests"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/corpus"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// disagreement is a kind of body about which the validators disagree: what the judge says of it, and who accepts it.
type disagreement struct {
	judge       string // the checks that fail, or nothing
	kin, second bool   // whether they accept it
}

// known are the disagreements that there are, with the reason of each. One that is not listed fails the test, and so does one that
// does not occur.
var known = map[disagreement]string{
	{"", true, false}: "Letters beyond ASCII in an email address: RFC 6531 allows them and the contract accepts them; JSON Schema's format email " +
		"is RFC 5321's.",
	{"request_format", true, false}: "No email address: kin-openapi judges formats only where it is given a validator for them.",
	{"request_format", true, true}: "An email address without a local part, @example.com: libopenapi-validator lets it pass, RFC 5321 " +
		"(section 4.1.2) does not.",
	{"single_json_value", true, false}: "A number that no float64 holds, in a property that the contract does not name: kin-openapi keeps " +
		"numbers as text, libopenapi-validator refuses to decode it.",
	{"unique_keys", true, true}: "A name twice: both decode with encoding/json, which takes the last. RFC 8259 section 4 says that names " +
		"SHOULD be unique, since receivers differ in which one they take.",
	{"unique_keys", true, false}:                      "As above, where the last one is an email address beyond ASCII.",
	{"utf8", true, true}:                              "Bytes that are not UTF-8 (RFC 8259 section 8.1): encoding/json replaces them.",
	{"utf8", true, false}:                             "As above, where they are in an email address, or beside a number that no float64 holds.",
	{"request_format single_json_value", true, false}: "A number that no float64 holds beside no email address: each as above.",
	{"request_format unique_keys", true, false}:       "A name twice and no email address: each as above.",
}

const bodies = 20_000

func TestValidatorsAgree(t *testing.T) {
	t.Parallel()
	operation := judge.Contract().Operation("createCustomer") // gen has a constant for it, and dependencies that this module has not
	document, err := libopenapi.NewDocument(spec.YAML())
	require.NoError(t, err)
	model, err := document.BuildV3Model()
	require.NoError(t, err)
	second := requests.NewRequestBodyValidator(&model.Model, config.WithFormatAssertions())
	request := func(body []byte) *http.Request {
		r := httptest.NewRequest(http.MethodPost, judge.Contract().Document().Servers[0].URL+operation.Path, bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		return r
	}

	accepted, seen := 0, map[disagreement]int{}
	for i := range bodies {
		body := corpus.Request(rand.New(rand.NewPCG(1, uint64(i))))
		violations := operation.RequestViolations(request(body).Header, body)
		kinErr := openapi3filter.ValidateRequestBody(t.Context(), &openapi3filter.RequestValidationInput{
			Request: request(body), Options: &openapi3filter.Options{SkipSettingDefaults: true},
		}, operation.Spec.RequestBody.Value)
		accepts, wrong := second.ValidateRequestBody(request(body))
		d := disagreement{checks(violations), kinErr == nil, accepts}
		if len(violations) == 0 {
			accepted++
		}
		if agree := len(violations) == 0; agree == d.kin && agree == d.second {
			continue
		}
		seen[d]++
		if _, listed := known[d]; !listed && seen[d] <= 3 {
			assert.Fail(t, "a disagreement that is not listed", "%+v\nbody: %s\njudge: %s\nkin-openapi: %v\nsecond: %v", d, body, violations, kinErr, wrong)
		}
	}
	for d := range known {
		assert.Positive(t, seen[d], "%+v is listed and does not occur", d)
	}
	assert.Greater(t, accepted, bodies/5, "too few valid bodies to say anything")
	assert.Greater(t, bodies-accepted, bodies/5, "too few invalid bodies to say anything")
	t.Log(seen)
}

// checks are the checks that violations are of, each once.
func checks(violations judge.Violations) string {
	var names []string
	for _, v := range violations {
		names = append(names, string(v.Check))
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " ")
}
