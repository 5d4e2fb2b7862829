package contracttest

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// WriteJSON writes the whole report as JSON. It is also the format of a baseline.
func (r Report) WriteJSON(w io.Writer) error {
	return json.MarshalWrite(w, r, json.Deterministic(true), jsontext.Multiline(true), json.FormatNilSliceAsNull(false))
}
