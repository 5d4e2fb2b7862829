package judge_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

const withParameters = `
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, pattern: '^t_'}}
      - {name: limit, in: query, schema: {type: string}}
    get:
      operationId: getThings
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
        - {name: tag, in: query, schema: {type: array, items: {type: string, enum: [a, b]}}}
        - {name: since, in: query, schema: {type: string, format: date}}
        - {name: X-Trace, in: header, required: true, schema: {type: boolean}}
        - {name: session, in: cookie, schema: {type: string, minLength: 2}}
      responses: {'204': {description: Done.}}
`

func TestParametersAreJudged(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(withParameters))
	require.NoError(t, err)
	j, err := judge.New(doc)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		id, query, trace, cookie string
		want                     string
	}{
		"right":               {id: "t_1", query: "limit=100&tag=a&tag=b&since=2026-11-27&other=1", trace: "true", cookie: "ab"},
		"only what must be":   {id: "t_1", trace: "false"},
		"no number":           {id: "t_1", query: "limit=ten", trace: "true", want: `query parameter limit: must be an integer, got "ten"`},
		"a number beyond":     {id: "t_1", query: "limit=101", trace: "true", want: "query parameter limit: must be at most 100, got the number 101"},
		"none of the list":    {id: "t_1", query: "tag=a&tag=c", trace: "true", want: `query parameter tag: must be one of "a", "b", got "c"`},
		"no date":             {id: "t_1", query: "since=2026-13-01", trace: "true", want: `query parameter since: must be an RFC 3339 date, like 2026-11-23, got "2026-13-01"`},
		"no header":           {id: "t_1", want: "header parameter X-Trace: is required"},
		"no boolean":          {id: "t_1", trace: "yes", want: `header parameter X-Trace: must be a boolean, got "yes"`},
		"a short cookie":      {id: "t_1", trace: "true", cookie: "a", want: "cookie parameter session: must have at least 2 characters, got \"a\""},
		"an id that is none":  {id: "a/b c", trace: "true", want: `path parameter id: must match the pattern ^t_, got "a/b c"`},
		"everything is wrong": {id: "x", query: "limit=0", want: `query parameter limit: must be at least 1, got the number 0; header parameter X-Trace: is required; path parameter id: must match the pattern ^t_, got "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/things/x?"+tc.query, http.NoBody)
			r.SetPathValue("id", tc.id)
			if tc.trace != "" {
				r.Header.Set("X-Trace", tc.trace)
			}
			if tc.cookie != "" {
				r.AddCookie(&http.Cookie{Name: "session", Value: tc.cookie, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
			}
			violations := j.Operation("getThings").ParameterViolations(r)
			assert.Equal(t, tc.want, violations.String())
			for _, v := range violations {
				assert.NotEmpty(t, v.Rule, "%s", v)
			}
		})
	}
}
