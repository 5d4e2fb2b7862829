package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// The package comment lists what net/http answers itself; this says when that list is no longer true.
func TestWhatNetHTTPAnswersItself(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	path := "/customer/open/v1/customers"
	for name, tc := range map[string]struct {
		raw    string
		status int
	}{
		// As long as the beginning of HTTP/2, which net/http waits for.
		"no HTTP":            {"hello, is this HTTP?\r\n\r\n", 400},
		"no Host":            {"POST " + path + " HTTP/1.1\r\n\r\n", 400},
		"two Hosts":          {"POST " + path + " HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
		"a bad escape":       {"POST /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
		"a bad header name":  {"POST " + path + " HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n", 400},
		"a bad header value": {"POST " + path + " HTTP/1.1\r\nHost: x\r\n" + keyHeader + ": \x01\r\n\r\n", 400},
		"two lengths":        {"POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
		"a negative length":  {"POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
		"a header without end": {"POST " + path + " HTTP/1.1\r\nHost: x\r\n" + keyHeader + ": " + strings.Repeat("k",
			2<<20) + "\r\n\r\n", 431},
		"an unknown encoding":   {"POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
		"another expectation":   {"POST " + path + " HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\n\r\n", 417},
		"another version":       {"POST " + path + " HTTP/3.0\r\nHost: x\r\n\r\n", 505},
		"a method that is none": {"PO(ST " + path + " HTTP/1.1\r\nHost: x\r\n\r\n", 400},
	} {
		assert.Equal(t, tc.status, wire(t, mock, http.MethodPost, tc.raw).status, name)
	}
	assert.Empty(t, mock.Requests(journal.Filter{}), "no handler saw them")
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody).status)
}
