package drill

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// secondOperation adds GET /customers/{id} and a link to it from the answer to createCustomer. The compiler asks for the method of the generated
// server interface; a handler and a method of the client are written by hand.
func secondOperation(t *testing.T, c *copied) {
	c.before(t, contract, "components:\n  securitySchemes:\n", `  /customers/{id}:
    get:
      operationId: getCustomer
      x-scope: customers:read
      tags: [Customers]
      summary: Get a customer
      description: Answers a customer of the company.
      parameters:
        - name: id
          in: path
          required: true
          description: The customer's identifier.
          schema:
            type: string
          example: cust_01kb1x7m5v9q3r8t2w4y6z0abc
      responses:
        '200':
          description: The customer.
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
                $ref: '#/components/schemas/CustomerResponse'
              examples:
                found:
                  summary: A customer who has an email alone.
                  value:
                    data:
                      id: cust_01kb1x7m5v9q3r8t2w4y6z0abc
                      email: jsmith@example.com
                      createdAt: '2026-11-23T08:30:00.000Z'
                      updatedAt: '2026-11-23T08:30:00.000Z'
        '400':
          $ref: '#/components/responses/BadRequest'
        '401':
          $ref: '#/components/responses/Unauthorized'
        '403':
          $ref: '#/components/responses/Forbidden'
        '404':
          $ref: '#/components/responses/NotFound'
        '429':
          $ref: '#/components/responses/TooManyRequests'
        '503':
          $ref: '#/components/responses/ServiceUnavailable'
`)
	// Behind the examples of createCustomer's 201.
	c.before(t, contract, "        '400':\n          $ref: '#/components/responses/BadRequest'\n        '401':\n          $ref: '#/components/responses/Unauthorized'\n"+
		"        '403':\n          $ref: '#/components/responses/Forbidden'\n        '404':\n          $ref: '#/components/responses/NotFound'\n"+
		"        '429':\n          $ref: '#/components/responses/TooManyRequests'\n        '503':\n          $ref: '#/components/responses/ServiceUnavailable'\n"+
		"      callbacks:\n", `          links:
            customer:
              operationId: getCustomer
              parameters:
                id: '$response.body#/data/id'
`)
	c.generate(t)
	problems := c.build(t)
	require.NotEmpty(t, problems, "the compiler asks for the method")
	for _, problem := range problems {
		require.Contains(t, problem, "does not implement gen.StrictServerInterface (missing method GetCustomer)", "nothing else fails")
	}
	c.say("the build asks for the method GetCustomer")
	c.add(t, "mockserver_getcustomer.go.txt", "mockserver/getcustomer.go")
	c.add(t, "client_getcustomer.go.txt", "client/getcustomer.go")
	c.add(t, "operation_probe.go.txt", "probe/probe_test.go")
	require.Empty(t, c.build(t))
	// The tests of contracttest count the cases of today's contract, and are left out; the probe runs the suite.
	c.passes(t, "contracttest", "contracttest/cmd/bitbybit-contract")
	assert.Equal(t, []string{"mockserver/getcustomer.go", "client/getcustomer.go"}, c.edited)

	// A parameter of its own is an argument of the generated request.
	c.before(t, contract, "      responses:\n        '200':\n          description: The customer.\n", `        - name: fresh
          in: query
          description: Whether to leave out what is cached.
          schema:
            type: boolean
`)
	c.generate(t)
	c.replace(t, "client/getcustomer.go", "(c.server, id)", "(c.server, id, nil)")
	c.add(t, "parameter_probe.go.txt", "probe/parameter_test.go")
	for _, f := range c.test(t, "./probe") {
		assert.Fail(t, f.name, f.output)
	}
}
