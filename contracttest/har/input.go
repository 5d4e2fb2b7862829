package har

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The bounds of what is held of a file, in bytes of its text.
const (
	maxBodyText = 8 << 20  // of a string where bodies are
	maxString   = 64 << 10 // of any other string
	maxBlank    = 1 << 20  // of white space in a row
	maxLiteral  = 1 << 10  // of a number
	maxDepth    = 128      // levels of objects and lists
	bodyDepth   = 6        // the level of log.entries[].request.postData.text and log.entries[].response.content.text
	bufferSize  = 64 << 10 // what is read at once
	maxEmpty    = 100      // reads in a row that yield nothing
)

// input passes the text of a file on to the JSON decoder, which holds each string, number and run of white space as a
// whole. So strings are shortened to one byte more than their bound, which shows that they were longer, and what is
// beyond the other bounds is refused.
type input struct {
	src      io.Reader
	buffer   []byte
	rest     []byte // of buffer, not passed on yet
	err      error  // what follows rest
	consumed int64  // bytes of the file, without rest
	written  int64  // bytes passed on
	cuts     []cut

	state   inputState
	depth   int // of the objects and lists that are open
	length  int // of the string, as passed on
	hex     int // digits to come of an escape \uXXXX
	blank   int // length of the present white space
	literal int // length of the present number or word
}

type inputState int

const (
	atStart inputState = iota
	outside            // of strings
	inString
	inEscape    // behind a backslash
	skipping    // the end of a string that is too long
	skipEscaped // the same, behind a backslash
)

// cut is a place where bytes of the file were not passed on.
type cut struct{ at, bytes int64 }

func (in *input) Read(p []byte) (int, error) {
	for n := 0; ; {
		if n == len(p) {
			return n, nil
		}
		if len(in.rest) == 0 {
			if n > 0 {
				return n, nil
			}
			if err := in.fill(); err != nil {
				return 0, err
			}
		}
		n += in.pass(p[n:])
	}
}

// fill reads the next part of the file.
func (in *input) fill() error {
	if in.err != nil {
		return in.err
	}
	if in.state == atStart {
		return in.start()
	}
	for range maxEmpty {
		var n int
		n, in.err = in.src.Read(in.buffer)
		if in.rest = in.buffer[:n]; n > 0 {
			return nil
		}
		if in.err != nil {
			return in.err
		}
	}
	in.err = io.ErrNoProgress
	return in.err
}

// start reads the beginning, without the byte order mark.
func (in *input) start() error {
	in.buffer = make([]byte, bufferSize)
	n, err := io.ReadAtLeast(in.src, in.buffer, 4)
	in.rest, in.state = in.buffer[:n], outside
	if err != nil {
		in.err = err
		if errors.Is(err, io.ErrUnexpectedEOF) { // a file of less than 4 bytes
			in.err = io.EOF
		}
	}
	if kind := foreign(in.rest); kind != "" {
		in.rest, in.err = nil, &Error{Err: fmt.Errorf("%w, but %s", ErrNotHAR, kind)}
	}
	if mark := "\ufeff"; bytes.HasPrefix(in.rest, []byte(mark)) {
		in.rest = in.rest[len(mark):]
		in.consumed = int64(len(mark))
		in.cuts = append(in.cuts, cut{bytes: in.consumed})
	}
	if len(in.rest) == 0 {
		return in.err
	}
	return nil
}

// foreign says what the beginning of a file is that people take for a HAR file, and what to do about it.
func foreign(start []byte) string {
	for _, f := range []struct{ magic, kind string }{
		{"\x1f\x8b", "gzip: decompress it first (gunzip)"},
		{"PK\x03\x04", "a ZIP archive: unpack it first, the HAR file is in it"},
		{"\x78\x01", "zlib: decompress it first"}, // .zhar of mitmproxy
		{"\x78\x9c", "zlib: decompress it first"},
		{"\x78\xda", "zlib: decompress it first"},
		{"\xff\xfe", "UTF-16: convert it to UTF-8 first"}, // what > of PowerShell 5 writes
		{"\xfe\xff", "UTF-16: convert it to UTF-8 first"},
	} {
		if bytes.HasPrefix(start, []byte(f.magic)) {
			return f.kind
		}
	}
	return ""
}

