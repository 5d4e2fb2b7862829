package exchange

import (
	"bytes"
	"fmt"
	"net/http"
)

// What is judged of a body: more is not.
const (
	MostBody   = 4 << 20 // bytes
	MostValues = 20_000  // JSON values in it, since each may be a finding
)

// HeaderSize is how many bytes headers have.
func HeaderSize(h http.Header) (size int) {
	for name, values := range h {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	return size
}

// ErrTooLarge is why an answer is not judged.
var ErrTooLarge = fmt.Errorf("expected a body of at most %d bytes, got more", MostBody)

// TooLarge says why an answer's body is not judged; nil where it is.
func TooLarge(body []byte) error {
	switch {
	case len(body) > MostBody:
		return ErrTooLarge
	case TooManyValues(body):
		return fmt.Errorf("expected a body of at most %d JSON values, got more", MostValues)
	}
	return nil
}

// TooManyValues reports whether a body that looks like JSON has more than MostValues values. It only counts what opens
// and divides them, so that it costs next to nothing.
func TooManyValues(body []byte) bool {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return false
	}
	values, within := 0, false // a text
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case within && c == '\\':
			i++
		case c == '"':
			within = !within
		case !within && (c == ',' || c == '{' || c == '['):
			if values++; values > MostValues {
				return true
			}
		}
	}
	return false
}
