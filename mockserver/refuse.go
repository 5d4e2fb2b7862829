package mockserver

import (
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mask"
)

// refuse answers with the vendor's error envelope (page "Errors"). Every error of the chain is written here. What it
// quotes is the sender's own text, but for keys.
func refuse(x *exchange, status int, code gen.ErrorCode, message string) {
	body, err := json.Marshal(gen.ErrorResponse{Error: gen.Error{Code: code, Message: mask.Text(message)}})
	if err != nil {
		// A message quotes untrusted text; whatever it is, the code gets through.
		body = []byte(`{"error":{"code":` + strconv.Quote(string(code)) +
			`,"message":"The request cannot be carried out."}}`)
	}
	x.header.Set("Content-Type", "application/json")
	x.quota.Set(x.header)
	x.refusal = message
	body = append(body, '\n')
	x.status, x.answer = status, body
}
