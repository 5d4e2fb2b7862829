package report

import (
	"encoding/json"
	"io"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// JSON writes the whole report as JSON. It is also the format of a baseline.
func JSON(w io.Writer, r result.Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}
