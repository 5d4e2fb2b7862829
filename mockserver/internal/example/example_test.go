package example_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
)

func TestFirstSuccess(t *testing.T) {
	t.Parallel()
	success := example.Of(judge.Contract().Operation(gen.OperationCreateCustomer)).FirstSuccess()
	assert.Equal(t, "created", success.Name)
	assert.Equal(t, 201, success.Status)
	assert.Equal(t, 200, example.List{{Status: 404}}.FirstSuccess().Status, "an operation without an example of a success")
}
