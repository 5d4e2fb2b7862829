package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

const (
	spelling = "a name is there more than once, or in another case"
	noJSON   = "not JSON, or more or less than one value"
)

// Answers that are no complete customer, and in which a data object with an id can still be seen. id is what the error
// knows of it: "" where it is no text, is not whole, or differs from another one.
var tracesOfAnID = map[string]struct{ body, say, id string }{
	"a number":                    {`{"data":{"id":12345}}`, "data.id has the wrong type", ""},
	"a number, cut":               {`{"data":{"id":12345`, noJSON, ""},
	"an object":                   {`{"data":{"id":{"$oid":"c"}}}`, "data.id has the wrong type", ""},
	"id twice, the same":          {`{"data":{"id":"cust_1","id":"cust_1"}}`, spelling, "cust_1"},
	"id twice, another":           {`{"data":{"id":"cust_1","id":"cust_2"}}`, spelling, ""},
	"id three times":              {`{"data":{"id":"cust_1","id":"cust_2","id":"cust_2"}}`, spelling, ""},
	"id twice, one escaped":       {`{"data":{"id":"cust_1","\u0069d":"cust_\u0031"}}`, spelling, "cust_1"},
	"id twice, one a number":      {`{"data":{"id":"cust_1","id":7}}`, "data.id has the wrong type", ""},
	"id twice, one null":          {`{"data":{"id":"cust_1","id":null}}`, spelling, "cust_1"},
	"ID":                          {`{"data":{"ID":"cust_1"}}`, spelling, "cust_1"},
	"id with ID":                  {`{"data":{"id":"cust_1","ID":"cust_2"}}`, spelling, ""},
	"Data":                        {`{"Data":{"id":"cust_1"}}`, spelling, "cust_1"},
	"data twice, the same":        {`{"data":{"id":"cust_1"},"data":{"id":"cust_1"}}`, spelling, "cust_1"},
	"data twice, another":         {`{"data":{"id":"cust_1"},"data":{"id":"cust_2"}}`, spelling, ""},
	"data twice, one null":        {`{"data":{"id":"cust_1"},"data":null}`, spelling, "cust_1"},
	"data twice, one empty":       {`{"DATA":{},"data":{"id":"cust_1"}}`, spelling, "cust_1"},
	"an error that is an object":  {created[:len(created)-1] + `,"error":{}}`, "with an error", "cust_1"},
	"an error before it":          {`{"error":{},` + created[1:], "with an error", "cust_1"},
	"an error that is false":      {created[:len(created)-1] + `,"error":false}`, "with an error", "cust_1"},
	"an error that is empty":      {created[:len(created)-1] + `,"Error":""}`, "with an error", "cust_1"},
	"an error and a wrong type":   {`{"data":{"id":"cust_1","email":5},"error":{"a":1}}`, "with an error", "cust_1"},
	"a byte after it":             {created + "x", noJSON, "cust_1"},
	"NUL after it":                {created + "\x00", noJSON, "cust_1"},
	"a BOM after it":              {created + "\ufeff", noJSON, "cust_1"},
	"a BOM before it":             {"\ufeff" + created, noJSON, "cust_1"},
	"a customer after it":         {created + strings.ReplaceAll(created, "cust_1", "cust_2"), noJSON, "cust_1"},
	"NaN":                         {`{"data":{"id":"cust_1","points":NaN}}`, noJSON, "cust_1"},
	"NaN before it":               {`{"meta":NaN,"data":{"points":-Infinity,"id":"cust_1"}}`, noJSON, "cust_1"},
	"a trailing comma":            {`{"data":{"id":"cust_1","tags":["vip",],}}`, noJSON, "cust_1"},
	"a trailing comma before it":  {`{"data":{"tags":["vip",],"id":"cust_1"}}`, noJSON, "cust_1"},
	"a raw tab":                   {"{\"data\":{\"id\":\"cust_1\",\"firstName\":\"Ja\tne\"}}", noJSON, "cust_1"},
	"a raw tab before it":         {"{\"data\":{\"firstName\":\"Ja\tne\",\"id\":\"cust_1\"}}", noJSON, "cust_1"},
	"a raw tab in it":             {"{\"data\":{\"id\":\"cust\t1\"}}", noJSON, ""},
	"what is not UTF-8 in it":     {"{\"data\":{\"id\":\"cust_\xff\",\"email\":5}}", "data.email has the wrong type", ""},
	"nested deep":                 {`{"data":{"id":"cust_1","x":` + nested(20_000) + `}}`, noJSON, "cust_1"},
	"nested deep before it":       {`{"x":` + nested(20_000) + `,"data":{"x":` + nested(20_000) + `,"id":"cust_1"}}`, noJSON, "cust_1"},
	"over the bound":              {created[:len(created)-1] + strings.Repeat(" ", client.DefaultMaxResponse) + "}", "over the bound", "cust_1"},
	"cut after the id":            {`{"data":{"id":"cust_1"`, noJSON, "cust_1"},
	"cut within the id":           {`{"data":{"id":"cust_1`, noJSON, ""},
	"cut within an escape":        {`{"data":{"id":"\`, noJSON, ""},
	"white space wherever it may": {" \n{ \"data\"\t:\r\n{ \"id\" : \"cust_1\" , ", noJSON, "cust_1"},
}

func nested(depth int) string {
	return strings.Repeat(`[{"a":`, depth/2) + "1" + strings.Repeat("}]", depth/2)
}

// Whatever is wrong with a 201 that has an id: the customer exists, and the request is never sent again.
func TestTraceOfAnID(t *testing.T) {
	t.Parallel()
	for name, tc := range tracesOfAnID {
		for policy, opts := range everyPolicy() {
			t.Run(name+"/"+policy, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &script{steps: []func(http.ResponseWriter){answer(201, tc.body)}}
					customer, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane(), opts...)
					assert.Nil(t, customer)
					assertExists(t, err, tc.id, tc.say)
					e, _ := errors.AsType[*client.Error](err)
					assert.Equal(t, tc.body[:min(len(tc.body), 4096)], string(e.Body))
					assert.Len(t, s.at, 1, "requests")
				})
			})
		}
	}
}

// The same where the answer has no proper end, over HTTP/1.
func TestTraceOfAnIDWithoutEnd(t *testing.T) {
	t.Parallel()
	stop := func(w http.ResponseWriter) {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	for name, tc := range map[string]struct {
		answer  func(http.ResponseWriter)
		say, id string
	}{
		"announced longer": {cut(201, created), "broke off after", "cust_1"},
		"no final chunk": {
			func(w http.ResponseWriter) { reply(w, 201, created); stop(w) }, "broke off after", "cust_1",
		},
		"no final chunk, and half an id": {
			func(w http.ResponseWriter) { reply(w, 201, `{"data":{"id":"cu`); stop(w) }, "broke off after", "",
		},
	} {
		for policy, opts := range everyPolicy() {
			t.Run(name+"/"+policy, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &script{steps: []func(http.ResponseWriter){tc.answer}}
					customer, err := pipeClient(t, s.handle).CreateCustomer(t.Context(), jane(), opts...)
					assert.Nil(t, customer)
					assertExists(t, err, tc.id, tc.say)
					assert.Len(t, s.at, 1, "requests")
				})
			})
		}
	}
}

