package contracttest

import (
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// class is what the contract says of a request: whether a server has to take it, or what is wrong with it. It is
// computed from the bytes that are sent, never remembered from how they were made.
type class struct {
	name string
	// check is the check that fails when a server does not treat the request as its class asks.
	check Check
	// codes are the error codes that fit; none for a valid request, and where any will do.
	codes []string
	// fine is set where the vendor documents nothing.
	fine bool
	// op is the operation; nil where the request means none.
	op *judge.Operation
	// allow are the methods of the path, for a method that it does not have.
	allow []string
	// value is the decoded body.
	value any
	// violations say what is wrong with the body or its headers.
	violations judge.Violations
}

// valid reports whether a server has to carry the request out.
func (c class) valid() bool { return c.check == PositiveAccepted }

// The error codes of the vendor's "Errors" page that requests of ours can cause.
const (
	codeValidation = "VALIDATION_ERROR"
	codeMissingKey = "MISSING_API_KEY"
	codeInvalidKey = "INVALID_API_KEY"
	codeNotFound   = "NOT_FOUND"
)

// classify says what the contract makes of a request.
func (s *suite) classify(r request) class {
	op, miss := s.route(r)
	switch {
	case op == nil && len(miss.Allow) > 0:
		return class{name: "method not allowed", check: MethodNotAllowed, fine: true, allow: miss.Allow}
	case op == nil:
		return class{name: "unknown path", check: UnknownPath, fine: true, codes: []string{codeNotFound}}
	}
	c := s.classifyKey(r, op)
	if c.check == "" {
		c = classifyBody(s.judge.Document(), op, r.header, r.body)
	}
	c.op = op
	return c
}

// route finds the operation below the path of the API, or below any that the contract names.
func (s *suite) route(r request) (*judge.Operation, *judge.Miss) {
	if below, inside := strings.CutPrefix(r.path, s.base); inside {
		if op, miss := s.judge.RouteBelow(r.method, below); op != nil || len(miss.Allow) > 0 || !s.watching {
			return op, miss
		}
	}
	return s.judge.Route(r.method, r.path)
}

// classifyKey is the zero class where the key is good or none is needed.
func (s *suite) classifyKey(r request, op *judge.Operation) class {
	credential := credentialOf(s.judge.Document(), op.Spec)
	if credential == nil {
		return class{}
	}
	key, found := credential.read(r)
	switch {
	case found && (key == s.config.APIKey || s.watching && key != ""):
		return class{}
	case !found && !s.watching && elsewhere(r, s.config.APIKey):
		return class{
			name:  "key in the wrong place",
			check: KeyInWrongPlace,
			codes: []string{codeMissingKey},
			fine:  true,
		}
	case !found:
		return class{name: "missing key", check: MissingKey, codes: []string{codeMissingKey}}
	case key == "":
		return class{name: "empty key", check: WrongKey, codes: []string{codeMissingKey, codeInvalidKey}}
	}
	return class{name: "wrong key", check: WrongKey, codes: []string{codeInvalidKey}}
}

// classifyBody judges the body and its headers. The strict reader goes first, then the schema.
func classifyBody(doc *openapi3.T, op *judge.Operation, header http.Header, body []byte) class {
	value, violations := op.Request(header, body)
	c := class{value: value, violations: violations}
	if len(violations) == 0 {
		c.name, c.check = "valid", PositiveAccepted
		// That properties which are not listed are ignored is our reading, and not the vendor's word.
		c.fine = len(op.UndocumentedInRequest(value)) > 0
		return c
	}
	c.codes = []string{codeValidation}
	switch first := violations[0]; {
	case first.Check == ContentType:
		c.name, c.check, c.fine = "wrong media type", MediaType, true
	case len(body) == 0:
		c.name, c.check = "empty body", EmptyBody
	case first.Check == UniqueKeys:
		c.name, c.check, c.fine = "a name twice", UniqueKeys, true
	case first.Check == UTF8:
		c.name, c.check, c.fine = "not UTF-8", UTF8, true
	case first.Check == SingleJSONValue:
		c.name, c.check = "malformed JSON", MalformedJSON
	default:
		c.name, c.check, c.fine = "invalid", NegativeRejected, assumed(doc, violations)
	}
	return c
}

// assumed reports whether every violation is of a rule that is our reading and not the vendor's word, as x-rules of
// the contract say. That null is no value of a request is one.
func assumed(doc *openapi3.T, violations judge.Violations) bool {
	for _, v := range violations {
		if v.Got != "null" && !assumedRule(doc, v) {
			return false
		}
	}
	return true
}

func assumedRule(doc *openapi3.T, v judge.Violation) bool {
	name, ok := strings.CutPrefix(v.Rule, "/components/schemas/")
	if !ok || doc.Components == nil {
		return false
	}
	name, _, _ = strings.Cut(name, "/")
	ref := doc.Components.Schemas[name]
	if ref == nil || ref.Value == nil || strings.Count(v.Rule, "/") != 4 {
		return false
	}
	rules, _ := ref.Value.Extensions["x-rules"].([]any)
	found := false
	for _, r := range rules {
		rule, _ := r.(map[string]any)
		if rule["keyword"] != v.Keyword {
			continue
		}
		if rule["provenance"] != "assumed" {
			return false
		}
		found = true
	}
	return found
}
