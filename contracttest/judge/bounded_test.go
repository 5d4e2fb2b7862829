package judge_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func TestPathsAreBoundedWhateverTheBodyNamesAndNests(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("n", 100_000)
	_, violations := judge.ReadJSON([]byte(`{"` + name + `":1,"` + name + `":1}`))
	assert.Equal(t, `["`+name[:60]+`"… (100,000 bytes)]`, violations[0].Path)

	_, violations = judge.ReadJSON([]byte(strings.Repeat(`[`, 9_000) + `1e400` + strings.Repeat(`]`, 9_000)))
	assert.Equal(t, strings.Repeat("[0]", 16)+"…", violations[0].Path)

	_, violations = judge.ReadJSON([]byte(strings.Repeat(`{"`+strings.Repeat("\x7f", 60)+`":`, 9) + `1e400` + strings.Repeat(`}`, 9)))
	assert.Equal(t, `["`+strings.Repeat(`\x7f`, 60)+`"]`+"…", violations[0].Path)

	_, violations = judge.ReadJSON([]byte(strings.Repeat(`{"`+name[:60]+`":`, 9) + `1e400` + strings.Repeat(`}`, 9)))
	assert.Equal(t, strings.Repeat("."+name[:60], 4)[1:]+"…", violations[0].Path)

	_, violations = judge.ReadJSON([]byte(`{"` + strings.Repeat("\U000e0001", 60) + `":1e400}`))
	assert.Equal(t, "…", violations[0].Path)
}

func TestEveryContentEncodingIsJudged(t *testing.T) {
	t.Parallel()
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	header := http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"identity", "gzip"}}
	_, violations := op.Request(header, []byte(`{"email":"a@example.com"}`))
	assert.Equal(t, `header Content-Encoding: must be absent or identity, got "gzip"`, violations.String())
}
