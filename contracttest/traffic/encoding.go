package traffic

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// decoded is an answer without the Content-Encoding that its request allows (RFC 9110 sections 8.4 and 12.5.3): that is between the two sides, and no
// matter of the contract. readable is false where the encoding is one that this package does not know: then it is judged by its status and headers
// alone. The error is why the body is none in its encoding.
func decoded(request http.Header, answer *exchange.Response) (plain *exchange.Response, readable bool, err error) {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(answer.Header.Values("Content-Encoding"), ",")))
	if encoding == "" || encoding == "identity" || !allows(request.Values("Accept-Encoding"), encoding) {
		return answer, true, nil
	}
	plain = &exchange.Response{Status: answer.Status, Header: answer.Header.Clone()}
	plain.Header.Del("Content-Encoding")
	plain.Header.Del("Content-Length")
	if len(answer.Body) == 0 { // as that of a HEAD
		return plain, true, nil
	}
	var reader io.Reader
	switch from := bytes.NewReader(answer.Body); encoding {
	case "gzip", "x-gzip":
		reader, err = gzip.NewReader(from)
	case "deflate":
		if reader, err = zlib.NewReader(from); err != nil { // some send it without the frame of zlib
			reader, err = flate.NewReader(bytes.NewReader(answer.Body)), nil
		}
	default:
		return plain, false, nil
	}
	if err == nil {
		plain.Body, err = io.ReadAll(io.LimitReader(reader, exchange.MostBody+1))
	}
	if err != nil {
		return plain, false, fmt.Errorf("the body is not in the Content-Encoding %s that its header tells: %w", encoding, err)
	}
	return plain, true, nil
}

// allows reports whether Accept-Encoding names an encoding, or any. Where it is absent, nothing was asked for, and the contract has the body as it
// is: RFC 9110 section 12.5.3 lets a server encode it all the same, but most clients that did not ask cannot read that.
func allows(accepted []string, encoding string) bool {
	others := false
	for item := range strings.SplitSeq(strings.ToLower(strings.Join(accepted, ",")), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		wanted := !zero.MatchString(parameters)
		switch name = strings.TrimPrefix(strings.TrimSpace(name), "x-"); name { // of x-gzip, which is gzip (RFC 9110 section 8.4.1.3)
		case strings.TrimPrefix(encoding, "x-"):
			return wanted
		case "*": // any that is not named
			others = wanted
		}
	}
	return others
}

// zero is a weight that says that something is not wanted (RFC 9110 section 12.4.2).
var zero = regexp.MustCompile(`^\s*q\s*=\s*0(\.0{0,3})?\s*$`)
