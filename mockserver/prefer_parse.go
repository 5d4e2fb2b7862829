package mockserver

import (
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// longestPrefer is how many bytes of Prefer headers are read.
const longestPrefer = 4096

// parsePrefer reads Prefer headers (RFC 7240 section 2): preferences with commas between them, each a token, a value if
// it has one, and parameters after semicolons. Names are compared without case, a preference that comes again is
// ignored, and so are parameters. But a parameter of ours that is called like another one of ours is refused: whoever
// writes "code=400; example=missingCompanyId" means a comma, and would get another example.
func parsePrefer(lines []string) (preference, error) {
	p := preference{}
	total := 0
	for _, line := range lines {
		if total += len(line); total > longestPrefer {
			return nil, fmt.Errorf("must be at most %d bytes", longestPrefer)
		}
		rest := line
		for {
			rest = strings.TrimLeft(rest, " \t,") // an empty element of a list is allowed (RFC 9110 section 5.6.1)
			if rest == "" {
				break
			}
			name, value, after, err := readPreference(rest)
			if err != nil {
				return nil, fmt.Errorf("%w: must be like code=429 or example=name, got %s", err, untrusted.Quote(line))
			}
			name = strings.ToLower(name)
			if _, again := p[name]; isOurs(name) && !again {
				p[name] = value
			}
			rest = after
		}
	}
	return p, nil
}

// readPreference reads one preference with its parameters, and the comma or the end after it.
func readPreference(s string) (name, value, rest string, err error) {
	name, value, rest, err = readPair(s)
	for err == nil && strings.HasPrefix(rest, ";") {
		rest = strings.TrimLeft(rest[1:], " \t")
		if rest == "" || rest[0] == ';' || rest[0] == ',' {
			continue // ";" with nothing behind it is allowed
		}
		var parameter string
		if parameter, _, rest, err = readPair(rest); err == nil && isOurs(name) && isOurs(parameter) {
			err = errors.New("a comma must stand before " + parameter + ", not a semicolon")
		}
	}
	if err == nil && rest != "" && rest[0] != ',' {
		err = errors.New("a comma is missing")
	}
	return name, value, rest, err
}

// isOurs reports whether a preference concerns the mock.
func isOurs(name string) bool {
	return strings.EqualFold(name, "code") || strings.EqualFold(name, "example")
}

// readPair reads a token and, behind "=", a token or a quoted string, with the white space around them.
func readPair(s string) (name, value, rest string, err error) {
	if name, rest = readToken(s); name == "" {
		return "", "", "", errors.New("a name is missing")
	}
	rest = strings.TrimLeft(rest, " \t")
	if !strings.HasPrefix(rest, "=") {
		return name, "", rest, nil
	}
	rest = strings.TrimLeft(rest[1:], " \t")
	if strings.HasPrefix(rest, `"`) {
		value, rest, err = readQuoted(rest)
	} else {
		value, rest = readToken(rest)
	}
	return name, value, strings.TrimLeft(rest, " \t"), err
}

// readToken reads a token (RFC 9110 section 5.6.2), which may be empty.
func readToken(s string) (token, rest string) {
	rest = strings.TrimLeftFunc(s, httpguts.IsTokenRune)
	return s[:len(s)-len(rest)], rest
}

// readQuoted reads a quoted string (RFC 9110 section 5.6.4).
func readQuoted(s string) (text, rest string, err error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			if i++; i == len(s) {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New(`a quoted string has no end`)
}
