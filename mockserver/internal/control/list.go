package control

import (
	"encoding/json"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// list is an answer that has a list of encoded elements. It hands each to yield, until that returns false, and returns what "next" is; empty where
// there is none. An element is asked for when those before it were written: a list costs little more memory than a piece and an element, however
// long it is, and however slowly it is read.
type list func(yield func(element json.RawMessage) bool) (next string)

func (l list) write(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/json")
	return writePieces(w, l.pieces)
}

// writePieces writes an answer piece by piece, within the bounds of what waits to be sent.
func writePieces(w http.ResponseWriter, pieces func(yield func(piece []byte) bool)) error {
	if x, ok := w.(*response); ok {
		x.WriteHeader(http.StatusOK)
		_, err := x.transfers.WriteAll(x.ResponseWriter, pieces)
		return err
	}
	for piece := range pieces { // for the page, which is small
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// pieces are the answer in pieces of more than transfer.FirstRead bytes, but for the last.
func (l list) pieces(yield func(piece []byte) bool) {
	piece, open, separator := []byte(`{"data":[`), true, ""
	next := l(func(element json.RawMessage) bool {
		piece = append(append(piece, separator...), element...)
		separator = ","
		if len(piece) > transfer.FirstRead {
			open = yield(piece)
			piece = piece[:0]
		}
		return open
	})
	if !open {
		return
	}
	piece = append(piece, ']')
	if next != "" {
		piece = append(append(piece, `,"next":"`...), next...) // an id, which needs no escapes
		piece = append(piece, '"')
	}
	yield(append(piece, "}\n"...))
}
