package mockserver_test

import (
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Whatever a body is, masking it keeps JSON what it is, and there is nothing left to mask afterwards.
func FuzzMasked(f *testing.F) {
	for _, seed := range []string{
		valid, `{"a":["\ud83d\ude00",-1.50e-9,{"tags":"x"}]}x`, ` {"email":null , "id":"7"} `, "\xff", `{"a\u0000":"\u0000"}`, `[[`, `""`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		masked := mockserver.Request{Body: body}.Masked().Body
		if jsontext.Value(body).IsValid() {
			assert.True(t, jsontext.Value(masked).IsValid(), "%q", masked)
			assert.Equal(t, string(masked), string(mockserver.Request{Body: masked}.Masked().Body))
		}
	})
}
