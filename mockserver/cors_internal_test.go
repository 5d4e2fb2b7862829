package mockserver

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatWasWarnedAboutIsRememberedWithinABound(t *testing.T) {
	t.Parallel()
	f := firsts{seen: map[string]bool{}}
	for i := range 3 * mostFirsts {
		assert.True(t, f.first(strconv.Itoa(i)))
		assert.False(t, f.first(strconv.Itoa(i)))
		assert.LessOrEqual(t, len(f.seen), mostFirsts)
	}
}
