package har

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// maxHeader bounds the header of a message in bytes, as net/http does by default; fieldCost is added for each field.
const (
	maxHeader = http.DefaultMaxHeaderBytes
	fieldCost = 32
)

// fields are the header fields of a message.
type fields struct {
	header   http.Header
	size     int
	oversize bool // some were left out
}

func newFields() fields { return fields{header: http.Header{}} }

// fields reads a list of objects with name and value.
func (t tokens) fields() (fields, error) {
	all := newFields()
	return all, t.list(func() error {
		name, value, fits, err := t.pair()
		if all.add(name, value); !fits {
			all.oversize = true
		}
		return err
	})
}

// pair reads an object with name and value.
func (t tokens) pair() (name, value string, fits bool, err error) {
	nameFits, valueFits := true, true
	err = t.object(func(member string) (err error) {
		switch member {
		case "name":
			name, nameFits, err = t.text()
		case "value":
			value, valueFits, err = t.text()
		default:
			err = t.SkipValue()
		}
		return err
	})
	return name, value, nameFits && valueFits, err
}

// add adds a field. Chrome writes several fields of the same name as one, with line feeds between the values, which no
// value can have in it.
func (f *fields) add(name, value string) {
	if name == "" || strings.HasPrefix(name, ":") {
		return
	}
	for value := range strings.SplitSeq(value, "\n") {
		if f.size += len(name) + len(value) + fieldCost; f.size > maxHeader {
			f.oversize = true
			return
		}
		f.header.Add(name, strings.TrimRight(value, "\r"))
	}
}

// encoded reports whether a header says that the body was compressed.
func encoded(h http.Header) bool {
	encoding := strings.TrimSpace(h.Get("Content-Encoding"))
	return encoding != "" && !strings.EqualFold(encoding, "identity")
}

// contentLength is the Content-Length of what was sent; -1 where there is none, or where it is that of a compressed body.
func contentLength(h http.Header) float64 {
	length, err := strconv.ParseUint(strings.TrimSpace(h.Get("Content-Length")), 10, 62)
	if err != nil || encoded(h) {
		return -1
	}
	return float64(length)
}

// describe leaves out of the header of an answer what is not true of the recorded body.
func describe(h http.Header, body Body) {
	h.Del("Transfer-Encoding")
	if len(body.Bytes) == 0 {
		return
	}
	if encoded(h) && !bytes.HasPrefix(body.Bytes, []byte("\x1f\x8b")) {
		h.Del("Content-Encoding")
		h.Del("Content-Length")
	}
	measure(h, body)
}

// measure leaves out of a header the length of another body.
func measure(h http.Header, body Body) {
	if length := contentLength(h); len(body.Bytes) > 0 && body.State == BodyWhole && length >= 0 && length != float64(len(body.Bytes)) {
		h.Del("Content-Length")
	}
}
