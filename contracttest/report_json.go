package contracttest

import (
	"encoding/json"
	"io"
)

// WriteJSON writes the whole report as JSON. It is also the format of a baseline.
func (r Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
