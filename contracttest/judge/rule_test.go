package judge_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// TestWhatIsWrongOutsideTheBodyHasALine asks that openapi.yaml can be opened at what an answer's head breaks.
func TestWhatIsWrongOutsideTheBodyHasALine(t *testing.T) {
	t.Parallel()
	op, _ := judge.Contract().Route(http.MethodPost, "/customer/open/v1/customers")
	require.NotNil(t, op)
	for rule, header := range map[string]http.Header{
		"/paths/~1customers/post/responses/201/content": {"Content-Type": {"text/html"}},
		"/components/headers/RateLimit-Reset/required":  {},
		"/components/headers/RateLimit-Limit":           {"Ratelimit-Limit": {"1", "2"}},
	} {
		rules := map[string]bool{}
		for _, v := range op.Response(http.StatusCreated, header, []byte(createdBody)) {
			rules[v.Rule] = true
		}
		assert.True(t, rules[rule], "%s is not among %v", rule, rules)
		assert.Positive(t, judge.Line(rule), rule)
	}
	undocumented := op.Response(http.StatusTeapot, nil, nil)
	require.Len(t, undocumented, 1)
	assert.Equal(t, "/paths/~1customers/post/responses", undocumented[0].Rule)
	assert.NotEqual(t, judge.Line("/paths/~1customers/post"), judge.Line(undocumented[0].Rule))
}
