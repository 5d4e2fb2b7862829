package plan

import (
	"net/http"
	"regexp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// builder builds requests of one operation.
type builder struct {
	op         *judge.Operation
	base       string // path of the API
	media      string // the media type of bodies
	credential *exchange.Credential
	key        string
}

// of makes a case with a good key and a tree for a body.
func (b builder) of(tree any) exchange.Case {
	c := exchange.Case{Request: b.with(nil), Tree: tree}
	if tree == nil {
		c.Request.Body = jsontree.Encode(nil)
	}
	return c
}

// with makes a request with a good key.
func (b builder) with(body []byte) exchange.Request {
	r := b.keyless(body)
	b.credential.Apply(&r, b.key)
	return r
}

// keyless makes a request without a key.
func (b builder) keyless(body []byte) exchange.Request {
	r := exchange.Request{Method: b.op.Method, Path: b.base + fill(b.op.Path), Header: http.Header{}, Body: body}
	if b.media != "" {
		r.Header.Set("Content-Type", b.media)
	}
	return r
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// fill puts something for each parameter of a path.
func fill(path string) string { return parameter.ReplaceAllString(path, "x") }
