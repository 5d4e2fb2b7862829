package traffic

import (
	"bytes"
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

// peek reads a body and gives back one that reads the same. unfit says why it cannot be judged: it is too large, or breaks off.
func peek(body io.ReadCloser) (read []byte, again io.ReadCloser, unfit string) {
	if body == nil || body == http.NoBody {
		return nil, body, ""
	}
	read, err := io.ReadAll(io.LimitReader(body, exchange.MostBody+1))
	var rest io.Reader = body
	if err != nil {
		rest = broken{err}
	}
	again = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(read), rest), body}
	switch {
	case err != nil:
		unfit = brokenOff
	case len(read) > exchange.MostBody || exchange.TooManyValues(read):
		unfit = tooLarge
	}
	return read, again, unfit
}

// broken is the end of a body that broke off.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// originOf is the scheme and host of a server that got a request.
func originOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