// The time runs out before the answer ends.
func TestTraceOfAnIDThenSilence(t *testing.T) {
	t.Parallel()
	for policy, opts := range everyPolicy() {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				c := pipeClient(t, func(w http.ResponseWriter, r *http.Request) {
					requests++
					_, _ = io.Copy(io.Discard, r.Body)
					reply(w, 201, created)
					_ = http.NewResponseController(w).Flush()
					<-r.Context().Done()
				}, client.WithTimeout(5*time.Second))
				customer, err := c.CreateCustomer(t.Context(), jane(), opts...)
				assert.Nil(t, customer)
				assertExists(t, err, "cust_1", "broke off after")
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 1, requests)
			})
		})
	}
}

// And over HTTP/2.
func TestTraceOfAnIDWithoutEndHTTP2(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(stream uint32) []byte{
		"REFUSED_STREAM": func(s uint32) []byte { return resetStream(s, refusedStream) },
		"INTERNAL_ERROR": func(s uint32) []byte { return resetStream(s, internalError) },
		"GOAWAY":         func(uint32) []byte { return goAway(0, noError, "jane") },
	} {
		for policy, opts := range everyPolicy() {
			t.Run(name+"/"+policy, func(t *testing.T) {
				t.Parallel()
				var requests atomic.Int32
				url, trust := startHTTP2(t, &http2Server{func(_ *http2Conn, stream uint32, _ string) ([]byte, bool) {
					requests.Add(1)
					data := frame(frameData, 0, stream, []byte(created))
					return slices.Concat(headers(stream, "201"), data, end(stream)), false
				}})
				transport := client.NewTransport()
				transport.TLSClientConfig = trust
				t.Cleanup(transport.CloseIdleConnections)
				c, err := client.New(testKey, client.WithBaseURL(url), client.WithHTTPClient(&http.Client{Transport: transport}))
				require.NoError(t, err)
				customer, err := c.CreateCustomer(t.Context(), jane(), opts...)
				assert.Nil(t, customer)
				assertExists(t, err, "cust_1", "broke off after")
				assert.EqualValues(t, 1, requests.Load(), "requests")
			})
		}
	}
}
