package judge

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
)

// The texts of each format are in the tests of the package format; here its checkers reach both ways of judging.
func TestBothWaysOfJudgingKnowTheFormats(t *testing.T) {
	t.Parallel()
	for name, check := range format.Strings() {
		schema := openapi3.NewStringSchema().WithFormat(name)
		quick := shaper{}.shape(schema)
		require.NotNil(t, quick, "the quick judge knows the format %s", name)
		for _, text := range []string{
			"", "a", "/a", "~", "(", "1985-04-12", "1985-04-12T23:20:50Z", "1985-02-30", "23:20:50Z", "24:00:00Z", "P1D", "P", "a@example.com", "a@", "192.168.0.1", "256.0.0.1",
			"::1", ":::", "https://example.com/", "http://[a]/", "YQ==", "YQ=", "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380",
		} {
			violations := (&schemas{}).visit(schema, text, ResponseSchema, ResponseFormat)
			assert.Equal(t, check.Accepts(text), len(violations) == 0, "%s %q", name, text)
			assert.Equal(t, check.Accepts(text), quick.accepts([]byte(`"`+text+`"`)), "%s %q", name, text)
			for _, v := range violations {
				assert.Equal(t, ResponseFormat, v.Check)
				assert.Equal(t, check.Expected, v.Expected)
			}
		}
	}
}

func TestNumberFormats(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind, format string
		value        float64
		want         string
	}{
		{"number", "float", 3.4e38, ""},
		{"number", "float", -3.5e38, "body: must be a number that a 32-bit float can hold, got the number -3.5e+38"},
		{"number", "double", 1.7e308, ""},
		{"number", "int32", -1 << 31, ""},
		{"number", "int32", 1 << 31, "body: must be a whole number of 32 bits, got the number 2147483648"},
		{"number", "int32", 1.5, "body: must be a whole number of 32 bits, got the number 1.5"},
		{"number", "int64", 1 << 62, ""},
		{"number", "int64", 1e19, "body: must be a whole number of 64 bits, got the number 10000000000000000000"},
		{"integer", "int32", 1<<31 - 1, ""},
		{"integer", "int32", 1 << 31, "body: must have the format int32, got the number 2147483648"},
		{"integer", "int64", -1e19, "body: must have the format int64, got the number -10000000000000000000"},
	} {
		schema := &openapi3.Schema{Type: &openapi3.Types{tc.kind}, Format: tc.format}
		assert.Equal(t, tc.want, (&schemas{}).visit(schema, tc.value, ResponseSchema, ResponseFormat).String(), "%s %s", tc.kind, tc.format)
	}
}
