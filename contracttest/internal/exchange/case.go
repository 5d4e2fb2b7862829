package exchange

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// Case is one request to send, and what is known of it beyond its bytes.
type Case struct {
	ID    string
	Phase result.Phase
	// Weight orders the cases: the lightest are sent first, since a budget may end the run.
	Weight int
	// Rule is the id of the rule by which a server must carry the request out, where its bytes do not tell; empty for
	// nearly all.
	Rule string
	// MockOnly is set where only the mock gets the case.
	MockOnly bool
	Request  Request
	// Links is the operationId whose path parameters the request needs, from an answer that is linked to it; empty for
	// nearly all. Gives are the links that the answer to this request is for.
	Links string
	Gives []Link
	// Tree is what the body was made of; nil where it is no JSON that could be shrunk.
	Tree any
	// Asked is what the request asks the mock to answer; nil for nearly all.
	Asked *Asked
}

// Asked is a documented answer that the mock was asked for.
type Asked struct {
	Status int
	Code   string // the example's error code; empty where it has none
	// Unasked is set where the request asked for nothing, and the answer came all the same: a 429 or a 503.
	Unasked bool
}

// Written is the case with the bytes of its body. They are written when they are needed: most plans are longer than
// their run.
func (c Case) Written() Case {
	if c.Tree != nil && c.Request.Body == nil {
		c.Request.Body = jsontree.Encode(c.Tree)
	}
	return c
}

// Request is what goes over the wire, but for the host.
type Request struct {
	Method string
	Path   string // escaped, with the base path
	Query  string
	Header http.Header
	Body   []byte // nil as long as it is not written; see testCase.written
}

// AppendLog appends the request as the request log shows it, the key masked.
func (r Request) AppendLog(b []byte, id string, mask Masker) []byte {
	b = append(b, "# "+id+"\n"+r.Method+" "+mask.Text(r.Target())+"\n"...)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			b = append(b, name+": "+mask.Text(value)+"\n"...)
		}
	}
	b = append(b, '\n')
	b = append(b, bytes.TrimRight([]byte(mask.Text(string(r.Body))), "\n")...)
	return append(b, "\n\n"...)
}

// Ask adds a parameter to the query.
func (r *Request) Ask(name, value string) {
	if r.Query != "" {
		r.Query += "&"
	}
	r.Query += url.Values{name: {value}}.Encode()
}

// Target is the path with the query.
func (r Request) Target() string {
	if r.Query == "" {
		return r.Path
	}
	return r.Path + "?" + r.Query
}

// WithTree is the case with another body.
func (c Case) WithTree(tree any) Case {
	c.Tree = tree
	c.Request.Body = jsontree.Encode(tree)
	return c
}
