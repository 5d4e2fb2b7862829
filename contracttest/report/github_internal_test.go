package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

func TestAnnotationsAreEscaped(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	command(&b, "error", result.Rule{Line: 7}, "a:b, 100%\r\n", "c: d, 100%\r\n::warning::e")
	assert.Equal(t, "::error file=openapi.yaml,line=7,title=a%3Ab%2C 100%25%0D%0A::c: d, 100%25%0D%0A::warning::e\n", b.String())
	b.Reset()
	command(&b, "warning", result.Rule{}, "t", "m")
	assert.Equal(t, "::warning title=t::m\n", b.String(), "a rule without a line has no place")
}
