package client_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a program takes on with this package and those below it: the standard library, the generated code, its runtime, and the JSON library that
// is to become encoding/json/v2.
func TestDependencies(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(),
		"go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...").Output()
	require.NoError(t, err)
	allowed := []string{
		"github.com/bitbybit-go/bitbybit-go/gen",
		"github.com/oapi-codegen/runtime",
		"github.com/oapi-codegen/runtime/types",
		"github.com/apapsch/go-jsonmerge/v2", // of the runtime
		"github.com/google/uuid",             // of the runtime
	}
	for dep := range strings.FieldsSeq(string(out)) {
		ofJSON := strings.HasPrefix(dep+"/", "github.com/go-json-experiment/json/") // with its internal packages
		own := strings.HasPrefix(dep+"/", "github.com/bitbybit-go/bitbybit-go/client/")
		assert.True(t, own || ofJSON || slices.Contains(allowed, dep), "%s must not be a dependency", dep)
	}
}
