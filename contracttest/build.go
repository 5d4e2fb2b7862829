package contracttest

import (
	"net/http"
	"regexp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// builder builds requests of one operation.
type builder struct {
	op         *judge.Operation
	base       string // path of the API
	media      string // the media type of bodies
	credential *credential
	key        string
}

// of makes a case with a good key and a tree for a body.
func (b builder) of(tree any) testCase {
	c := testCase{request: b.with(nil), tree: tree}
	if tree == nil {
		c.request.body = encode(nil)
	}
	return c
}

// with makes a request with a good key.
func (b builder) with(body []byte) request {
	r := b.keyless(body)
	b.credential.apply(&r, b.key)
	return r
}

// keyless makes a request without a key.
func (b builder) keyless(body []byte) request {
	r := request{method: b.op.Method, path: b.base + fill(b.op.Path), header: http.Header{}, body: body}
	if b.media != "" {
		r.header.Set("Content-Type", b.media)
	}
	return r
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// fill puts something for each parameter of a path.
func fill(path string) string { return parameter.ReplaceAllString(path, "x") }
