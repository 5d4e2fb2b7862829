package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// client calls the control API as a script would, but in this process: on behalf of the one who asks for the page.
func (p *page) client(r *http.Request) *gencontrol.Client {
	return &gencontrol.Client{
		Server: "http://mock" + p.path + "/", Client: inProcess{p.api, r}, // a Host header can be what no URL has; Do sets it
	}
}

type inProcess struct {
	api    http.Handler
	caller *http.Request
}

// Do carries out a request of the generated client.
func (i inProcess) Do(r *http.Request) (*http.Response, error) {
	r = r.WithContext(i.caller.Context())
	r.Host, r.RemoteAddr, r.RequestURI = i.caller.Host, i.caller.RemoteAddr, r.URL.RequestURI()
	if r.Body == nil {
		r.Body = http.NoBody
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	i.api.ServeHTTP(a, r)
	return &http.Response{StatusCode: a.status, Header: a.header, Body: io.NopCloser(&a.body)}, nil
}

// answer is the ResponseWriter that keeps what was answered.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// decode reads the answer of the control API. An error of it has the message of the API.
func decode[T any](response *http.Response, err error) (value T, _ error) {
	if err != nil {
		return value, err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		var refusal gencontrol.ControlErrorResponse
		if err := json.NewDecoder(response.Body).Decode(&refusal); err != nil {
			return value, fmt.Errorf("the control API answered %d", response.StatusCode)
		}
		return value, errors.New(refusal.Error.Message)
	}
	if response.StatusCode == http.StatusNoContent {
		return value, nil
	}
	return value, json.NewDecoder(response.Body).Decode(&value)
}
