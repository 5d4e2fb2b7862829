package traffic

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// decoded is an answer without the Content-Encoding that its request allows (RFC 9110 sections 8.4 and 12.5.3): that is between the two sides, and no
// matter of the contract. readable is false where the encoding is one that this package does not know, or the body cannot be read: then it is
// judged by its status and headers alone.
func decoded(request http.Header, answer *exchange.Response) (plain *exchange.Response, readable bool) {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(answer.Header.Values("Content-Encoding"), ",")))
	if encoding == "" || encoding == "identity" || !allows(request.Values("Accept-Encoding"), encoding) {
		return answer, true
	}
	plain = &exchange.Response{Status: answer.Status, Header: answer.Header.Clone()}
	plain.Header.Del("Content-Encoding")
	plain.Header.Del("Content-Length")
	var reader io.Reader
	var err error
	switch from := bytes.NewReader(answer.Body); encoding {
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(from)
	case "deflate":
		if reader, err = zlib.NewReader(from); err != nil { // some send it without the frame of zlib
			reader, err = flate.NewReader(bytes.NewReader(answer.Body)), nil
		}
	default:
		return plain, false
	}
	if err == nil {
		plain.Body, err = io.ReadAll(io.LimitReader(reader, exchange.MostBody+1))
	}
	if err != nil {
		plain.Body = nil
		return plain, false
	}
	return plain, true
}

// allows reports whether Accept-Encoding names an encoding, or any.
func allows(accepted []string, encoding string) bool {
	for item := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		weight := strings.ReplaceAll(strings.ToLower(parameters), " ", "")
		if name = strings.ToLower(strings.TrimSpace(name)); (name == encoding || name == "*") && weight != "q=0" && weight != "q=0.0" {
			return true
		}
	}
	return false
}
