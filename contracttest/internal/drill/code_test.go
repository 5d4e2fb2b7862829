package drill

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// errorCode adds a code and its status. A test asks for the sentinel of the client, which is one line.
func errorCode(t *testing.T, c *copied) {
	c.before(t, contract, "        - RATE_LIMIT_EXCEEDED\n", "        - CONFLICT\n")
	c.before(t, contract, "        - CodeRateLimitExceeded\n", "        - CodeConflict\n")
	c.before(t, contract, "        '429':\n", "        '409':\n          $ref: '#/components/responses/Conflict'\n")
	c.before(t, contract, "    TooManyRequests:\n", `    Conflict:
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
	for _, f := range failures {
		const sentinel = "ErrConflict = sentinel(gen.CodeConflict)"
		if strings.Contains(f.output, sentinel) {
			c.say("%s asks for the sentinel", f.name[strings.LastIndex(f.name, " ")+1:])
			c.before(t, "client/error.go", "\tErrRateLimitExceeded ", "\t"+sentinel+" // 409, there is a customer like it\n")
			continue
		}
		assert.Fail(t, f.name, f.output)
	}
	c.passes(t)
	assert.Equal(t, []string{"client/error.go"}, c.edited)
}
