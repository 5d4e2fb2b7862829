package client_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// A 201 without an id, and an error that contradicts itself, or is spelled otherwise than the contract, settle nothing.
func TestSpellingOfAnAnswer(t *testing.T) {
	t.Parallel()
	for body, tc := range map[string]struct {
		status int
		say    string // what Error() says
	}{
		`[]`:                                  {201, "no data.id: the JSON is not an object"},
		`"cust_1"`:                            {201, "no data.id: the JSON is not an object"},
		`{}`:                                  {201, "no data.id"},
		`{"data":{"id":null}}`:                {201, "no data.id"},
		`{"Data":{"ID":""}}`:                  {201, "no data.id"},
		`{"data":{},"Error":"x"}`:             {201, "but with an error"},
		`{"id":"c"}`:                          {201, "no data.id"},
		`{"meta":{"data":{"id":"c"}}}`:        {201, "no data.id"},
		`{"data":{"addresses":[{"id":"c"}]}}`: {201, "no data.id"},
		`{"data":{"x":"id"},"id":"c"}`:        {201, "no data.id"},
		`{"status":"ok"}`:                     {201, "no data.id"},
		`{"status":"ok"}{"data":{"id":"c"}}`:  {201, "no data.id"},
		`[{"data":{"id":"c"}}]`:               {201, "no data.id"},
		`{"data":{"email":"id"},"id":"c"}`:    {201, "no data.id"},
		`{"data":{"id":nul`:                   {201, "no data.id"},
		`{"data":{"id":"`:                     {201, "no data.id"},
		`{"data":{"id" : `:                    {201, "no data.id"},
		`{"data":{"id`:                        {201, "no data.id"},
		`{"data":{"id":}}`:                    {201, "no data.id"},
		`<html>{"data":{"id":"c"}}`:           {201, "no data.id"},
		``:                                    {201, "no data.id"},
		`{"data":{"id":""}}`:                  {201, "no data.id"},
		`{"data":[{"id":"c"}]}`:               {201, "no data.id: data has the wrong type"},
		`{"data":"c"}`:                        {201, "no data.id: data has the wrong type"},

		` []`:             {400, "expected the vendor's error envelope: the JSON is not an object"},
		`{"error":["x"]}`: {400, "expected the vendor's error envelope: error has the wrong type"},
		`{"Error":{"code":"VALIDATION_ERROR","message":"m"}}`:                    {400, "no error.code and error.message"},
		`{"error":{"code":"VALIDATION_ERROR","Message":"m"}}`:                    {400, "no error.code and error.message"},
		`{"error":{"code":"VALIDATION_ERROR","message":"m","code":"NOT_FOUND"}}`: {400, "no error.code and error.message"},
		`{"error":{},"error":{"code":"VALIDATION_ERROR","message":"m"}}`:         {400, "no error.code and error.message"},
		`{"error":{"code":"VALIDATION_ERROR","message":"m"},"data":{"id":"c"}}`:  {400, "data beside error"},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, tc.status, body) })
			_, err := c.CreateCustomer(t.Context(), jane())
			require.ErrorIs(t, err, client.ErrOutcomeUnknown)
			require.NotErrorIs(t, err, client.ErrUnreadableCustomer)
			assert.ErrorContains(t, err, tc.say)
			e, _ := errors.AsType[*client.Error](err)
			assert.Empty(t, e.CustomerID)
			assert.Empty(t, e.Code)
		})
	}
}

// What is null is not there.
func TestNullBesideData(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 201, "\n{\"error\" : null , \"data\" : {\"id\" : \"c\"} }\n")
	})
	customer, err := c.CreateCustomer(t.Context(), jane())
	require.NoError(t, err)
	assert.Equal(t, "c", customer.ID)
}

// Any 4xx with the vendor's envelope says that the request was not carried out. That holds for the two that a client may
// repeat (RFC 9110, 15.5.9, and RFC 8470, 5.2), which this one leaves to the program. Without the envelope it is not known
// who answers.
func TestSettled4xx(t *testing.T) {
	t.Parallel()
	for _, status := range []int{402, 408, 409, 413, 421, 425, 451, 499} {
		for name, known := range map[string]bool{envelope("TIMEOUT"): true, "<h1>Sorry</h1>": false, "": false} {
			s := &script{steps: []func(http.ResponseWriter){answer(status, name)}}
			c, _ := newClient(t, s.handle, client.WithRetry(client.RetryPolicy{Backoff: 1}))
			_, err := c.CreateCustomer(t.Context(), jane())
			require.Error(t, err)
			assert.Equal(t, !known, errors.Is(err, client.ErrOutcomeUnknown), "%d %s: %v", status, name, err)
			assert.Len(t, s.at, 1, "%d", status)
		}
	}
}
