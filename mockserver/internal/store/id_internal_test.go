package store

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

func TestULIDText(t *testing.T) {
	t.Parallel()
	for text, u := range map[string]ID{
		"00000000000000000000000000": {},
		"00000000000000000000000001": {0, 1},
		"0000000000000g000000000000": {1, 0},
		"7zzzzzzzzzzzzzzzzzzzzzzzzz": {math.MaxUint64, math.MaxUint64},
		// The example of the ULID specification, in small letters.
		"01arz3ndektsv4rrffq69g5fav": {0x01563e3ab5d3d676, 0x4c61efb99302bd5b},
	} {
		assert.Equal(t, customerPrefix+text, u.text(customerPrefix))
		assert.Equal(t, addressPrefix+text, u.text(addressPrefix))
		back, ok := ParseID(customerPrefix + text)
		assert.True(t, ok)
		assert.Equal(t, u, back)
	}
	assert.Equal(t, ID{1, 0}, ID{0, math.MaxUint64}.plus(1))
}

func TestIDsHoldTheTimeAndNeverRunIntoTheNextMillisecond(t *testing.T) {
	t.Parallel()
	var g ids
	now := time.UnixMilli(1_700_000_000_000)
	first, _ := g.take(&Config{}, apikey.Digest{}, 1, now)
	assert.EqualValues(t, 1_700_000_000_000, first.hi>>16)
	for range 1_000 {
		last, _ := g.take(&Config{}, apikey.Digest{}, 1_000_000, now)
		assert.EqualValues(t, 1_700_000_000_000, last.hi>>16)
		assert.Equal(t, first.hi>>16, last.hi>>16)
	}
	early, _ := (&ids{}).take(&Config{}, apikey.Digest{}, 1, time.Time{})
	assert.NotEqual(t, ID{}, early, "a clock before 1970 is no trouble")
}
