package traffic

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// clockBlur is by how much the times of a recording can be off: browsers round them.
const clockBlur = 10 * time.Millisecond

// ReadHAR judges the exchanges of a recording, in the order of the file, whatever their host is and whatever stands before the paths of the
// contract. What a recording does not have is not judged: answers out of a cache, requests without their whole body, and whether a request had an API
// key, which many recorders leave out. Of an answer without its whole body the status and the headers are judged.
//
// The error is a [*har.Error] where the file could not be read to its end; what came before that is judged.
func (o *Observer) ReadHAR(r io.Reader) error {
	reader, here := har.NewReader(r), map[[sha256.Size]byte]struct{}{}
	defer o.remember(here)
	for {
		entry, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if why := o.recorded(entry, here); why != "" {
			o.skip(why)
		}
	}
}

// recorded judges one exchange of a recording, or says why it does not.
func (o *Observer) recorded(entry har.Entry, here map[[sha256.Size]byte]struct{}) (unfit string) {
	switch sent, came := entry.Request.Body.State, entry.Response.Body; {
	case entry.Response.Source != har.SourceServer:
		return fmt.Sprintf("an answer that is not the server's (%s)", entry.Response.Source)
	case len(entry.Request.Header) == 0 || len(entry.Response.Header) == 0:
		return "headers that the recording does not have"
	case sent == har.BodyTooLarge || came.State == har.BodyTooLarge:
		return tooLarge
	case entry.Oversize:
		return "a URL or headers that are too long to be kept"
	case sent != har.BodyWhole:
		return fmt.Sprintf("a request whose body the recording does not have (%s)", sent)
	case len(entry.Request.Body.Bytes) == 0 && !slices.Contains(bodiless, entry.Request.Method) && entry.Request.Header.Get("Content-Length") == "":
		return "a request of which the recording does not say whether it had a body"
	case encoded(entry.Request.Header):
		return "a request in a Content-Encoding, of which a recording does not say how it was sent"
	case exchange.TooManyValues(entry.Request.Body.Bytes):
		return tooLarge
	}
	u, err := url.Parse(entry.Request.URL)
	if err != nil {
		return "a URL that cannot be read"
	}
	if u.Host == "" { // some recorders have it in the header alone
		u.Scheme, u.Host = "http", entry.Request.Header.Get("Host")
	}
	if o.readBefore(entry, here) {
		return "an exchange that was read before, as in a recording that is given twice"
	}
	before, path := o.locate(entry.Request.Method, u.EscapedPath())
	x := observed{
		origin:   u.Scheme + "://" + mask.Keys(u.Host) + o.shownPath(before),
		request:  exchange.Request{Method: entry.Request.Method, Path: path, Query: u.RawQuery, Header: entry.Request.Header, Body: entry.Request.Body.Bytes},
		answer:   &exchange.Response{Status: entry.Response.Status, Header: entry.Response.Header, Body: entry.Response.Body.Bytes},
		sent:     entry.Started,
		received: entry.Started.Add(entry.Duration + clockBlur),
		recorded: true,
		bodiless: entry.Response.Body.State != har.BodyWhole,
	}
	if entry.Started.IsZero() {
		x.received = farFuture // nothing is known to have come after it
	}
	o.judge(x)
	return ""
}

// bodiless are the methods of which a request mostly has no body.
var bodiless = []string{http.MethodGet, http.MethodHead, http.MethodOptions}

// mostRead is how many exchanges of recordings are known again.
const mostRead = 200_000

// readBefore reports whether a recording that was read before has the same exchange: at the same time, or without one, the same bytes. here takes
// it otherwise.
func (o *Observer) readBefore(entry har.Entry, here map[[sha256.Size]byte]struct{}) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.start()
	hash := sha256.New()
	fmt.Fprintf(hash, "%d %q %q %q %d %q ", entry.Started.UnixNano(), entry.Request.Method, entry.Request.URL, entry.Request.Header, entry.Response.Status, entry.Response.Header)
	hash.Write(entry.Request.Body.Bytes)
	hash.Write(entry.Response.Body.Bytes)
	sum := [sha256.Size]byte(hash.Sum(nil))
	_, before := o.read[sum]
	if !before && len(here) < mostRead {
		here[sum] = struct{}{}
	}
	return before
}

// remember keeps the exchanges of a recording that was read.
func (o *Observer) remember(here map[[sha256.Size]byte]struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for sum := range here {
		if len(o.read) >= mostRead {
			return
		}
		o.read[sum] = struct{}{}
	}
}

func encoded(h http.Header) bool {
	return slices.ContainsFunc(h.Values("Content-Encoding"), func(value string) bool { return !strings.EqualFold(strings.TrimSpace(value), "identity") })
}

var farFuture = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// locate takes apart the path of a recorded request: what stands before a path of the contract, and that path. Where it has none, all of it is path.
func (o *Observer) locate(method, path string) (before, below string) {
	if op, _ := o.Judge.Route(method, path); op != nil {
		return "", path
	}
	segments := 0 // of the longest path that the contract has
	for _, op := range o.Judge.Operations() {
		segments = max(segments, strings.Count(op.Path, "/"))
	}
	from := len(path)
	for range segments {
		from = max(strings.LastIndexByte(path[:from], '/'), 0)
	}
	for i := from; i < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		if op, _ := o.Judge.RouteBelow(method, path[i:]); op != nil {
			return path[:i], path[i:]
		}
	}
	return "", path
}

// ofBodies are the checks that need the body of an answer.
var ofBodies = map[result.Check]bool{
	result.ResponseSchema: true, result.ResponseFormat: true, result.SingleJSONValue: true, result.UniqueKeys: true, result.UTF8: true,
	result.ErrorEnvelope: true, result.ErrorCodeForCause: true, result.Echo: true, result.IDUnique: true, result.Timestamps: true,
	result.NoStackTrace: true, result.UndocumentedProperty: true, result.PropertyDirection: true,
}

// withKey is a request with the key that its recorder left out.
func withKey(r exchange.Request, credential *exchange.Credential) exchange.Request {
	r.Header = r.Header.Clone()
	credential.Apply(&r, leftOutKey)
	return r
}

// leftOutKey stands for a key that a recorder left out.
const leftOutKey = "left-out"
