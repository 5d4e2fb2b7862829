package contracttest

import (
	"bytes"
	"maps"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// testCase is one request to send, and what is known of it beyond its bytes.
type testCase struct {
	id    string
	phase result.Phase
	// weight orders the cases: the lightest are sent first, since a budget may end the run.
	weight int
	// rule is the id of the rule by which a server must carry the request out, where its bytes do not tell; empty for
	// nearly all.
	rule string
	// mockOnly is set where only the mock gets the case.
	mockOnly bool
	request  request
	// tree is what the body was made of; nil where it is no JSON that could be shrunk.
	tree any
	// asked is what the request asks the mock to answer; nil for nearly all.
	asked *asked
}

// asked is a documented answer that the mock was asked for.
type asked struct {
	status int
	code   string // the example's error code; empty where it has none
	// unasked is set where the request asked for nothing, and the answer came all the same: a 429 or a 503.
	unasked bool
}

// written is the case with the bytes of its body. They are written when they are needed: most plans are longer than
// their run.
func (c testCase) written() testCase {
	if c.tree != nil && c.request.body == nil {
		c.request.body = encode(c.tree)
	}
	return c
}

// request is what goes over the wire, but for the host.
type request struct {
	method string
	path   string // escaped, with the base path
	query  string
	header http.Header
	body   []byte // nil as long as it is not written; see testCase.written
}

// appendLog appends the request as the request log shows it, the key masked.
func (r request) appendLog(b []byte, id string, mask masker) []byte {
	b = append(b, "# "+id+"\n"+r.method+" "+mask.text(r.target())+"\n"...)
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		for _, value := range r.header[name] {
			b = append(b, name+": "+mask.text(value)+"\n"...)
		}
	}
	b = append(b, '\n')
	b = append(b, bytes.TrimRight([]byte(mask.text(string(r.body))), "\n")...)
	return append(b, "\n\n"...)
}

func (r request) target() string {
	if r.query == "" {
		return r.path
	}
	return r.path + "?" + r.query
}

// withTree is the case with another body.
func (c testCase) withTree(tree any) testCase {
	c.tree = tree
	c.request.body = encode(tree)
	return c
}
