package contracttest

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

// class is what the contract says of a request: whether a server has to take it, or what is wrong with it. It is
// computed from the bytes that are sent, never remembered from how they were made.
type class struct {
	name string
	// check is the check that fails when a server does not treat the request as its class asks.
	check result.Check
	// rule is what a server breaks that does not: the rule that the request breaks, or the one by which it is valid.
	rule result.Rule
	// reply is what a server breaks that refuses the request with another status or code than that of its cause.
	reply result.Rule
	// codes are the error codes that fit; none for a valid request, and where any will do.
	codes []string
	// op is the operation; nil where the request means none.
	op *judge.Operation
	// allow are the methods of the path, for a method that it does not have.
	allow []string
	// value is the decoded body.
	value any
	// violations say what is wrong with the body or its headers; broken is the one that rule is about.
	violations judge.Violations
	broken     judge.Violation
}

// valid reports whether a server has to carry the request out.
func (c class) valid() bool { return c.check == result.PositiveAccepted }

// The error codes of the vendor's "Errors" page that requests of ours can cause.
const (
	codeValidation = string(gen.CodeValidationError)
	codeMissingKey = string(gen.CodeMissingAPIKey)
	codeInvalidKey = string(gen.CodeInvalidAPIKey)
	codeNotFound   = string(gen.CodeNotFound)
)

// classify says what the contract makes of a request.
func (s *contract) classify(r request) class {
	op, miss := s.route(r)
	switch {
	case op == nil && len(miss.Allow) > 0:
		rule := s.rules.of("other-methods")
		return class{name: "method not allowed", check: result.MethodNotAllowed, rule: rule, reply: rule, allow: miss.Allow}
	case op == nil:
		rule := s.rules.of("other-paths")
		return class{name: "unknown path", check: result.UnknownPath, rule: rule, reply: rule, codes: []string{codeNotFound}}
	}
	body := s.classifyBody(op, r.header, r.body)
	body.op = op
	key := s.classifyKey(r, op)
	if key.check == "" {
		return body
	}
	key.op = op
	if key.reply = s.rules.of("error-code"); key.rule.Provenance == result.Assumed {
		key.reply = key.rule
	}
	if !body.valid() {
		key.reply = s.rules.of("key-before-body")
	}
	return key
}

// route finds the operation below the path of the API, or below any that the contract names.
func (s *contract) route(r request) (*judge.Operation, *judge.Miss) {
	if below, inside := strings.CutPrefix(r.path, s.base); inside {
		if op, miss := s.judge.RouteBelow(r.method, below); op != nil || len(miss.Allow) > 0 || s.mode != watching {
			return op, miss
		}
	}
	return s.judge.Route(r.method, r.path)
}

// classifyKey is the zero class where the key is good or none is needed.
func (s *contract) classifyKey(r request, op *judge.Operation) class {
	credential := credentialOf(s.judge.Document(), op.Spec)
	if credential == nil {
		return class{}
	}
	key, found := credential.read(r)
	missing, invalid := []string{codeMissingKey}, []string{codeInvalidKey}
	switch {
	case found && (key == s.key || s.mode == watching && key != ""):
		return class{}
	case !found && s.mode != watching && elsewhere(r, s.key):
		return class{name: "key in the wrong place", check: result.KeyInWrongPlace, rule: s.rules.of("key-required"), codes: missing}
	case !found:
		return class{name: "missing key", check: result.MissingKey, rule: s.rules.of("key-required"), codes: missing}
	case key == "":
		return class{
			name: "empty key", check: result.WrongKey, rule: s.rules.of("key-required"), codes: append(missing, invalid...),
		}
	case prefixed(key):
		return class{name: "wrong key", check: result.WrongKey, rule: s.rules.of("key-syntax"), codes: invalid}
	}
	return class{name: "wrong key", check: result.WrongKey, rule: s.rules.of("key-valid"), codes: invalid}
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
func (s *contract) classifyBody(op *judge.Operation, header http.Header, body []byte) class {
	value, violations := op.Request(header, body)
	// OpenAPI 3.0.3 says of a readOnly property that it SHOULD NOT be sent: a server may ignore it, or refuse it.
	sent := len(violations)
	violations = slices.DeleteFunc(violations, func(v judge.Violation) bool { return v.Check == result.PropertyDirection })
	misdirected := len(violations) < sent
	c := class{value: value, violations: violations, reply: s.rules.of("valid-is-created")}
	if len(violations) == 0 {
		c.name, c.check = "valid", result.PositiveAccepted
		if c.rule = s.liberty(op, header, value); misdirected {
			c.rule = s.rules.of("unlisted-properties")
		}
		return c
	}
	c.codes = []string{codeValidation}
	for i, v := range violations {
		check, name, rule := s.cause(v, value, body)
		if i == 0 || c.rule.Provenance == result.Assumed && rule.Provenance == result.Documented {
			c.check, c.name, c.rule, c.broken = check, name, rule, v
		}
	}
	if c.reply = s.rules.of("error-code"); c.rule.Provenance == result.Assumed {
		c.reply = c.rule
	}
	return c
}

// cause says which check and which rule a violation of a request is a matter of.
func (s *contract) cause(v judge.Violation, value any, body []byte) (check result.Check, name string, rule result.Rule) {
	switch {
	case v.Check == result.ContentType:
		return result.MediaType, "wrong media type", s.rules.of("body-media-type")
	case len(body) == 0:
		return result.EmptyBody, "empty body", s.rules.of("body")
	case v.Check == result.UniqueKeys:
		return result.UniqueKeys, "a name twice", s.rules.of("body-unique-names")
	case v.Check == result.UTF8, bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return result.UTF8, "not UTF-8", s.rules.of("body-utf-8")
	case v.Check == result.SingleJSONValue && (json.Valid(body) || v.Pointer != ""):
		return result.MalformedJSON, "beyond the bounds", s.rules.of("body-bounds")
	case v.Check == result.SingleJSONValue && goesOn(body):
		return result.MalformedJSON, "more than one JSON value", s.rules.of("body-one-value")
	case v.Check == result.SingleJSONValue:
		return result.MalformedJSON, "malformed JSON", s.rules.of("body")
	}
	return result.NegativeRejected, "invalid", s.rules.ofRequest(v, value)
}

// goesOn reports whether a body has something behind a first JSON value.
func goesOn(body []byte) bool {
	decoder := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	_, err := decoder.ReadValue()
	return err == nil && utf8.Valid(body)
}
