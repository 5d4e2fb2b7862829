package control

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// resendTime is how long a request that is sent again waits for its answer.
const resendTime = 10 * time.Second

// ofTheConnection are the headers that a request that is sent again does not have: they are about the connection or the body that it came with.
var ofTheConnection = []string{"Connection", "Content-Length", "Expect", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// ResendRequest sends an entry of the journal again, with what is to be different.
func (o operations) ResendRequest(
	ctx context.Context, request gencontrol.ResendRequestRequestObject,
) (gencontrol.ResendRequestResponseObject, error) {
	x, whole, ok := o.Journal.Arrived(o.key(request.Params.Key), request.ID)
	if !ok {
		return nil, noRequest(request.ID)
	}
	input := *request.Body
	body, err := resentBody(x, whole, input)
	if err != nil {
		return nil, invalid(err)
	}
	ctx, cancel := context.WithTimeout(ctx, resendTime)
	defer cancel()
	again, err := o.resent(ctx, x, input, body)
	if err != nil {
		return nil, invalid(err)
	}
	r, ok := o.Journal.Request("", o.Send(again, request.ID))
	if !ok {
		return nil, noRequest(request.ID) // a reset came between
	}
	return gencontrol.ResendRequest200JSONResponse(wholeEntry(r)), nil
}

func invalid(err error) error {
	return &refusal{http.StatusBadRequest, gencontrol.CodeInvalidRequest, err.Error()}
}

func noRequest(id string) error {
	message := "There is no request " + untrusted.Quote(id) + " here: it was deleted, or made room for newer ones."
	return &refusal{http.StatusNotFound, gencontrol.CodeNotFound, message}
}

func (o operations) resent(ctx context.Context, x journal.Exchange, input gencontrol.ResendInput, body []byte) (*http.Request, error) {
	x.Target, x.Method = cmp.Or(input.Target, x.Target), cmp.Or(input.Method, x.Method)
	address, err := addressOf(x.Method, x.Target)
	if err != nil || strings.Contains(x.Target, " ") {
		return nil, fmt.Errorf("target: must be a path and a query as in a request line, got %s", untrusted.Quote(x.Target))
	}
	r := &http.Request{
		Method: x.Method, URL: address, RequestURI: x.Target, Host: x.Host, RemoteAddr: requestOf(ctx).RemoteAddr,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: x.Header.Clone(), Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	for _, name := range ofTheConnection {
		r.Header.Del(name)
	}
	if err := setHeaders(r, input.Headers); err != nil {
		return nil, err
	}
	if len(body) > 0 || len(x.Header["Content-Length"]) > 0 {
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	if input.Key != "" {
		if o.Limiter.IsUnknownID(input.Key) {
			return nil, fmt.Errorf("key: there is no key %s in GET %s/keys", untrusted.Quote(input.Key), Path)
		}
		key := o.Limiter.KeyOf(input.Key)
		if !httpguts.ValidHeaderFieldValue(key) {
			return nil, errors.New("key: cannot be sent as a header")
		}
		r.Header[apikey.Header] = []string{key}
	}
	return r.WithContext(ctx), nil
}

// addressOf reads the target of a request line as net/http does.
func addressOf(method, target string) (*url.URL, error) {
	if method == http.MethodConnect && !strings.HasPrefix(target, "/") { // a host and a port alone
		address, err := url.ParseRequestURI("http://" + target)
		if err == nil {
			address.Scheme = ""
		}
		return address, err
	}
	return url.ParseRequestURI(target)
}

// setHeaders sets headers in place of those of the same name, as they would arrive; an empty list takes one away.
func setHeaders(r *http.Request, headers map[string][]string) error {
	seen := map[string]bool{}
	for written, values := range headers {
		name := http.CanonicalHeaderKey(written)
		switch {
		case !httpguts.ValidHeaderFieldName(written):
			return fmt.Errorf("headers: %s is not the name of a header", untrusted.Quote(written))
		case slices.Contains(ofTheConnection, name):
			return fmt.Errorf("headers: %s is about the connection and cannot be set", name)
		case seen[name]:
			return fmt.Errorf("headers: %s must be there once, with all of its values", untrusted.Quote(name))
		case name == "Host" && len(values) != 1:
			return fmt.Errorf("headers: Host must have one value, got %d", len(values))
		case name == "Host" && !httpguts.ValidHostHeader(values[0]):
			return fmt.Errorf("headers: Host must be a host, got %s", untrusted.Quote(values[0]))
		}
		seen[name] = true
		arrived := make([]string, len(values))
		for i, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return fmt.Errorf("headers: %s must have no line break and no other control character in its value", untrusted.Quote(name))
			}
			arrived[i] = strings.Trim(value, " \t")
		}
		switch {
		case name == "Host":
			r.Host = arrived[0]
		case len(arrived) == 0:
			r.Header.Del(name)
		default:
			r.Header[name] = arrived
		}
	}
	return nil
}

// wholeEntry is an entry with what repeats it.
func wholeEntry(r journal.Request) gencontrol.RequestEntry {
	entry := requestEntry(r)
	entry.Curl, entry.GoTest, entry.Seed = r.Curl(), r.GoTest(), r.Seed()
	return entry
}
