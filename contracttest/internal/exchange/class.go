package exchange

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Class is what the contract says of a request: whether a server has to take it, or what is wrong with it. It is
// computed from the bytes that are sent, never remembered from how they were made.
type Class struct {
	Name string
	// Check is the check that fails when a server does not treat the request as its class asks.
	Check result.Check
	// Rule is what a server breaks that does not: the rule that the request breaks, or the one by which it is valid.
	Rule result.Rule
	// Reply is what a server breaks that refuses the request with another status or code than that of its cause.
	Reply result.Rule
	// Codes are the error codes that fit; none for a valid request, and where any will do.
	Codes []string
	// Op is the operation; nil where the request means none.
	Op *judge.Operation
	// MayBeAbsent is set for a valid request for something of which nothing tells whether it is there.
	MayBeAbsent bool
	// Allow are the methods of the path, for a method that it does not have.
	Allow []string
	// Value is the decoded body.
	Value any
	// Violations say what is wrong with the body or its headers; broken is the one that rule is about.
	Violations judge.Violations
	Broken     judge.Violation
}

// Valid reports whether a server has to carry the request out.
func (c Class) Valid() bool { return c.Check == result.PositiveAccepted }

// The error codes of the vendor's "Errors" page that requests of ours can cause.
const (
	CodeValidation = string(gen.CodeValidationError)
	CodeMissingKey = string(gen.CodeMissingAPIKey)
	CodeInvalidKey = string(gen.CodeInvalidAPIKey)
	codeNotFound   = string(gen.CodeNotFound)
)

// Classify says what the contract makes of a request.
func (s *Contract) Classify(r Request) Class {
	op, miss := s.route(r)
	switch {
	case op == nil && len(miss.Allow) > 0:
		rule := s.Rules.Of("other-methods")
		return Class{Name: "method not allowed", Check: result.MethodNotAllowed, Rule: rule, Reply: rule, Allow: miss.Allow}
	case op == nil:
		rule := s.Rules.Of("other-paths")
		return Class{Name: "unknown path", Check: result.UnknownPath, Rule: rule, Reply: rule, Codes: []string{codeNotFound}}
	}
	body := s.classifyBody(op, r.Header, r.Body)
	if body.Valid() {
		unknown, uncertain := s.classifyPath(op, r.Path)
		if body.MayBeAbsent = uncertain; unknown.Check != "" {
			body = unknown
		}
	}
	body.Op = op
	key := s.classifyKey(r, op)
	if key.Check == "" {
		return body
	}
	key.Op = op
	if key.Reply = s.Rules.Of("error-code"); key.Rule.Provenance == result.Assumed {
		key.Reply = key.Rule
	}
	if !body.Valid() {
		key.Reply = s.Rules.Of("key-before-body")
	}
	return key
}

// route finds the operation below the path of the API, or below any that the contract names.
func (s *Contract) route(r Request) (*judge.Operation, *judge.Miss) {
	if below, inside := strings.CutPrefix(r.Path, s.Base); inside {
		if op, miss := s.Judge.RouteBelow(r.Method, below); op != nil || len(miss.Allow) > 0 || s.Mode != Watching {
			return op, miss
		}
	}
	return s.Judge.Route(r.Method, r.Path)
}

// classifyKey is the zero class where the key is good or none is needed.
func (s *Contract) classifyKey(r Request, op *judge.Operation) Class {
	credential := s.CredentialOf(op)
	if credential == nil {
		return Class{}
	}
	key, found := credential.Read(r)
	missing, invalid := []string{CodeMissingKey}, []string{CodeInvalidKey}
	switch {
	case found && (key == s.Key || s.Mode == Watching && key != ""):
		return Class{}
	case !found && s.Mode != Watching && elsewhere(r, s.Key):
		return Class{Name: "key in the wrong place", Check: result.KeyInWrongPlace, Rule: s.Rules.Of("key-required"), Codes: missing}
	case !found:
		return Class{Name: "missing key", Check: result.MissingKey, Rule: s.Rules.Of("key-required"), Codes: missing}
	case key == "":
		return Class{
			Name: "empty key", Check: result.WrongKey, Rule: s.Rules.Of("key-required"), Codes: append(missing, invalid...),
		}
	case prefixed(key):
		return Class{Name: "wrong key", Check: result.WrongKey, Rule: s.Rules.Of("key-syntax"), Codes: invalid}
	}
	return Class{Name: "wrong key", Check: result.WrongKey, Rule: s.Rules.Of("key-valid"), Codes: invalid}
}

// prefixed reports whether a key begins as every key does, and goes on.
func prefixed(key string) bool {
	for _, prefix := range []string{gen.KeyPrefixTest, gen.KeyPrefixLive} {
		if len(key) > len(prefix) && strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// classifyBody judges the body and its headers.
func (s *Contract) classifyBody(op *judge.Operation, header http.Header, body []byte) Class {
	value, violations := op.Request(header, body)
	// OpenAPI 3.0.3 says of a readOnly property that it SHOULD NOT be sent: a server may ignore it, or refuse it.
	sent := len(violations)
	violations = slices.DeleteFunc(violations, func(v judge.Violation) bool { return v.Check == result.PropertyDirection })
	misdirected := len(violations) < sent
	c := Class{Value: value, Violations: violations, Reply: s.Rules.Of("valid-is-created")}
	if len(violations) == 0 {
		c.Name, c.Check = "valid", result.PositiveAccepted
		if c.Rule = s.liberty(op, header, value); misdirected {
			c.Rule = s.Rules.Of("unlisted-properties")
		}
		return c
	}
	c.Codes = []string{CodeValidation}
	for i, v := range violations {
		check, name, rule := s.cause(v, value, body)
		if i == 0 || c.Rule.Provenance == result.Assumed && rule.Provenance == result.Documented {
			c.Check, c.Name, c.Rule, c.Broken = check, name, rule, v
		}
	}
	if c.Reply = s.Rules.Of("error-code"); c.Rule.Provenance == result.Assumed {
		c.Reply = c.Rule
	}
	return c
}

// CauseOf is the rule that a violation of a request is a matter of.
func (s *Contract) CauseOf(v judge.Violation, value any, body []byte) result.Rule {
	_, _, rule := s.cause(v, value, body)
	return rule
}

// cause says which check and which rule a violation of a request is a matter of.
func (s *Contract) cause(v judge.Violation, value any, body []byte) (check result.Check, name string, rule result.Rule) {
	switch {
	case v.Check == result.ContentType:
		return result.MediaType, "wrong media type", s.Rules.Of("body-media-type")
	case len(body) == 0:
		return result.EmptyBody, "empty body", s.Rules.Of("body")
	case v.Check == result.UniqueKeys:
		return result.UniqueKeys, "a name twice", s.Rules.Of("body-unique-names")
	case v.Check == result.UTF8, bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return result.UTF8, "not UTF-8", s.Rules.Of("body-utf-8")
	case v.Check == result.SingleJSONValue && (json.Valid(body) || v.Pointer != ""):
		return result.MalformedJSON, "beyond the bounds", s.Rules.Of("body-bounds")
	case v.Check == result.SingleJSONValue && goesOn(body):
		return result.MalformedJSON, "more than one JSON value", s.Rules.Of("body-one-value")
	case v.Check == result.SingleJSONValue:
		return result.MalformedJSON, "malformed JSON", s.Rules.Of("body")
	}
	return result.NegativeRejected, "invalid", s.Rules.ofRequest(v, value)
}

// goesOn reports whether a body has something behind a first JSON value.
func goesOn(body []byte) bool {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	_, err := decoder.ReadValue()
	return err == nil && utf8.Valid(body)
}
