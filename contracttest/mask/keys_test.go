package mask_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

func TestKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"":                                "…",
		"hunter2hunter2hunter2":           "…",
		"sk_live_a1b2c3d4e5f6g7h8":        "…",
		"bbb_test_":                       "bbb_test_…",
		"bbb_test_alice":                  "bbb_test_…",
		"bbb_test_a1b2c3d4e5f":            "bbb_test_…",
		"bbb_test_a1b2c3d4e5f6":           "bbb_test_…e5f6",
		"bbb_live_a1b2c3d4e5f6g7h8":       "bbb_live_…g7h8",
		"bbb_live_a1b2c3d4e5f6 and prose": "bbb_live_…",
	} {
		assert.Equal(t, want, mask.Key(key), key)
	}
}
