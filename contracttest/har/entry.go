package har

import (
	"net/http"
	"time"
)

// MaxBody is the longest body, in bytes, that a [Reader] returns.
const MaxBody = 4 << 20

// Entry is one recorded exchange.
type Entry struct {
	// Started is when the request was sent, in UTC; zero where that was not recorded, or not as a date of RFC 3339 with its zone.
	Started time.Time
	// Duration is the time from the request to the end of the answer; 0 where it was not recorded.
	Duration time.Duration
	Request  Request
	Response Response
	// Oversize says that a URL or headers were left out since they exceed the bounds of this package.
	Oversize bool
}

// Request is what was sent.
type Request struct {
	Method string
	// URL is absolute, as the recorder wrote it.
	URL string
	// Header has canonical names; never nil when read.
	Header http.Header
	Body   Body
}

// Response is what came back.
type Response struct {
	// Source is who answered. Everything else is the server's only where it is SourceServer.
	Source Source
	// Status is 0 where Source is SourceNone.
	Status int
	// Header has canonical names; never nil when read.
	Header http.Header
	Body   Body
}

// Body is a recorded body. The zero value is an empty one.
type Body struct {
	// Bytes is the whole body or, with BodyCut, its beginning; nil for an empty body and in the other states.
	Bytes []byte
	State BodyState
}

// BodyState says whether a recorded body is whole.
type BodyState int

const (
	// BodyWhole is a body that is there, or that is known to be empty.
	BodyWhole BodyState = iota
	// BodyOmitted is one that the recorder left out, or stored in another file.
	BodyOmitted
	// BodyCut is one of which the end is missing: the recorder limits what it keeps, or the connection broke.
	BodyCut
	// BodyTooLarge is one that this package did not keep.
	BodyTooLarge
	// BodyUndecodable is one in broken base64, or in an encoding that is not known.
	BodyUndecodable
)

var bodyStates = [...]string{"whole", "omitted", "cut", "too large", "undecodable"}

// String is the state in a word or two: "whole", "omitted", "cut", "too large", "undecodable".
func (s BodyState) String() string {
	if s < 0 || int(s) >= len(bodyStates) {
		return "unknown"
	}
	return bodyStates[s]
}

// Source says who answered a request.
type Source int

const (
	// SourceServer is an answer that came over the network.
	SourceServer Source = iota
	// SourceNone is no answer: the request failed, was blocked or was cancelled.
	SourceNone
	// SourceCache is an answer out of the browser's cache. One with status 304 is the server's.
	SourceCache
	// SourceScript is an answer made by a service worker, or by a test in the server's place.
	SourceScript
)

var sources = [...]string{"server", "none", "cache", "script"}

// String is the source in a word: "server", "none", "cache", "script".
func (s Source) String() string {
	if s < 0 || int(s) >= len(sources) {
		return "unknown"
	}
	return sources[s]
}
