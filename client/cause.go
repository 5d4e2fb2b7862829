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
	"slices"
	"strings"
	"syscall"
)

// kindOf names the kind of failure that a transport or a body reports. It never quotes the error's text: that may hold
// what a server sent, which may be what was sent to it, or a proxy's password.
func kindOf(err error) string {
	if errors.Is(err, errTooLong) {
		return err.Error()
	}
	if why := notProcessed(err); why != "" {
		return why
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			return "lookup: no such host"
		}
		return "lookup of a host failed"
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return doing(err) + errno.Error()
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return alert.Error()
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return certificate(err)
	}
	for _, known := range []error{
		context.DeadlineExceeded, context.Canceled, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, http.ErrSchemeMismatch,
	} {
		if errors.Is(err, known) {
			return doing(err) + known.Error()
		}
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return doing(err) + "timed out"
	}
	return doing(err) + fromText(err)
}

// doing is what the network was doing, as far as the standard library's own words say it.
func doing(err error) string {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || !slices.Contains([]string{"dial", "proxyconnect", "read", "write"}, op.Op) {
		return ""
	}
	return op.Op + ": "
}

func certificate(err error) string {
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "the certificate is signed by an unknown authority"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "the certificate is for another host"
	}
	return "the certificate is not valid"
}

// fromText is for errors that the standard library gives no type of their own. It looks for its fixed words, and says
// the Go type where there are none.
func fromText(err error) string {
	text := err.Error()
	for _, words := range []string{
		"malformed HTTP", "malformed MIME header", "stream error", "GOAWAY", "connection loss",
		"server closed idle connection", "bad Content-Length", "unsupported transfer encoding", "invalid header field",
	} {
		if strings.Contains(text, words) {
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
