package judge

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
		assert.NoError(t, checkEmail(good), good)
	}
	for _, bad := range []string{
		"", "plain", "@", "a@", "@example.com", ".a@x.com", "a.@x.com", "a..b@x.com", "a@.x.com", "a@x.com.", "a@x..com", "a b@x.com", "a@x com", " a@x.com",
		"a@x.com ", "a@b@x.com", "a@-x.com", "a@x-.com", `"a b"@x.com`, "a@[127.0.0.1]", "a@x_y.com", "A <a@x.com>", "a,b@x.com", "a@x.com\n",
		strings.Repeat("a", 65) + "@example.com", strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 95) + "c", "a@" + strings.Repeat("b", 64) + ".example", "a@" + strings.Repeat("b.", 128) + "c",
	} {
		assert.Error(t, checkEmail(bad), bad)
	}
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"2026-11-23T08:30:00Z", "2026-11-23T08:30:00.000Z", "2026-11-23T08:30:00+07:00", "2024-02-29T23:59:59.123456789-11:30"} {
		assert.NoError(t, checkDateTime(good), good)
	}
	for _, bad := range []string{
		"", "2026-11-23", "2026-11-23 08:30:00Z", "2026-11-23T08:30:00", "2026-11-23T08:30Z", "2026-02-30T08:30:00Z", "2026-11-23T24:00:00Z",
		"2026-11-23T08:30:00,5Z", "2026-11-23T08:30:00+0700", "1700000000", "2026-11-23T8:30:00Z", "2026-11-23T08:30:00+99:99",
	} {
		assert.Error(t, checkDateTime(bad), bad)
	}
}
