package format

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"a@example.com", "jsmith+news@example.com", "first.last@sub.mail.example.co.uk", "o'brien@example.com", "x@example.photography",
		"1@2.example", "a_b-c@xn--bcher-kva.example", "bücher@bücher.example", "a@localhost", "!#$%&'*+/=?^_`{|}~-@example.com",
		strings.Repeat("a", 64) + "@example.com", strings.Repeat("a", 63) + "@" + strings.Repeat("b.", 94) + "cd", "a@" + strings.Repeat("b", 63) + ".example",
	} {
		assert.True(t, isEmail(good), good)
	}
	for _, bad := range []string{
		"", "plain", "@", "a@", "@example.com", ".a@x.com", "a.@x.com", "a..b@x.com", "a@.x.com", "a@x.com.", "a@x..com", "a b@x.com", "a@x com", " a@x.com",
		"a@x.com ", "a@b@x.com", "a@-x.com", "a@x-.com", `"a b"@x.com`, "a@[127.0.0.1]", "a@x_y.com", "A <a@x.com>", "a,b@x.com", "a@x.com\n",
		strings.Repeat("a", 65) + "@example.com", strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 95) + "c", "a@" + strings.Repeat("b", 64) + ".example", "a@" + strings.Repeat("b.", 128) + "c",
	} {
		assert.False(t, isEmail(bad), bad)
	}
}
