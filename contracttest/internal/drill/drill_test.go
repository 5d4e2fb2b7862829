package drill

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/require"
)

// envDrill is set by make drill. Each change takes a build and a run of all tests.
const envDrill = "BITBYBIT_DRILL"

// changes are made to a copy of the tree each, one after another: they share two cores and the build cache.
var changes = []struct {
	name string
	make func(t *testing.T, c *copied)
}{
	{"an optional property, birthDate", optionalProperty},
	{"properties of every kind", propertiesOfEveryKind},
	{"the key header, x-bitbybit-key", keyHeader},
	{"an error code, 409 CONFLICT", errorCode},
	{"a second operation, GET /customers/{id}", secondOperation},
}

//nolint:paralleltest // see changes
func TestDrill(t *testing.T) {
	if os.Getenv(envDrill) != "1" {
		t.Skip("takes minutes: make drill runs it")
	}
	var table strings.Builder
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "change of openapi.yaml\tfiles by hand\twhat build and tests said\tok")
	for _, change := range changes {
		var c *copied
		ok := t.Run(change.name, func(t *testing.T) {
			c = newCopy(t)
			change.make(t, c)
		})
		if c == nil {
			continue // left out by -run
		}
		fmt.Fprintf(rows, "%s\t%s\t%s\t%t\n", change.name, c.byHand(), strings.Join(c.said, "; "), ok)
	}
	require.NoError(t, rows.Flush())
	fmt.Println(table.String()) // without the name of the test before each line
}
