package har

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestInputForgets reads a thousand strings that are shortened: where those of earlier entries were is not kept, and yet the place of
// an error is right.
func TestInputForgets(t *testing.T) {
	t.Parallel()
	text := `{"log":{"entries":[` + strings.Repeat(`"`+strings.Repeat("x", maxString+100)+`",`, 1000)
	r := NewReader(strings.NewReader(text + "}"))
	for range 1000 {
		_, err := r.Next()
		require.NoError(t, err)
		assert.Less(t, len(r.input.cuts), 10)
	}
	_, err := r.Next()
	where, ok := errors.AsType[*Error](err)
	require.True(t, ok)
	assert.EqualValues(t, len(text)-1, where.Offset, "the comma that nothing follows")
}
