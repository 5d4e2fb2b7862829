package mockserver

import (
	"regexp"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
)

// Whatever a text is, no key is left in it, JSON stays JSON, and there is nothing left to mask afterwards.
func FuzzMaskKeys(f *testing.F) {
	for _, seed := range []string{
		`{"a":"bbb_test_a\u0062c\"d","b":"bbb_live_"}`, "/x/bbb%5flive%5Fs3cret/y", "BBB_LIVE_A, bbb_test_b;", `bbb_test_\`,
		"bbb_test_bbb_live_x", `"bbb_test_x\\"`, "bbb_live_…x", "bbb_test_\xff",
	} {
		f.Add(seed)
	}
	key := regexp.MustCompile(`(?i)bbb(_|%5f)(live|test)(_|%5f)[a-z0-9_-]`)
	f.Fuzz(func(t *testing.T, text string) {
		masked := maskKeys(text)
		assert.False(t, key.MatchString(masked), "%q", masked)
		assert.Equal(t, masked, maskKeys(masked))
		lax := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		if jsontext.Value(text).IsValid(lax...) {
			assert.True(t, jsontext.Value(masked).IsValid(lax...), "%q", masked)
		}
	})
}
