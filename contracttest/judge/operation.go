package judge

import (
	"encoding/hex"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Operation is one operation of the contract.
type Operation struct {
	// ID is the operationId, e.g. "createCustomer".
	ID string
	// Method is the HTTP method in capitals.
	Method string
	// Path is the path below a server's base path, as the contract spells it, e.g. "/customers".
	Path string
	// Spec is the operation in the document. It is shared: do not change it.
	Spec *openapi3.Operation

	rule       string // its place in the contract, as a JSON Pointer
	bodyRule   string // that of its request body
	judge      *Judge
	parameters []parameter
	responses  map[int]*response
	ranges     map[int]*response // "4XX" is 4
	fallback   *response         // "default"
	body       *openapi3.RequestBody
	shapes     map[string]*shape // of the request, by media type
}

var pointerToken = strings.NewReplacer("~", "~0", "/", "~1")

// EscapePointer escapes a name for a JSON Pointer (RFC 6901 section 3).
func EscapePointer(name string) string { return pointerToken.Replace(name) }

// canonical is where a part of the document stands: where its reference points to, if it is one.
func canonical(ref, pointer string) string {
	if target, local := strings.CutPrefix(ref, "#"); local {
		return target
	}
	return pointer
}

func newOperation(j *Judge, method, path string, item *openapi3.PathItem, all shaper) *Operation {
	operation := item.GetOperation(method)
	op := &Operation{ID: operation.OperationID, Method: method, Path: path, Spec: operation, judge: j, responses: map[int]*response{}, ranges: map[int]*response{}}
	op.rule = "/paths/" + EscapePointer(path) + "/" + strings.ToLower(method)
	op.parameters = parametersOf(path, item, operation, op.rule)
	if operation.RequestBody != nil {
		op.body = operation.RequestBody.Value
		op.bodyRule = canonical(operation.RequestBody.Ref, op.rule+"/requestBody")
		op.shapes = all.shapes(op.body.Content)
	}
	op.addResponses(operation.Responses, all)
	return op
}

// Miss says why [Judge.Route] found no operation: the path is unknown, or it is known and Allow lists the methods that it has.
type Miss struct {
	// Allow are the methods of the path, sorted; empty where the path is unknown.
	Allow []string
}

// Route finds the operation of a request by its method and path. The path is compared as it came on the wire (URL.EscapedPath), below any
// of the base paths that the contract's servers name: neither "//customers", nor "/customers/", nor "%2Fcustomers" is "/customers", but
// "/%63ustomers" is (RFC 3986 section 6.2.2.2). Exactly one of the results is nil.
func (j *Judge) Route(method, path string) (*Operation, *Miss) {
	path = normalPath(path)
	for _, base := range j.bases {
		if rest, ok := strings.CutPrefix(path, base); ok {
			if op, miss := j.find(method, rest); op != nil || len(miss.Allow) > 0 {
				return op, miss
			}
		}
	}
	return nil, &Miss{}
}

// RouteBelow is [Judge.Route] for a path from which the base path has been taken, for servers that are found elsewhere than the contract
// says.
func (j *Judge) RouteBelow(method, path string) (*Operation, *Miss) {
	return j.find(method, normalPath(path))
}

func (j *Judge) find(method, path string) (*Operation, *Miss) {
	var allow []string
	for _, op := range j.operations {
		if !matches(op.Path, path) {
			continue
		}
		if op.Method == method {
			return op, nil
		}
		allow = append(allow, op.Method)
	}
	slices.Sort(allow)
	return nil, &Miss{Allow: allow}
}

// matches compares a path with a path of the contract, in which a segment like {id} stands for any one segment.
func matches(template, path string) bool {
	if !strings.Contains(template, "{") {
		return template == path
	}
	for {
		t, templateRest, moreTemplate := strings.Cut(template, "/")
		p, pathRest, morePath := strings.Cut(path, "/")
		if moreTemplate != morePath || strings.HasPrefix(t, "{") && p == "" || !strings.HasPrefix(t, "{") && t != p {
			return false
		}
		if !moreTemplate {
			return true
		}
		template, path = templateRest, pathRest
	}
}

// normalPath decodes what need not have been percent-encoded: letters, digits, "-", ".", "_" and "~", which mean the same
// either way (RFC 3986 section 2.3). What can mean something else, like "%2F", stays as it is.
func normalPath(path string) string {
	if !strings.Contains(path, "%") {
		return path
	}
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if c, err := hex.DecodeString(path[i+1 : i+3]); err == nil && unreserved(c[0]) {
				b.WriteByte(c[0])
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}
