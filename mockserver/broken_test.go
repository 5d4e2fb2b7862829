package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

func TestBrokenRequestsAreThoseThatBreakTheContract(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(3))
	create(t, mock, `{"email":"a@example.com"}`)
	create(t, mock, `{"email":"a@example.com"}`, keyHeader, "")
	call(t, http.MethodOptions, mock.URL+"/customers", "", "Origin", "https://app.example.com", keyHeader, "",
		"Access-Control-Request-Method", "POST")
	assert.Equal(t, 0, mock.BrokenRequests(), "neither a create, nor a missing key, nor a preflight")

	create(t, mock, `{"email":"plain"}`)
	call(t, http.MethodGet, mock.URL+"/customers", "")
	call(t, http.MethodPost, mock.URL+"/customers/", "{}")
	assert.Equal(t, 3, mock.BrokenRequests())
	assert.Len(t, mock.Requests(journal.Filter{Violating: true}), 3, "the filter means the same")
	create(t, mock, valid, "Prefer", "code=999")
	assert.Equal(t, 3, mock.BrokenRequests(), "Prefer is no matter of the contract")
	broken := 0
	for _, request := range mock.Requests() {
		if request.Broken() {
			broken++
		}
	}
	assert.Equal(t, 3, broken)
	mock.ForgetRequests("")
	assert.Equal(t, 3, mock.BrokenRequests(), "also when the journal forgot them")
}
