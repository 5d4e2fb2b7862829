package judge_test

import (
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// TestTheContractIsJudgedWhole has nothing passed over but the callback: a judge looks at what a server answers, and sees nothing of what it sends.
func TestTheContractIsJudgedWhole(t *testing.T) {
	t.Parallel()
	found := judge.Contract().NotJudged()
	require.Len(t, found, 1, "the callback alone")
	assert.Contains(t, found[0].Pointer, "/post/callbacks/")
}

func TestNotJudgedNamesTheVariablesOfServers(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{},
		"servers":[{"url":"https://{region}.example/v1","variables":{"region":{"default":"eu"}}},{"url":"https://{region}.example/{version}","variables":{"region":{"default":"eu"},"version":{"default":"v2"}}}],
		"security":[{"OIDC":[]}],"components":{"securitySchemes":{"OIDC":{"type":"openIdConnect","openIdConnectUrl":"https://a.example"}}}}`))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	assert.Equal(t, []string{"/v1", "/v2"}, j.BasePaths())
	found := j.NotJudged()
	require.Len(t, found, 2)
	assert.Equal(t, "/components/securitySchemes/OIDC", found[0].Pointer)
	assert.Equal(t, "/servers/1/variables", found[1].Pointer)
}

// What can be said of any text in a segment of the path is said by routing, and a link that can be followed is for who follows it.
func TestASecondOperationIsJudgedWhole(t *testing.T) {
	t.Parallel()
	j := judgeOf(t, `
		"/x":{"post":{"operationId":"add","responses":{"201":{"description":"ok","links":{"thing":{"operationId":"get","parameters":{"id":"$response.body#/id"}}}}}}},
		"/x/{id}":{"get":{"operationId":"get","parameters":[{"name":"id","in":"path","required":true,"description":"An id.","schema":{"type":"string"},"example":"a"}],
			"responses":{"200":{"description":"ok"}}}}`, ``)
	assert.Empty(t, j.NotJudged())
}

func TestNotJudgedNamesWhatIsPassedOver(t *testing.T) {
	t.Parallel()
	j := judgeOf(t, `
		"/x/{id}":{
			"servers":[{"url":"https://other.example"}],
			"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string","format":"odd"}}],
			"post":{"operationId":"x",
				"servers":[{"url":"https://third.example"}],
				"security":[{"Key":[]},{"Bearer":[]},{"Basic":[]},{"OAuth":[]}],
				"parameters":[
					{"$ref":"#/components/parameters/Limit"},
					{"name":"X-Trace","in":"header","schema":{"type":"string"}},
					{"name":"accept","in":"header","schema":{"type":"string"}},
					{"name":"sid","in":"cookie","schema":{"type":"string"}}],
				"callbacks":{"done":{"{$request.body#/url}":{"post":{"responses":{"200":{"description":"ok"}}}}}},
				"requestBody":{"$ref":"#/components/requestBodies/Body"},
				"responses":{
					"200":{"$ref":"#/components/responses/Good"},
					"4XX":{"description":"wrong","content":{"application/*":{"schema":{"type":"object","properties":{"a":{"type":"string","format":"iri"}}}}}},
					"default":{"description":"any"}}}}`,
		`"securitySchemes":{
			"Key":{"type":"apiKey","in":"cookie","name":"key"},"Bearer":{"type":"http","scheme":"Bearer"},"Basic":{"type":"http","scheme":"basic"},
			"OAuth":{"type":"oauth2","flows":{"implicit":{"authorizationUrl":"https://a.example","scopes":{}}}},
			"Unused":{"type":"openIdConnect","openIdConnectUrl":"https://a.example"}},
		"parameters":{"Limit":{"name":"limit","in":"query","schema":{"type":"integer"}}},
		"headers":{"Blob":{"schema":{"type":"object"}}},
		"requestBodies":{"Body":{"content":{
			"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}},
			"multipart/form-data":{"schema":{"type":"object"}},
			"application/octet-stream":{}}}},
		"responses":{"Good":{"description":"good",
			"headers":{"Content-Type":{"schema":{"type":"object"}},"Fine":{"schema":{"type":"integer","format":"int32"}},"Blob":{"$ref":"#/components/headers/Blob"},
				"Odd":{"schema":{"type":"string","format":"odd"}}},
			"links":{"next":{"operationId":"x"}},
			"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Thing"}},"text/csv":{"schema":{"type":"string"}}}}},
		"schemas":{
			"Other":{"type":"string","format":"unused"},
			"Phone":{"type":"string","format":"phone"},
			"A":{"type":"object"},
			"Thing":{"type":"object","minProperties":1,"maxProperties":10,"additionalProperties":{"type":"string","pattern":"(?=a)b"},"properties":{
				"phone":{"$ref":"#/components/schemas/Phone"},
				"phones":{"type":"array","uniqueItems":true,"items":{"$ref":"#/components/schemas/Phone"}},
				"id":{"type":"string","format":"uuid","pattern":"^[0-9a-f]"},
				"price":{"type":"number","format":"decimal","multipleOf":0.01},
				"count":{"type":"integer","format":"uint8"},
				"text":{"type":"string","format":"int64"},
				"untyped":{"format":"date"},
				"flag":{"type":"boolean","format":"flag"},
				"thing":{"$ref":"#/components/schemas/Thing"},
				"mapped":{"oneOf":[{"$ref":"#/components/schemas/A"}],"discriminator":{"propertyName":"kind","mapping":{"a":"#/components/schemas/A"}}},
				"unmapped":{"oneOf":[{"$ref":"#/components/schemas/A"}],"discriminator":{"propertyName":"kind"}}}}}`)
	var got []string
	for _, n := range j.NotJudged() {
		assert.NotEmpty(t, n.Why, n.Pointer)
		got = append(got, n.Pointer+": "+n.What)
	}
	assert.Equal(t, []string{
		"/components/headers/Blob: the value of the header Blob",
		"/components/parameters/Limit: the parameter limit in query",
		"/components/requestBodies/Body/content/multipart~1form-data: the content of a body of multipart/form-data",
		"/components/responses/Good/content/text~1csv: the content of a body of text/csv",
		`/components/responses/Good/headers/Odd/schema/format: the format "odd"`,
		"/components/responses/Good/links/next: the link next",
		`/components/schemas/Phone/format: the format "phone"`,
		`/components/schemas/Thing/additionalProperties/pattern: the pattern (?=a)b`,
		`/components/schemas/Thing/properties/count/format: the format "uint8"`,
		`/components/schemas/Thing/properties/flag/format: the format "flag"`,
		`/components/schemas/Thing/properties/price/format: the format "decimal"`,
		`/components/schemas/Thing/properties/text/format: the format "int64"`,
		"/components/schemas/Thing/properties/unmapped/discriminator: the discriminator kind",
		"/components/securitySchemes/Basic: the security scheme Basic",
		"/components/securitySchemes/OAuth: the security scheme OAuth",
		"/paths/~1x~1{id}/parameters/0: the parameter id in path",
		"/paths/~1x~1{id}/post/callbacks/done: the callback done",
		"/paths/~1x~1{id}/post/parameters/1: the parameter X-Trace in header",
		"/paths/~1x~1{id}/post/parameters/3: the parameter sid in cookie",
		"/paths/~1x~1{id}/post/responses/4XX/content/application~1*: the content of a body of application/*",
		`/paths/~1x~1{id}/post/responses/4XX/content/application~1*/schema/properties/a/format: the format "iri"`,
		"/paths/~1x~1{id}/post/servers: the servers of one path or operation",
		"/paths/~1x~1{id}/servers: the servers of one path or operation",
	}, got)

	// What is not judged is no violation either, and what is beside it is judged.
	_, violations := j.Operations()[0].Request(http.Header{"Content-Type": {"application/json"}},
		[]byte(`{"other":"ab","phone":"call me","id":"x","price":0.015,"flag":true,"count":256,"text":"a","untyped":"today","unmapped":{"kind":"a"},"mapped":{"kind":"b"}}`))
	assert.Equal(t, `id: must match the pattern ^[0-9a-f], got "x"; id: must be a UUID (RFC 9562), got "x"; `+
		`mapped: must name one of its alternatives in the property "kind", got "b"; `+
		`price: must be a multiple of 0.01, got the number 0.015; untyped: must be an RFC 3339 date, like 2026-11-23, got "today"`, violations.String())
}
