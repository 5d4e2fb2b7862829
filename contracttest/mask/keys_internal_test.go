package mask

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
)

// Whatever a text is, no key is left in it, JSON stays JSON, and there is nothing left to mask afterwards.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		`{"a":"bbb_test_a\u0062c\"d","b":"bbb_live_"}`, "/x/bbb%5flive%5Fs3cret/y", "BBB_LIVE_A, bbb_test_b;", `bbb_test_\`,
		"bbb_test_bbb_live_x", `"bbb_test_x\\"`, "bbb_live_…x", "bbb_test_\xff",
		`\u0062b%62_\u006Cive\u005fs3cret`, `"\\u0062bb_test_x"`, "%%62bb_test_x", "bbb%5", `\u006`, "bbbb_test_x",
		`\u0062b%62_\U006Cive\u005fs`, "bbb_teſt_x",
	} {
		f.Add(seed)
	}
	key := regexp.MustCompile(escapable("bbb_") + "(" + escapable("live") + "|" + escapable("test") + ")" +
		escapable("_") + "[A-Za-z0-9_-]")
	f.Fuzz(func(t *testing.T, text string) {
		masked := Keys(text)
		assert.False(t, key.MatchString(masked), "%q", masked)
		assert.Equal(t, masked, Keys(masked))
		lax := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		if jsontext.Value(text).IsValid(lax...) {
			assert.True(t, jsontext.Value(masked).IsValid(lax...), "%q", masked)
		}
	})
}

// escapable is a pattern of a text: each letter in either case, as it is or escaped. No "(?i)", which takes "ſ" for an "s", and the
// "\U" of other languages for the "\u" of JSON (RFC 8259 section 7).
func escapable(text string) string {
	pattern := ""
	for _, c := range []byte(text) {
		upper := bytes.ToUpper([]byte{c})[0]
		pattern += fmt.Sprintf(`([%[1]c%[2]c]|(%%|\\u00)(%[1]X|%[1]x|%[2]X|%[2]x))`, c, upper)
	}
	return pattern
}

// A text is read a few times at most, whatever is in it: it can come from anybody, and be 64 KiB in a header and 1 MiB in a body.
func TestMaskingReadsATextAFewTimesAtMost(t *testing.T) {
	t.Parallel()
	const size = 64 << 10
	for _, item := range []string{
		"b", "%62", `\u0062`, "bbb_tes", "bbb_test", "bbb_test_", "bbb_test_,", "bbb_test_,.", "bbb_test_x ", "bbb_test_é", `bbb_test_\`,
		"bbb_test_,,,,,,,,,, ", "x", "%", `\`,
	} {
		for _, head := range []string{"", "bbb_test_"} {
			_, read := maskCounted(head + strings.Repeat(item, size/len(item)))
			assert.LessOrEqual(t, read, 2*size, "%q", head+item)
		}
	}
}
