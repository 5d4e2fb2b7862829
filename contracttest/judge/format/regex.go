package format

import (
	"errors"
	"regexp/syntax"
	"strings"
)

// isRegex accepts the patterns of ECMA-262 that Go's regular expressions read, and takes on trust what follows a construct that only ECMA-262
// has: lookarounds, backreferences, \u and \c, and counts beyond Go's bound of 1,000.
func isRegex(s string) bool {
	_, err := syntax.Parse(s, syntax.Perl)
	wrong, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		return err == nil
	}
	switch wrong.Code {
	case syntax.ErrInvalidPerlOp, syntax.ErrInvalidNamedCapture:
		lookaround := strings.TrimPrefix(strings.TrimPrefix(wrong.Expr, "(?"), "<")
		return lookaround != "" && (lookaround[0] == '=' || lookaround[0] == '!')
	case syntax.ErrInvalidEscape:
		return len(wrong.Expr) > 1 && strings.IndexByte("123456789cku", wrong.Expr[1]) >= 0
	case syntax.ErrInvalidRepeatSize, syntax.ErrLarge, syntax.ErrNestingDepth:
		return true
	}
	return false
}
