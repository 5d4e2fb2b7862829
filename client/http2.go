package client

import (
	"regexp"
	"strings"
)

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
