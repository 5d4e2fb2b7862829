package har

import (
	"bytes"
	"encoding/hex"

	"github.com/go-json-experiment/json/jsontext"
)

// escapeLength is the length of \uXXXX.
const escapeLength = 6

// unquoteBody is the body that a string stands for. Programs in Python, mitmproxy among them, write a byte that is no UTF-8 as half
// of a surrogate pair, U+DC80 to U+DCFF (PEP 383): it becomes that byte again.
func unquoteBody(raw jsontext.Value) []byte {
	if !bytes.Contains(raw, []byte(`\udc`)) {
		return unquote(raw)
	}
	body := make([]byte, 0, len(raw))
	inner := raw[1 : len(raw)-1]
	begin, high := 0, -1 // of what is not in body yet; the end of the last escape of a first half
	for i := 0; i < len(inner); i++ {
		if inner[i] != '\\' {
			continue
		}
		if inner[i+1] != 'u' {
			i++
			continue
		}
		escape := inner[i : i+escapeLength]
		if c, ok := escapedByte(escape); ok && i != high {
			body = append(body, unquote(quoted(inner[begin:i]))...)
			body = append(body, c)
			begin = i + escapeLength
		}
		if isFirstHalf(escape) {
			high = i + escapeLength
		}
		i += escapeLength - 1
	}
	return append(body, unquote(quoted(inner[begin:]))...)
}

func quoted(inner []byte) jsontext.Value {
	return append(append([]byte{'"'}, inner...), '"')
}

// escapedByte is the byte that an escape from \udc80 to \udcff stands for.
func escapedByte(escape []byte) (byte, bool) {
	var c [1]byte
	if !bytes.HasPrefix(escape, []byte(`\udc`)) {
		return 0, false
	}
	if _, err := hex.Decode(c[:], escape[len(`\udc`):]); err != nil {
		return 0, false
	}
	return c[0], c[0] >= 0x80
}

// isFirstHalf reports whether an escape, from \ud800 to \udbff, is the first half of a surrogate pair.
func isFirstHalf(escape []byte) bool {
	digits := bytes.ToLower(escape[len(`\u`):])
	return digits[0] == 'd' && bytes.IndexByte([]byte("89ab"), digits[1]) >= 0
}
