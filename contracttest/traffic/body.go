package traffic

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// requestOf is a request as the checks see it.
func requestOf(r *http.Request, body []byte) exchange.Request {
	return exchange.Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Header: r.Header.Clone(),
		Body:   body,
	}
}

// peek reads a body, up to a byte more than is judged, and gives back one that reads the same. The error is why it breaks off.
func peek(body io.ReadCloser) (read []byte, again io.ReadCloser, err error) {
	if body == nil || body == http.NoBody {
		return nil, body, nil
	}
	read, err = io.ReadAll(io.LimitReader(body, exchange.MostBody+1))
	var rest io.Reader = body
	if err != nil {
		rest = broken{err}
	}
	again = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), body}
	return read, again, err
}

// broken is the end of a body that broke off.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// unfit says why a request is not judged, of which err says why it broke off.
func unfit(body []byte, err error) string {
	switch {
	case err != nil:
		return brokenOff
	case exchange.TooLarge(body) != nil:
		return tooLarge
	}
	return ""
}

// failure is why there is no answer, without what the error quotes of one.
func failure(err error) error { return errors.New(withoutData(err.Error())) }

// errWithin is why there is no whole answer.
func errWithin(err error) error {
	return errors.New("the answer broke off: " + withoutData(err.Error()))
}

// originOf is the scheme and host of a server that got a request.
func originOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
