package har

import (
	"bytes"
	"encoding/base64"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// recorded is what a recorder wrote of a body: a content object of a response, a postData object of a request.
type recorded struct {
	text     []byte
	tooLong  bool // the text, to be kept
	encoding string
	mimeType string
	form     []byte  // the parameters, encoded
	params   bool    // there are parameters
	longForm bool    // some were left out
	absent   bool    // there is no text, not even an empty one
	attached bool    // the body is in another file
	state    string  // what the Writer of this package says
	size     float64 // as the recorder says it is; -1 where it does not
	saved    float64 // bytes that the compression saved
	sent     float64 // bytes on the wire; -1 where that is not known
}

func newRecorded() recorded { return recorded{absent: true, size: -1, sent: -1} }

// body reads a member of postData or content.
func (t tokens) body(name string, b *recorded) (err error) {
	switch name {
	case "text":
		err = t.bodyText(b)
	case "encoding":
		b.encoding, _, err = t.text()
	case "mimeType":
		b.mimeType, _, err = t.text()
	case "size":
		b.size, err = t.number()
	case "compression":
		b.saved, err = t.number()
	case "params":
		err = t.params(b)
	case "_file", "_sha1": // Playwright: the body is a file beside this one
		var file string
		file, _, err = t.text()
		b.attached = file != ""
	case "_bodyState":
		b.state, _, err = t.text()
	default:
		err = t.SkipValue()
	}
	return err
}

func (t tokens) bodyText(b *recorded) error {
	raw, err := t.scalar()
	b.text, b.absent, b.tooLong = nil, raw == nil, false
	switch {
	case err != nil || raw == nil:
	case raw[0] != '"':
		b.text = []byte(raw.String())
	case len(raw)-2 > maxBodyText:
		b.tooLong = true
	default:
		b.text = unquoteBody(raw)
	}
	return err
}

// params reads the parameters of a form and encodes them, up to what a body may be.
func (t tokens) params(b *recorded) error {
	b.form, b.params, b.longForm = nil, false, false
	return t.list(func() error {
		name, value, fits, err := t.pair()
		if b.params = true; len(b.form) > MaxBody || !fits {
			b.longForm = true
			return err
		}
		if len(b.form) > 0 {
			b.form = append(b.form, '&')
		}
		b.form = append(b.form, url.QueryEscape(name)+"="+url.QueryEscape(value)...)
		return err
	})
}

// ofRequest is the body of a request with this header, of which it takes out what is not true of it.
func (b *recorded) ofRequest(h http.Header) Body {
	if len(b.text) == 0 && b.params {
		if isForm(b.mimeType) {
			b.text, b.encoding, b.tooLong = b.form, "", b.longForm
		} else {
			b.attached = true // parts of a form with files cannot be put together again
		}
	}
	expected := b.sent
	if expected < 0 || !encoded(h) {
		expected = max(expected, contentLength(h))
	}
	if encoded(h) && len(b.text) > 0 {
		expected = -1 // it is of the compressed body
	}
	body := b.read(max(expected, 0))
	h.Del("Transfer-Encoding")
	measure(h, body)
	return body
}

func isForm(mimeType string) bool {
	kind, _, _ := strings.Cut(mimeType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded")
}

// ofResponse is the body of a response with this header, of which it takes out what is not true of it.
func (b *recorded) ofResponse(h http.Header, status int) Body {
	expected := b.size
	if expected == 0 && len(b.text) == 0 && (b.sent > 0 || contentLength(h) > 0) {
		expected = -1 // some recorders have no body for want of room, and call it empty
	}
	switch {
	case expected >= 0 && encoded(h):
		// mitmproxy and Redocly write the compressed size, and the difference with either sign.
		expected -= math.Abs(b.saved)
	case expected < 0 && (b.sent == 0 || !b.absent || status < 200 || status == http.StatusNoContent):
		expected = max(contentLength(h), 0)
	case expected < 0:
		expected = contentLength(h)
	}
	body := b.read(expected)
	describe(h, body)
	return body
}

// read is the body; of it, expected bytes were sent, or at least one where that is not known (-1).
func (b *recorded) read(expected float64) Body {
	if state := slices.Index(bodyStates[:], b.state); state > int(BodyCut) || state == int(BodyOmitted) {
		return Body{State: BodyState(state)}
	}
	switch {
	case b.tooLong:
		return Body{State: BodyTooLarge}
	case len(b.text) == 0 && b.state == BodyCut.String():
		return Body{State: BodyCut}
	case len(b.text) == 0 && (b.attached || expected != 0):
		return Body{State: BodyOmitted}
	case len(b.text) == 0:
		return Body{}
	}
	body := Body{Bytes: b.text}
	isText := true
	switch strings.ToLower(b.encoding) {
	case "base64":
		isText = false
		var ok bool
		if body.Bytes, ok = decodeBase64(b.text); !ok {
			return Body{State: BodyUndecodable}
		}
	case "", "utf-8", "utf8", "text", "plain":
	default:
		return Body{State: BodyUndecodable}
	}
	if len(body.Bytes) > MaxBody {
		return Body{State: BodyTooLarge}
	}
	if b.state == BodyCut.String() || float64(len(body.Bytes)) < b.least(expected, isText) {
		body.State = BodyCut
	}
	return body
}

// least is how many bytes a whole body has: a few less if it is text, since browsers leave out the byte order mark, and an
// unknown number if its charset was another.
func (b *recorded) least(expected float64, isText bool) float64 {
	if !isText {
		return expected
	}
	if _, parameters, err := mime.ParseMediaType(b.mimeType); err == nil && parameters["charset"] != "" &&
		!strings.EqualFold(parameters["charset"], "utf-8") && !strings.EqualFold(parameters["charset"], "us-ascii") {
		return 0
	}
	return expected - float64(len("\ufeff"))
}

// decodeBase64 decodes either alphabet, with or without padding and line breaks.
func decodeBase64(text []byte) ([]byte, bool) {
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	if n, err := base64.StdEncoding.Decode(decoded, text); err == nil {
		return decoded[:n], true
	}
	text = bytes.Map(func(c rune) rune {
		switch c {
		case ' ', '\t', '\r', '\n':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return c
	}, text)
	text = bytes.TrimRight(text, "=")
	n, err := base64.RawStdEncoding.Decode(decoded, text)
	return decoded[:n], err == nil
}
