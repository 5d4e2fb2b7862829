package delivery

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// arrival is one request that came.
type arrival struct {
	at             time.Time // when its body was there
	method, target string
	header         http.Header
	body           []byte // as it came
	plain          []byte // decompressed, where it came compressed and can be
	cut            bool   // the body is longer than mostBody
	followed       string // the customer whose delivery was redirected to here; empty for nearly all
	answered       int
	customer       string // the id in its payload; empty where it has none that can be read
}

// take reads a body as far as it needs to be known at once: whose customer it is.
func (a *arrival) take(body []byte) {
	a.body, a.plain = body, body
	if a.compressed() {
		if plain := decompressed(a.header.Get("Content-Encoding"), body); plain != nil {
			a.plain = plain // else the encoding is one in name alone, or not one to be read
		}
	}
	a.customer = cmp.Or(a.followed, idIn(a.plain))
}

// idIn is the member id of a body that is a JSON object; empty where it has none. Nothing else of it is kept: whatever it is, it
// costs no memory.
func idIn(body []byte) string {
	d := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' {
		return ""
	}
	_, _ = d.ReadToken()
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return ""
		}
		if name.String() == "id" && d.PeekKind() == '"' {
			id, err := d.ReadToken()
			if err != nil {
				return ""
			}
			return id.String()
		}
		if d.SkipValue() != nil {
			return ""
		}
	}
	return ""
}

// compressed reports whether the body is not what it says, but for an encoding.
func (a *arrival) compressed() bool {
	encoding := strings.ToLower(strings.Join(a.header.Values("Content-Encoding"), ","))
	return encoding != "" && encoding != "identity"
}

// shorten keeps the beginning of a body alone.
func (a *arrival) shorten(size int) {
	a.body = bytes.Clone(a.body[:min(size, len(a.body))])
	a.plain = a.body
}

// decompressed is a body without its encoding, cut to mostBody; nil where it cannot be read.
func decompressed(encoding string, body []byte) []byte {
	var from io.Reader
	var err error
	switch strings.ToLower(encoding) {
	case "gzip", "x-gzip":
		from, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		from, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	plain, err := io.ReadAll(io.LimitReader(from, mostBody))
	if err != nil {
		return nil
	}
	return plain
}

// has reports whether a text is in the body.
func (a *arrival) has(text string) bool { return bytes.Contains(a.plain, []byte(text)) }

// size is what it takes of memory, in bytes.
func (a *arrival) size() int {
	size := len(a.body) + len(a.method) + len(a.target) + len(a.followed) + len(a.customer) + 512
	if a.compressed() {
		size += len(a.plain)
	}
	for name, values := range a.header {
		for _, value := range values {
			size += len(name) + len(value) + 64
		}
	}
	return size
}
