package access

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheCallersAddress(t *testing.T) {
	t.Parallel()
	keys := Keys{}
	require.NoError(t, keys.Add("bbb_test_k@203.0.113.7+198.51.100.0/24+2001:db8:1::/48+fe80::/64+::ffff:192.0.2.1"))
	key := keys.Grant("bbb_test_k")
	require.NotNil(t, key)
	for remote, want := range map[string]bool{
		"203.0.113.7:1":            true,
		"[::ffff:203.0.113.7]:1":   true,
		"198.51.100.255:65535":     true,
		"192.0.2.1:1":              true,
		"[2001:db8:1:ffff::1]:1":   true,
		"[fe80::1%eth0]:1":         true,
		"203.0.113.8:1":            false,
		"198.51.101.0:1":           false,
		"[2001:db8:2::1]:1":        false,
		"[::1]:1":                  false,
		"":                         false,
		"@":                        false,
		"203.0.113.7":              false,
		"pipe":                     false,
		"localhost:1":              false,
		"[::ffff:203.0.113.8]:443": false,
	} {
		assert.Equal(t, want, key.Allows(remote), remote)
	}
	assert.True(t, fullGrant.Allows("pipe"), "a key without a list is good from anywhere")
}
