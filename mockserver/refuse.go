package mockserver

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
)

// refuse answers with the vendor's error envelope (page "Errors"). Every error of the chain is written here. What it
// quotes is the sender's own text, but for keys.
func refuse(x *exchange, status int, code gen.ErrorCode, message string) {
	body, err := json.Marshal(gen.ErrorResponse{Error: gen.Error{Code: code, Message: mask.Keys(message)}})
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

// answerWith gives a documented answer.
func (x *exchange) answerWith(e *example.Example) {
	if e.Status == http.StatusTooManyRequests {
		// A client that does as it is told waits this long: long enough to be seen, short enough for a test.
		x.quota.Remaining, x.quota.Reset = 0, 1
	}
	x.header.Set("Content-Type", e.MediaType)
	x.quota.Set(x.header)
	x.status, x.answer = e.Status, e.Body
}
