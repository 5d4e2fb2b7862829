package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
)

// contentType names the media type of an answer if it is a common one: others are untrusted input.
func (a answer) contentType() string {
	t, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	switch {
	case err != nil:
		return "no media type"
	case slices.Contains([]string{"application/json", "application/problem+json", "application/xml", "text/html",
		"text/plain", "text/xml"}, t):
		return t
	}
	return "another media type"
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*json.SyntaxError](err)
	return ok
}

// describe says what is wrong with the JSON of an answer without repeating its values, as the texts of encoding/json
// and time do.
func (a answer) describe(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		if coding := a.compression(); coding != "" {
			return "it is compressed (" + coding + ") and was not decoded; net/http decodes gzip that it asked for itself," +
				" does a transport or a middleware set Accept-Encoding or DisableCompression?"
		}
		return fmt.Sprintf("not JSON, or more or less than one value, at byte %d", syntax.Offset)
	}
	if typ, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if typ.Field == "" {
			return "the JSON is not an object"
		}
		return strings.Replace(typ.Field, "data.Customer.", "data.", 1) + " has the wrong type" // see readCustomer
	}
	if errors.Is(err, errSpelling) {
		return err.Error()
	}
	return errTime.Error()
}

// compression names how an answer is compressed as it came from the transport, "" if it is not. RFC 9110, 8.4.1.
func (a answer) compression() string {
	switch coding := strings.ToLower(strings.TrimSpace(a.header.Get("Content-Encoding"))); {
	case slices.Contains([]string{"br", "compress", "deflate", "gzip", "x-compress", "x-gzip", "zstd"}, coding):
		return coding
	case coding != "" && coding != "identity":
		return "another coding"
	case bytes.HasPrefix(a.body, []byte{0x1f, 0x8b}): // RFC 1952, 2.3.1
		return "gzip, unannounced"
	}
	return ""
}
