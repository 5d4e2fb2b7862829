package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBytesHaveUnits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"1": 1, "1048576": 1 << 20, "3KiB": 3 << 10, "10MiB": 10 << 20, "256 MiB": 256 << 20, "2GiB": 2 << 30,
		"8589934591GiB": math.MaxInt64 >> 30 << 30,
	} {
		got, err := byteCount(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1", "MiB", "0MiB", "-1MiB", "1MB", "1mib", "1.5GiB", "8589934592GiB", "1 KiB MiB", "1MiBKiB"} {
		_, err := byteCount(text)
		assert.EqualError(t, err, "must be a number of bytes, 1 or more, as in 1048576 or 1MiB", text)
	}
}
