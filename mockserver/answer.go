package mockserver

import (
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
)

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
