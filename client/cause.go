package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

// kindOf names the kind of failure that a transport or a body reports. It never quotes the error's text: that may hold
// what a server sent, which may be what was sent to it, or a proxy's password.
func kindOf(err error) string {
	if why := notProcessed(err); why != "" {
		return why
	}
	switch dns, isDNS := errors.AsType[*net.DNSError](err); {
	case errors.Is(err, errTooLong):
		return err.Error()
	case isDNS && dns.IsNotFound:
		return "lookup: no such host"
	case isDNS:
		return "lookup of a host failed"
	case is[x509.UnknownAuthorityError](err):
		return "the certificate is signed by an unknown authority"
	case is[x509.HostnameError](err):
		return "the certificate is for another host"
	case is[*tls.CertificateVerificationError](err):
		return "the certificate is not valid"
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return alert.Error()
	}
	return doing(err) + typeOf(err)
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// doing is what the network was doing, as far as the standard library's own words say it.
func doing(err error) string {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || !slices.Contains([]string{"dial", "proxyconnect", "read", "write"}, op.Op) {
		return ""
	}
	return op.Op + ": "
}

// typeOf names an error by its type, or for those that the standard library gives no type of their own by its fixed words.
func typeOf(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	for _, known := range []error{
		context.DeadlineExceeded, context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, http.ErrSchemeMismatch,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return "timed out"
	}
	for _, words := range []string{
		"malformed HTTP", "malformed MIME header", "stream error", "GOAWAY", "connection loss",
		"server closed idle connection", "bad Content-Length", "unsupported transfer encoding", "invalid header field",
	} {
		if strings.Contains(err.Error(), words) {
			return words
		}
	}
	inner := innermost(err)
	// The answer of a proxy to CONNECT arrives as the bare text of its status.
	for status := 300; status < 600; status++ {
		if phrase := http.StatusText(status); phrase != "" && phrase == inner.Error() {
			return fmt.Sprintf("a proxy answered %d %s", status, phrase)
		}
	}
	return fmt.Sprintf("an error of type %T, see Unwrap", inner)
}

// innermost is the error that has caused all others in a chain.
func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// refusedStream is the text of an RST_STREAM frame with the code REFUSED_STREAM: "the stream is being closed prior to any
// processing having occurred" (RFC 9113, 8.7). Any other code proves nothing.
var refusedStream = regexp.MustCompile(`^stream error: stream ID [0-9]+; REFUSED_STREAM; received from peer$`)

// notProcessed says how it is known that an HTTP/2 server has not processed a request, "" if it is not known. net/http has
// a type for one of these errors only, and hides it in the text of another, so their texts decide: whole ones, of which no
// part is what a server wrote. Where net/http changes them, the outcome is unknown.
func notProcessed(err error) string {
	text := innermost(err).Error()
	// What net/http would have sent again by itself, had noReplay let it.
	if inner, found := strings.CutPrefix(text, "http2: Transport: cannot retry err ["); found {
		text, _, _ = strings.Cut(inner, "] after Request.Body was written")
	}
	switch {
	case refusedStream.MatchString(text):
		return "the server refused the HTTP/2 stream (REFUSED_STREAM)"
	case text == "http2: Transport received Server's graceful shutdown GOAWAY",
		strings.HasPrefix(text, "http2: Transport received GOAWAY from server ErrCode:"):
		// Both say that the stream was above the last one that the server takes care of (RFC 9113, 6.8).
		return "the server ended the HTTP/2 connection before it (GOAWAY)"
	case text == "http2: client conn could not be established",
		// A connection was lost before the request was written to it, and no other was there. Without GetBody, which
		// noReplay takes away, net/http has nothing else to rewind a body for.
		text == "net/http: cannot rewind body after connection loss":
		return "the HTTP/2 connection was lost before it"
	}
	return ""
}
