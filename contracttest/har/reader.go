package har

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Reader reads the entries of a HAR file one after another, within the bounds that the package states. It is not for use by
// several goroutines at once.
type Reader struct {
	input  *input
	tokens tokens

	place   place
	found   bool // log.entries
	inEntry bool
	read    int // entries
	err     error
}

// place is where in a file a Reader stands, between two values.
type place int

const (
	beforeAll place = iota
	inFile          // among the members of the file
	inLog           // among those of log
	inEntries       // among the entries
	afterAll
)

// NewReader makes a Reader of a file's text. It reads ahead, and does not close r.
func NewReader(r io.Reader) *Reader {
	in := &input{src: r}
	return &Reader{
		input:  in,
		tokens: tokens{jsontext.NewDecoder(in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))},
	}
}

// Next reads the next entry, in the order of the file. There is one for each element of log.entries: one that is no
// object is an empty Entry. At the end of the file the error is io.EOF; where the file cannot be read any further it
// is an [*Error]. After an error there is nothing but the same error.
func (r *Reader) Next() (Entry, error) {
	if r.err != nil {
		return Entry{}, r.err
	}
	entry, err := r.next()
	switch {
	case err == nil:
		r.read++
		r.input.forget(r.tokens.InputOffset())
		return entry, nil
	case r.place == afterAll && errors.Is(err, io.EOF):
		r.err = io.EOF
	default:
		r.err = r.explain(err)
	}
	return Entry{}, r.err
}

func (r *Reader) next() (Entry, error) {
	for {
		if r.place == inEntries {
			if kind := r.tokens.PeekKind(); kind != ']' && kind != jsontext.KindInvalid {
				r.inEntry = true
				entry, err := r.tokens.entry()
				r.inEntry = err != nil
				return entry, err
			}
		}
		if err := r.step(); err != nil {
			return Entry{}, err
		}
	}
}

// step reads what is between the entries: one member of the file or of log, or the beginning or end of a list or an object.
func (r *Reader) step() error {
	switch r.place {
	case beforeAll:
		return r.begin()
	case inFile:
		return r.member("log", '{', inLog, afterAll)
	case inLog:
		return r.member("entries", '[', inEntries, inFile)
	case inEntries:
		if _, err := r.tokens.ReadToken(); err != nil {
			return err
		}
		r.place = inLog
		return nil
	}
	if r.tokens.PeekKind() != jsontext.KindInvalid {
		return fmt.Errorf("%w and nothing after it", ErrNotHAR)
	}
	_, err := r.tokens.ReadToken()
	return err // io.EOF at best
}

func (r *Reader) begin() error {
	kind := r.tokens.PeekKind()
	if kind != '{' && kind != jsontext.KindInvalid {
		return fmt.Errorf("%w, found something else", ErrNotHAR)
	}
	_, err := r.tokens.ReadToken()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%w, but it is empty", ErrNotHAR)
	}
	r.place = inFile
	return err
}

// member reads the next member of an object. It enters the value of the member of the given name if that begins with
// open, passes over any other, and leaves the object at its end.
func (r *Reader) member(name string, open jsontext.Kind, within, after place) error {
	if r.tokens.PeekKind() == '}' {
		if _, err := r.tokens.ReadToken(); err != nil {
			return err
		}
		if r.place = after; after == afterAll && !r.found {
			return fmt.Errorf("%w, which is missing", ErrNotHAR)
		}
		return nil
	}
	found, err := r.tokens.name()
	if err != nil {
		return err
	}
	if kind := r.tokens.PeekKind(); found != name || kind != open {
		r.found = r.found || found == "entries" && r.place == inLog && kind == 'n'
		return r.tokens.SkipValue()
	}
	r.place = within
	r.found = r.found || within == inEntries
	_, err = r.tokens.ReadToken()
	return err
}