// pass passes bytes of rest on to p up to the next change of the state, and returns how many.
func (in *input) pass(p []byte) int {
	var used int
	switch in.state {
	case inString, inEscape:
		used = in.passString(p)
	case skipping, skipEscaped:
		used = in.skipString()
		in.cuts[len(in.cuts)-1].bytes += int64(used)
		in.rest = in.rest[used:]
		in.consumed += int64(used)
		return 0
	default:
		used = in.passOutside(p)
	}
	copy(p, in.rest[:used])
	in.rest = in.rest[used:]
	in.consumed += int64(used)
	in.written += int64(used)
	return used
}

// passOutside finds how much may be passed on up to the next string, that quotation mark included.
func (in *input) passOutside(p []byte) int {
	n := min(len(p), len(in.rest))
	for i, c := range in.rest[:n] {
		switch c {
		case ' ', '\t', '\n', '\r':
			in.blank, in.literal = in.blank+1, 0
		case '"', '{', '[', '}', ']', ',', ':':
			in.blank, in.literal = 0, 0
		default:
			in.blank, in.literal = 0, in.literal+1
		}
		switch c {
		case '"':
			in.state, in.length, in.hex = inString, 0, 0
			return i + 1
		case '{', '[':
			in.depth++
		case '}', ']':
			in.depth--
		}
		if reason := in.excess(); reason != "" {
			in.err = &Error{Offset: in.consumed + int64(i), Err: errors.New(reason)}
			in.rest = in.rest[:i]
			return i
		}
	}
	return n
}

// excess says which bound is exceeded, if one is.
func (in *input) excess() string {
	switch {
	case in.depth > maxDepth:
		return fmt.Sprintf("objects and lists have more than %d levels", maxDepth)
	case in.literal > maxLiteral:
		return fmt.Sprintf("a number has more than %d digits", maxLiteral)
	case in.blank > maxBlank:
		return fmt.Sprintf("more than %d bytes of white space in a row", maxBlank)
	}
	return ""
}

// limit is the bound of the present string.
func (in *input) limit() int {
	if in.depth == bodyDepth {
		return maxBodyText
	}
	return maxString
}

// passString finds how much of the string may be passed on, and where it ends. A string that is too long ends between escapes.
func (in *input) passString(p []byte) int {
	rest, most := in.rest[:min(len(p), len(in.rest))], in.limit()
	for i, c := range rest {
		switch {
		case in.state == inEscape:
			in.state = inString
			if c == 'u' {
				in.hex = 4
			}
		case in.hex > 0:
			in.hex--
		case c == '"':
			in.state = outside
			return i + 1
		case in.length > most:
			in.state = skipping
			in.cuts = append(in.cuts, cut{at: in.written + int64(i)})
			return i
		case c == '\\':
			in.state = inEscape
		}
		in.length++
	}
	return len(rest)
}

// skipString finds the end of a string that is too long.
func (in *input) skipString() int {
	for i, c := range in.rest {
		switch {
		case in.state == skipEscaped:
			in.state = skipping
		case c == '\\':
			in.state = skipEscaped
		case c == '"':
			in.state = inString // which passes the quotation mark on
			return i
		}
	}
	return len(in.rest)
}

// position is the offset in the file of an offset in what was passed on.
func (in *input) position(written int64) int64 {
	position := written
	for _, c := range in.cuts {
		if c.at <= written {
			position += c.bytes
		}
	}
	return position
}

// forget joins the cuts before an offset in what was passed on, of which no earlier one is asked for again.
func (in *input) forget(written int64) {
	var bytes int64
	n := 0
	for n < len(in.cuts) && in.cuts[n].at <= written {
		bytes += in.cuts[n].bytes
		n++
	}
	if n > 1 {
		in.cuts[n-1].bytes = bytes
		in.cuts = slices.Delete(in.cuts, 0, n-1)
	}
}
