package wording

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain, é, 日本, 👩‍🚀\n\t": "plain, é, 日本, 👩‍🚀\n\t",
		"\x1b[31mred\x07":       `\u001b[31mred\u0007`,
		"a\u202eb\u200b\ufeff":  `a\u202eb\u200b\ufeff`,
		"\xff\xfe":              `\xff\xfe`,
		"\U000e0001":            `\U000e0001`,
		"##[error]":             `##\u005berror]`,
	} {
		assert.Equal(t, want, Visible(text))
	}
}

func TestShortened(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `a\r\nb`, OneLine("a\r\nb"))
	assert.Equal(t, "日本", Cut("日本語", 2))
	assert.Equal(t, "日本語", Cut("日本語", 3))
	assert.Equal(t, "a, b … and 1 more", Folded([]string{"a", "b", "c"}, 2))
	assert.Equal(t, "a", Folded([]string{"a"}, 2))
	assert.Equal(t, "1 error", Plural(1, "error"))
	assert.Equal(t, "0 errors", Plural(0, "error"))
	assert.Equal(t, "1,234,567", Thousands(1_234_567))
	assert.Equal(t, "999", Thousands(999))
}

func TestValue(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		"null":             nil,
		"true":             true,
		"the number 100":   100.0,
		"the number 1.5":   1.5,
		"the number 1e+30": 1e30,
		"the number 1e400": json.Number("1e400"),
		`"a\"b"`:           `a"b`,
		"an array":         []any{1.0},
		"an object":        map[string]any{},
		"something else":   1,
		`"` + strings.Repeat("é", MostQuoted) + `"… (122 bytes)`: strings.Repeat("é", MostQuoted+1),
	} {
		assert.Equal(t, want, Value(value))
	}
	assert.Equal(t, strings.Repeat("1", MostQuoted)+"…", Short(strings.Repeat("1", MostQuoted+1)))
}
