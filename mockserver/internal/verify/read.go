package verify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// MaxSize is the most that [Read] takes, in bytes.
const MaxSize = 1 << 20

// Delivery is what a receiver got.
type Delivery struct {
	// Header are the headers, under their canonical names, each value that came.
	Header http.Header
	// Body is the body; nil where none was pasted.
	Body []byte
	// Remarks are what is to be said of how it was read.
	Remarks []string
	// Attempt says which attempt of the mock's history it is, and Time when that was sent; both are zero of what does not come from there.
	Attempt string
	Time    time.Time
	// Refused is whether it is one that was answered, and not 2xx.
	Refused bool
}

// Read reads a delivery: a request as it is on the wire, with CRLF or LF, with or without its first line; the output of curl -v, whose lines of
// the request begin with "> "; or the JSON of one of the mock's deliveries, of which attempt is the number of the attempt that is meant, counted from 1.
// Where it is 0 that is the last one that was not answered 2xx, or the last one where all were. A text without headers is an error.
func Read(text []byte, attempt int) (Delivery, error) {
	if len(text) > MaxSize {
		return Delivery{}, fmt.Errorf("must be at most %d bytes", MaxSize)
	}
	text = bytes.TrimPrefix(text, byteOrderMark)
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")):
		return Delivery{}, errors.New("is UTF-16: save it as it came, or as UTF-8")
	case len(bytes.TrimSpace(text)) == 0:
		return Delivery{}, errors.New("is empty: paste a request, its headers and its body")
	case isObject(text):
		return readJSON(text, attempt)
	case attempt != 0:
		return Delivery{}, errors.New("is no delivery of the mock's history: --attempt is for its JSON alone")
	}
	if quoted(text) {
		var err error
		if text, err = unquote(text); err != nil {
			return Delivery{}, err
		}
	}
	return readRequest(text)
}

// isObject reports whether a text is JSON, or was meant to be, rather than headers.
func isObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{"))
}

// quoted reports whether a text has a request whose lines begin with ">".
func quoted(text []byte) bool {
	for line := range bytes.Lines(text) {
		if rest, ok := bytes.CutPrefix(line, []byte("> ")); ok && isRequestLine(rest) {
			return true
		}
	}
	return false
}

// unquote takes the ">" of the request's lines away, and other lines out. What curl -v prints without ">" is the answer.
func unquote(text []byte) ([]byte, error) {
	var b bytes.Buffer
	requests := 0
	for line := range bytes.Lines(text) {
		rest, ok := bytes.CutPrefix(line, []byte(">"))
		if !ok {
			continue
		}
		rest = bytes.TrimPrefix(rest, []byte(" "))
		if isRequestLine(rest) {
			requests++
		}
		b.Write(rest)
	}
	if requests > 1 {
		return nil, fmt.Errorf("has %d requests: paste one", requests)
	}
	return b.Bytes(), nil
}

var requestLine = regexp.MustCompile(`^[A-Z]+ \S+ HTTP/[0-9.]+[ \t]*\r?\n?$`)

func isRequestLine(line []byte) bool { return requestLine.Match(line) }

// readRequest reads headers up to an empty line, and the body behind it.
func readRequest(text []byte) (Delivery, error) {
	d := Delivery{Header: http.Header{}}
	number := 0
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		number++
		line = bytes.TrimSuffix(line, []byte("\r"))
		text = rest
		if len(line) == 0 && len(d.Header) > 0 {
			if len(rest) > 0 {
				d.Body = rest
			}
			break
		}
		// Before the headers there may be empty lines, and among them what HTTP/2 has in the place of the first line.
		if len(line) == 0 || line[0] == ':' || len(d.Header) == 0 && isRequestLine(line) {
			continue
		}
		if err := d.addLine(string(line)); err != nil {
			return Delivery{}, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if len(d.Header) == 0 {
		return Delivery{}, errors.New("has no headers")
	}
	return d.framed()
}

// AddHeader adds a header, as in "Name: value".
func (d *Delivery) AddHeader(line string) error {
	if d.Header == nil {
		d.Header = http.Header{}
	}
	return d.addLine(line)
}

func (d *Delivery) addLine(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) {
		return errors.New(`must be a header, as in "Name: value", with an empty line between the headers and the body`)
	}
	d.Header.Add(name, strings.Trim(value, " \t"))
	return nil
}

// isToken reports whether a text can be the name of a header (RFC 9110 section 5.6.2).
func isToken(name string) bool {
	return name != "" && strings.IndexFunc(name, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	}) < 0
}

// framed takes the body out of its chunks, and leaves a line break out that Content-Length does not count: editors add one.
func (d Delivery) framed() (Delivery, error) {
	if strings.EqualFold(d.Header.Get("Transfer-Encoding"), "chunked") && d.Body != nil {
		body, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(d.Body)))
		if err != nil {
			return Delivery{}, fmt.Errorf("has Transfer-Encoding: chunked, and its body is not in chunks (%w): give the body with --body", err)
		}
		d.Body = body
		return d, nil
	}
	length, err := strconv.Atoi(d.Header.Get("Content-Length"))
	if err != nil || length < 0 || d.Body == nil {
		return d, nil
	}
	switch extra := len(d.Body) - length; {
	case extra > 0 && len(bytes.TrimLeft(d.Body[length:], "\r\n")) == 0:
		d.Body = d.Body[:length]
		d.Remarks = append(d.Remarks, fmt.Sprintf("A line break behind the %d bytes of Content-Length was left out.", length))
	case extra != 0:
		d.Remarks = append(d.Remarks, fmt.Sprintf("Content-Length says %d bytes, the body that was pasted has %d: it is not as it came.", length, len(d.Body)))
	}
	return d, nil
}
