package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestTheFrontPageSaysWhereToLook(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option())
	origin := root(t, mock).String()
	got := call(t, http.MethodGet, origin+"/", "", keyHeader, "", "Content-Type", "")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "text/plain; charset=utf-8", got.header.Get("Content-Type"))
	assert.Contains(t, got.body, mock.URL+"\n")
	assert.Contains(t, got.body, origin+"/_mock/\n")
	for _, operation := range judge.Contract().Operations() {
		assert.Contains(t, got.body, operation.Method+" "+mock.URL+operation.Path+"\n")
	}
	assert.Equal(t, http.StatusOK, call(t, http.MethodHead, origin, "").status)
	icon := call(t, http.MethodGet, origin+"/favicon.ico", "")
	assert.Equal(t, http.StatusNoContent, icon.status)
	assert.Empty(t, icon.body)
	assert.Empty(t, mock.Requests(), "they are no requests of the API")
	assert.Empty(t, log.with("msg=request"))
	assert.Zero(t, mock.BrokenRequests())

	// A client that has a wrong base URL is told as before.
	assert.Equal(t, http.StatusNotFound, call(t, http.MethodPost, origin+"/", valid).status)
	assert.Equal(t, http.StatusNotFound, call(t, http.MethodGet, origin+"//", "").status)
	assert.Len(t, mock.Requests(), 2)
}
