package control

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What no HTTP client sends as a Host, but a socket does.
func TestAHostThatIsNoName(t *testing.T) {
	t.Parallel()
	a := &api{}
	for _, host := range []string{
		"", ":", ":4010", "attacker\u3002example", "attacker\uff0eexample", "attacker\x00", "a b", "user@mock", "mock/", "*",
		"[mock.example]", "[]", "attacker.example]:80", "attacker.example:80:80", "1.2.3.4.5", "..", "mock..local",
		strings.Repeat("a", 64), strings.Repeat("a.", 130) + "local",
	} {
		assert.False(t, a.isKnownHost(hostOf(host)), "%q", host)
	}
	for _, host := range []string{"mock", "mock:", "[::1", "::1", strings.Repeat("a", 63)} {
		assert.True(t, a.isKnownHost(hostOf(host)), "%q", host)
	}
}
