package contracttest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongServer breaks one thing about a right server that stands behind it.
type wrongServer struct {
	name string
	// check is the check that must object.
	check result.Check
	// before changes the request that the right server gets; nil changes nothing.
	before func(x *exchange)
	// after changes the answer; nil changes nothing.
	after func(x *exchange)
	// live hides that the right server is the mock: it answers only what the input causes.
	live bool
}

// wrongServers are all of them, by subject.
func wrongServers() []wrongServer {
	return slices.Concat(
		wrongEcho(),
		wrongSizes(),
		wrongBody(),
		wrongTimesAndIDs(),
		wrongStatus(),
		wrongHeaders(),
		wrongErrors(),
		wrongValidation(),
		wrongJSON(),
		wrongKeys(),
		wrongRoutes(),
	)
}

// exchange is one request on its way to the right server, and its answer on the way back.
type exchange struct {
	turn    int64 // of this server, from 1
	request *http.Request
	sent    []byte
	status  int
	header  http.Header
	answer  []byte
}

// inFrontOf is the wrong server as a handler.
func (wrong wrongServer) inFrontOf(right http.Handler) http.Handler {
	var turns atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		if wrong.live && strings.HasPrefix(r.URL.Path, "/_mock/") {
			http.NotFound(w, r)
			return
		}
		x := &exchange{turn: turns.Add(1), request: r.Clone(r.Context()), sent: sent}
		if wrong.before != nil && x.api() {
			wrong.before(x)
		}
		x.request.Body, x.request.ContentLength = io.NopCloser(bytes.NewReader(x.sent)), int64(len(x.sent))
		recorded := httptest.NewRecorder()
		right.ServeHTTP(recorded, x.request)
		x.status, x.header, x.answer = recorded.Code, recorded.Header(), recorded.Body.Bytes()
		x.header.Del("Content-Length")
		if wrong.after != nil && x.api() {
			wrong.after(x)
		}
		clear(w.Header())
		maps.Copy(w.Header(), x.header)
		w.WriteHeader(x.status)
		_, _ = w.Write(x.answer)
	})
}

// api reports whether the request is for the API, and not for the mock's own paths.
func (x *exchange) api() bool { return !strings.HasPrefix(x.request.URL.Path, "/_mock/") }

// operation reports whether the request is for the one operation that there is.
func (x *exchange) operation() bool {
	return x.request.Method == http.MethodPost && strings.HasSuffix(x.request.URL.Path, "/v1/customers")
}

// object decodes a body that is a JSON object; nil for any other.
func object(body []byte) map[string]any {
	value, violations := judge.ReadJSON(body)
	members, ok := value.(map[string]any)
	if violations != nil || !ok {
		return nil
	}
	return members
}

func encode(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("a wrong server made what is no JSON: %v", err))
	}
	return body
}

// onStatus changes answers of one status.
func onStatus(status int, change func(x *exchange)) func(x *exchange) {
	return func(x *exchange) {
		if x.status == status && x.operation() {
			change(x)
		}
	}
}

// onErrors changes answers from 400 up.
func onErrors(change func(x *exchange)) func(x *exchange) {
	return func(x *exchange) {
		if x.status >= http.StatusBadRequest && x.operation() {
			change(x)
		}
	}
}

// inCustomer changes the customer of an answer.
func inCustomer(change func(customer map[string]any)) func(x *exchange) {
	return onStatus(http.StatusCreated, func(x *exchange) {
		envelope := object(x.answer)
		if customer, ok := envelope["data"].(map[string]any); ok {
			change(customer)
		}
		x.answer = encode(envelope)
	})
}

// inAddresses changes each address of an answer.
func inAddresses(change func(address map[string]any)) func(x *exchange) {
	return inCustomer(func(customer map[string]any) {
		addresses, _ := customer["addresses"].([]any)
		for i := range addresses {
			change(addresses[i].(map[string]any))
		}
	})
}

// inError changes the error of an answer.
func inError(change func(problem map[string]any)) func(x *exchange) {
	return onErrors(func(x *exchange) {
		envelope := object(x.answer)
		if problem, ok := envelope["error"].(map[string]any); ok {
			change(problem)
		}
		x.answer = encode(envelope)
	})
}

// inRequest changes the body of a request that is a JSON object.
func inRequest(change func(sent map[string]any)) func(x *exchange) {
	return func(x *exchange) {
		if sent := object(x.sent); sent != nil && x.operation() {
			change(sent)
			x.sent = encode(sent)
		}
	}
}

// texts changes every string of a customer that was sent.
func texts(change func(text string) string) func(x *exchange) {
	return inCustomer(func(customer map[string]any) {
		for _, name := range customerTexts {
			changeText(customer, name, change)
		}
		addresses, _ := customer["addresses"].([]any)
		for i := range addresses {
			for _, name := range addressTexts {
				changeText(addresses[i].(map[string]any), name, change)
			}
		}
		tags, _ := customer["tags"].([]any)
		for i := range tags {
			tags[i] = change(tags[i].(string))
		}
	})
}

func changeText(members map[string]any, name string, change func(text string) string) {
	if text, ok := members[name].(string); ok {
		members[name] = change(text)
	}
}

// move renames a member.
func move(members map[string]any, from, to string) {
	if value, ok := members[from]; ok {
		members[to] = value
		delete(members, from)
	}
}

// swap exchanges two members, where there are both.
func swap(members map[string]any, a, b string) {
	if members[a] != nil && members[b] != nil {
		members[a], members[b] = members[b], members[a]
	}
}

// refuse answers instead of the right server.
func (x *exchange) refuse(status int, code string) {
	x.status = status
	x.header.Set("Content-Type", "application/json")
	x.answer = encode(
		map[string]any{"error": map[string]any{"code": code, "message": "The request cannot be carried out."}},
	)
}
