package decode

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzSpelling holds the decoding of an answer against a reading of its names one by one, with encoding/json.
func FuzzSpelling(f *testing.F) {
	for _, seed := range []string{
		`{"data":{"id":"c","ID":"d"}}`, `{"data":{"id":"c","\u0069d":"c"}}`, `{"data":{"id":"c"},"Data":null}`, ` { } `,
		`{"data":{"id":"c","addresses":[{"id":"a","city":"x","City":"y"},null]}}`, `{"x":1,"x":[{"data":1,"DATA":2}],"":{}}`, `[]`,
		`{"data":{"addresses":{"id":1,"id":2}}}`, `{"data":[{"id":"c","Id":1}]}`, `{"error":null,"data":{"x":{"id":1,"ID":2}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := spell(b, NamesOf(reflect.TypeFor[spelt]()), "")
		valid := err == nil
		require.Equal(t, json.Valid(b), valid)
		if valid {
			require.Equal(t, misspells(json.NewDecoder(bytes.NewReader(b)), "data"), s.misspells)
		}
	})
}

type spelt struct {
	Data struct {
		ID        string `json:"id"`
		Addresses []struct {
			ID   string  `json:"id"`
			City *string `json:"city,omitempty"`
		} `json:"addresses,omitzero"`
	} `json:"data"`
}

// misspells tells whether one of these names of spelt, or one inside them, is there twice or in another case.
func misspells(d *json.Decoder, known ...string) bool {
	start, _ := d.Token()
	if start != json.Delim('{') && start != json.Delim('[') {
		return false
	}
	bad, seen := false, make(map[string]bool)
	for d.More() {
		inside := known // of an item
		if start == json.Delim('{') {
			token, _ := d.Token()
			inside = nil
			for _, k := range known {
				if strings.EqualFold(token.(string), k) {
					bad = bad || seen[k] || token != k
					seen[k] = true
					inside = map[string][]string{"data": {"id", "addresses"}, "addresses": {"id", "city"}}[k]
				}
			}
		}
		bad = misspells(d, inside...) || bad
	}
	_, _ = d.Token()
	return bad
}
