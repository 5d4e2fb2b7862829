package har

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// ErrNotHAR is what an [Error] wraps where a text is something other than a HAR file.
var ErrNotHAR = errors.New("no HAR file: expected a JSON object with log.entries")

// Error says where a file could not be read any further. It wraps io.ErrUnexpectedEOF where the file ends too early,
// [ErrNotHAR] where it is something else, and otherwise what is wrong with its JSON or what the io.Reader returned. It shows
// nothing of what was recorded.
type Error struct {
	// Offset is the byte of the file, from 0.
	Offset int64
	// Entry is the number of the entry that was being read, from 1; 0 outside the entries.
	Entry int
	// Read is the number of whole entries before.
	Read int
	Err  error
}

// Error is one line.
func (e *Error) Error() string {
	place := fmt.Sprintf("at byte %d", e.Offset)
	if e.Entry > 0 {
		place += fmt.Sprintf(", in entry %d", e.Entry)
	}
	if e.Read > 0 {
		place += fmt.Sprintf(" (entries read before: %d)", e.Read)
	}
	if errors.Is(e.Err, io.ErrUnexpectedEOF) {
		return "har: the file ends too early, " + place + ": its recorder was probably ended before it had written everything; record again, or go on with what was read"
	}
	return fmt.Sprintf("har: %v, %s", e.Err, place)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// explain says where in the file an error of the decoder is.
func (r *Reader) explain(err error) *Error {
	e := &Error{Err: err, Offset: r.input.position(r.tokens.InputOffset()), Read: r.read}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		// Not the error itself, which names members of the file.
		e.Err, e.Offset = fmt.Errorf("no valid JSON: %w", syntactic.Err), r.input.position(syntactic.ByteOffset)
	} else if own, ok := errors.AsType[*Error](err); ok {
		e.Err, e.Offset = own.Err, own.Offset
	} else if cause := errors.Unwrap(err); cause != nil && !errors.Is(err, ErrNotHAR) {
		e.Err = cause // of the io.Reader
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		e.Err, e.Offset = io.ErrUnexpectedEOF, r.input.consumed
	}
	if r.inEntry {
		e.Entry = r.read + 1
	}
	return e
}
