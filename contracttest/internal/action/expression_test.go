package action_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An expression of GitHub Actions, in the forms that action.yml and the README use
// (https://docs.github.com/actions/reference/workflows-and-actions/expressions):
//
//	or      = and { "||" and }
//	and     = not { "&&" not }
//	not     = "!" not | compare
//	compare = primary [ "==" primary | "!=" primary ]
//	primary = "(" or ")" | "'" text "'" | function "()" | name { "." name }
//
// Anything else is an error, and so is a name that nobody declared.
type expression struct {
	tokens  []string
	look    func(name string) (string, error)
	status  func(function string) (bool, error)
	failure error
}

var token = regexp.MustCompile(`^\s*('(?:[^']|'')*'|&&|\|\||==|!=|[!()]|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*|\S)`)

// evaluate is the value of an expression: a string or a bool.
func (e expression) evaluate(text string) (any, error) {
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		m := token.FindStringSubmatch(rest)
		e.tokens, rest = append(e.tokens, m[1]), rest[len(m[0]):]
	}
	value := e.or()
	if e.failure == nil && len(e.tokens) > 0 {
		e.failure = fmt.Errorf("%q: cannot read %q", text, e.tokens[0])
	}
	return value, e.failure
}

// take takes the next token if it is one of those.
func (e *expression) take(those ...string) string {
	for _, one := range those {
		if len(e.tokens) > 0 && e.tokens[0] == one {
			e.tokens = e.tokens[1:]
			return one
		}
	}
	return ""
}

func (e *expression) or() any {
	value := e.and()
	for e.take("||") != "" {
		if right := e.and(); !truth(value) {
			value = right
		}
	}
	return value
}

func (e *expression) and() any {
	value := e.not()
	for e.take("&&") != "" {
		if right := e.not(); truth(value) {
			value = right
		}
	}
	return value
}

func (e *expression) not() any {
	if e.take("!") != "" {
		return !truth(e.not())
	}
	value := e.primary()
	switch e.take("==", "!=") {
	case "==":
		return equal(value, e.primary())
	case "!=":
		return !equal(value, e.primary())
	}
	return value
}

func (e *expression) primary() any {
	if len(e.tokens) == 0 {
		e.fail(fmt.Errorf("an expression ends too early"))
		return ""
	}
	first := e.tokens[0]
	e.tokens = e.tokens[1:]
	switch {
	case first == "(":
		value := e.or()
		if e.take(")") == "" {
			e.fail(fmt.Errorf("a ) is missing"))
		}
		return value
	case first[0] == '\'' && len(first) > 1:
		return strings.ReplaceAll(first[1:len(first)-1], "''", "'")
	case !regexp.MustCompile(`^\w`).MatchString(first):
		e.fail(fmt.Errorf("cannot read %q", first))
		return ""
	case e.take("(") != "":
		if e.take(")") == "" {
			e.fail(fmt.Errorf("%s: only functions without arguments are known", first))
		}
		value, err := e.status(first)
		e.fail(err)
		return value
	}
	value, err := e.look(first)
	e.fail(err)
	return value
}

// fail keeps the first error.
func (e *expression) fail(err error) {
	if e.failure == nil {
		e.failure = err
	}
}

func truth(value any) bool { return value != "" && value != false }

// equal compares without regard to case, as GitHub does.
func equal(a, b any) bool { return strings.EqualFold(fmt.Sprint(a), fmt.Sprint(b)) }

// TestExpressions holds the evaluator to GitHub's documentation.
func TestExpressions(t *testing.T) {
	t.Parallel()
	values := map[string]string{"inputs.fail-on": "error", "inputs.empty": "", "steps.judge.outputs.exit-code": "1"}
	e := expression{
		look: func(name string) (string, error) {
			value, found := values[name]
			if !found {
				return "", fmt.Errorf("there is no %s", name)
			}
			return value, nil
		},
		status: func(function string) (bool, error) { return function == "always", nil },
	}
	for text, want := range map[string]any{
		"inputs.fail-on":                       "error",
		"'it''s'":                              "it's",
		"inputs.fail-on == 'ERROR'":            true,
		"inputs.fail-on != 'error'":            false,
		"always() && inputs.empty":             "",
		"always() && inputs.fail-on":           "error",
		"success() && inputs.fail-on":          false,
		"inputs.empty || inputs.fail-on":       "error",
		"!(inputs.empty || success())":         true,
		"!inputs.empty && 'a' || 'b'":          "a",
		"steps.judge.outputs.exit-code != ''":  true,
		"always() && '' != inputs.fail-on":     true,
		"always() && (success() || always())":  true,
		" ( inputs.fail-on ) ":                 "error",
		"failure() || inputs.fail-on == 'err'": false,
	} {
		value, err := e.evaluate(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, value, text)
	}
	for _, text := range []string{"", "inputs.typo", "inputs.empty ||", "(always()", "inputs.empty inputs.empty", "format('x')", "inputs['x']", "1 < 2", "'open"} {
		_, err := e.evaluate(text)
		assert.Error(t, err, text)
	}
}
