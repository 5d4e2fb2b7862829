package drill

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// errorCode adds a code and its status. A test asks for the sentinel of the client, which is one line.
func errorCode(t *testing.T, c *copied) {
	c.before(t, "        - RATE_LIMIT_EXCEEDED\n", "        - CONFLICT\n")
	c.before(t, "        - CodeRateLimitExceeded\n", "        - CodeConflict\n")
	c.before(t, "        '429':\n", "        '409':\n          $ref: '#/components/responses/Conflict'\n")
	c.before(t, "    TooManyRequests:\n", `    Conflict:
      description: There is a customer like this one already.
      headers:
        RateLimit-Limit:
          $ref: '#/components/headers/RateLimit-Limit'
        RateLimit-Remaining:
          $ref: '#/components/headers/RateLimit-Remaining'
        RateLimit-Reset:
          $ref: '#/components/headers/RateLimit-Reset'
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/ErrorResponse'
          examples:
            conflict:
              summary: There is a customer like this one already.
              value:
                error:
                  code: CONFLICT
                  message: A customer with this email exists.
`)
	c.generate(t)
	assert.Empty(t, c.build(t))
	failures := c.test(t)
	if assert.Len(t, failures, 1, "one test asks for the sentinel") {
		assert.Contains(t, failures[0].output, "CodeConflict", "the test says which sentinel is missing")
		c.say("%s asks for the sentinel", failures[0].name[strings.LastIndex(failures[0].name, " ")+1:])
	} else {
		for _, f := range failures {
			t.Log(f.name, f.output)
		}
	}
	// SENTINEL
	c.passes(t)
	assert.Equal(t, []string{"client/sentinel.go"}, c.edited)
}
