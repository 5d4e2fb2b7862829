package plan

import (
	"net/http"
	"net/url"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// builder builds requests of one operation.
type builder struct {
	op         *judge.Operation
	base       string      // path of the API
	path       string      // below it, with {name} for what an answer will tell
	media      string      // the media type of bodies
	parameters []parameter // that the operation cannot do without
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
	r := exchange.Request{Method: b.op.Method, Path: b.base + b.path, Header: http.Header{}, Body: body}
	if b.media != "" {
		r.Header.Set("Content-Type", b.media)
	}
	for _, p := range b.parameters {
		switch p.in {
		case openapi3.ParameterInQuery:
			r.Ask(p.name, p.value)
		case openapi3.ParameterInHeader:
			r.Header.Set(p.name, p.value)
		case openapi3.ParameterInCookie:
			r.Header.Set("Cookie", p.name+"="+url.QueryEscape(p.value))
		}
	}
	return r
}
