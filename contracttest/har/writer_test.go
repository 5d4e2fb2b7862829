package har_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http/httpguts"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

func write(t *testing.T, entries ...har.Entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := har.NewWriter(&b, "test", "1.0")
	for _, e := range entries {
		require.NoError(t, w.Write(e))
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// roundTrip reads what is written of entries.
func roundTrip(t *testing.T, entries []har.Entry) []har.Entry {
	t.Helper()
	text := write(t, entries...)
	got, err := readAll(bytes.NewReader(text))
	require.NoError(t, err, "%s", text)
	return got
}

func exchange() har.Entry {
	return har.Entry{
		Started:  time.Date(2026, 11, 3, 9, 15, 0, 123456789, time.UTC),
		Duration: 12345678 * time.Nanosecond,
		Request: har.Request{
			Method: "POST", URL: "https://api.example.com/things?b=1%202&a=<x>&&c#top",
			Header: http.Header{"Content-Type": {"application/json"}, "X-Multi": {"1", "2"}, "Content-Length": {"22"}},
			Body:   har.Body{Bytes: []byte(`{"name":"<Zoë> 😀"}`)},
		},
		Response: har.Response{
			Status: 201, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "Location": {"/things/t1"}},
			Body: har.Body{Bytes: []byte("{\"id\":\"t1\",\t\"u\":\"\u2028\ufeff\"}\r\n")},
		},
	}
}

func TestWriterReadsBack(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*har.Entry){
		"as it is": func(*har.Entry) {},
		"no time":  func(e *har.Entry) { e.Started, e.Duration = time.Time{}, 0 },
		"binary": func(e *har.Entry) {
			e.Response.Body.Bytes, e.Request.Body.Bytes = []byte{0, 255, 254}, bytes.Repeat([]byte{0xff}, 22)
		},
		"control characters":  func(e *har.Entry) { e.Response.Body.Bytes = []byte("a\x00\x1b\x7f") },
		"as large as is kept": func(e *har.Entry) { e.Response.Body.Bytes = bytes.Repeat([]byte{'"'}, har.MaxBody) },
		"large, binary":       func(e *har.Entry) { e.Response.Body.Bytes = bytes.Repeat([]byte{0}, har.MaxBody) },
		"gzip": func(e *har.Entry) {
			e.Response.Header.Set("Content-Encoding", "gzip")
			e.Response.Body.Bytes = []byte("\x1f\x8b\x08")
		},
		"another charset": func(e *har.Entry) { e.Response.Header.Set("Content-Type", "text/plain; charset=utf-16") },
		"no bodies": func(e *har.Entry) {
			e.Request.Body, e.Response.Body = har.Body{}, har.Body{}
			e.Request.Header.Del("Content-Length")
		},
		"no answer":           func(e *har.Entry) { e.Response = har.Response{Source: har.SourceNone, Header: http.Header{}} },
		"out of the cache":    func(e *har.Entry) { e.Response.Source = har.SourceCache },
		"by a service worker": func(e *har.Entry) { e.Response.Source = har.SourceScript },
		"an answer to HEAD": func(e *har.Entry) {
			e.Request.Method, e.Response.Body = "HEAD", har.Body{}
			e.Response.Header.Set("Content-Length", "12")
		},
		"304":       func(e *har.Entry) { e.Response.Status, e.Response.Body = 304, har.Body{} },
		"no header": func(e *har.Entry) { e.Request.Header, e.Response.Header = http.Header{}, http.Header{} },
		"cut":       func(e *har.Entry) { e.Request.Body.State, e.Response.Body.State = har.BodyCut, har.BodyCut },
		"cut to nothing": func(e *har.Entry) {
			e.Request.Body, e.Response.Body = har.Body{State: har.BodyCut}, har.Body{State: har.BodyCut}
		},
		"omitted": func(e *har.Entry) {
			e.Request.Body, e.Response.Body = har.Body{State: har.BodyOmitted}, har.Body{State: har.BodyOmitted}
		},
		"too large": func(e *har.Entry) {
			e.Request.Body, e.Response.Body = har.Body{State: har.BodyTooLarge}, har.Body{State: har.BodyTooLarge}
		},
		"undecodable": func(e *har.Entry) {
			e.Request.Body, e.Response.Body = har.Body{State: har.BodyUndecodable}, har.Body{State: har.BodyUndecodable}
		},
		"left out": func(e *har.Entry) { e.Oversize = true },
		"nothing at all": func(e *har.Entry) {
			*e = har.Entry{Request: har.Request{Header: http.Header{}}, Response: har.Response{Source: har.SourceNone, Header: http.Header{}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := exchange()
			change(&e)
			assert.Equal(t, []har.Entry{e, e}, roundTrip(t, []har.Entry{e, e}))
		})
	}
	assert.Empty(t, roundTrip(t, nil))
}

// TestWriterOfRecorders writes what was read of each recorder.
func TestWriterOfRecorders(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("testdata")
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".har") {
			continue
		}
		text, err := os.ReadFile("testdata/" + f.Name())
		require.NoError(t, err)
		entries, err := readAll(bytes.NewReader(text))
		require.NoError(t, err)
		assert.Equal(t, entries, roundTrip(t, entries), f.Name())
	}
}

// TestWriterHasWhatHARRequires looks for the members that HAR 1.2 requires, with the types that importers take for granted.
func TestWriterHasWhatHARRequires(t *testing.T) {
	t.Parallel()
	failed, omitted := exchange(), exchange()
	failed.Response = har.Response{Source: har.SourceNone}
	failed.Request.Body = har.Body{}
	omitted.Response.Body = har.Body{State: har.BodyOmitted}
	omitted.Request.Header, omitted.Response.Header = nil, nil
	omitted.Started = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	omitted.Duration = -1
	var file map[string]any
	text := write(t, exchange(), failed, omitted)
	require.NoError(t, json.Unmarshal(text, &file))

	log := members(t, file, "log:object")["log"].(map[string]any)
	members(t, log, "version:string creator:object pages:list entries:list")
	assert.Equal(t, "1.2", log["version"])
	assert.Equal(t, map[string]any{"name": "test", "version": "1.0"}, log["creator"])
	entries := log["entries"].([]any)
	require.Len(t, entries, 3)
	for _, element := range entries {
		entry := members(t, element, "startedDateTime:string time:number request:object response:object cache:object timings:object")
		assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`, entry["startedDateTime"])
		timings := members(t, entry["timings"], "send:number wait:number receive:number")
		assert.InDelta(t, entry["time"], timings["send"].(float64)+timings["wait"].(float64)+timings["receive"].(float64), 0)
		assert.GreaterOrEqual(t, entry["time"], 0.0)
		request := members(t, entry["request"], "method:string url:string httpVersion:string cookies:list headers:list queryString:list headersSize:number bodySize:number")
		response := members(t, entry["response"], "status:number statusText:string httpVersion:string cookies:list headers:list content:object redirectURL:string headersSize:number bodySize:number")
		members(t, response["content"], "size:number mimeType:string")
		if postData, ok := request["postData"]; ok {
			members(t, postData, "mimeType:string text:string")
		}
		for _, list := range []any{request["headers"], request["queryString"], response["headers"]} {
			for _, pair := range list.([]any) {
				members(t, pair, "name:string value:string")
			}
		}
	}

	first := entries[0].(map[string]any)
	assert.Equal(t, "2026-11-03T09:15:00.123456789Z", first["startedDateTime"])
	assert.InDelta(t, 12.345678, first["time"], 0)
	request, response := first["request"].(map[string]any), first["response"].(map[string]any)
	assert.Equal(t, []any{pair("b", "1 2"), pair("a", "<x>"), pair("c", "")}, request["queryString"])
	assert.Equal(t, []any{pair("Content-Length", "22"), pair("Content-Type", "application/json"), pair("X-Multi", "1"), pair("X-Multi", "2")}, request["headers"])
	assert.EqualValues(t, 22, request["bodySize"])
	assert.EqualValues(t, 201, response["status"])
	assert.Equal(t, "Created", response["statusText"])
	assert.Equal(t, "/things/t1", response["redirectURL"])
	assert.EqualValues(t, len(exchange().Response.Body.Bytes), response["content"].(map[string]any)["size"])
	assert.Contains(t, string(text), "<Zo", "readable")
	assert.NotContains(t, entries[1].(map[string]any)["request"], "postData")
	assert.EqualValues(t, 0, entries[1].(map[string]any)["response"].(map[string]any)["status"])
	assert.EqualValues(t, -1, entries[2].(map[string]any)["response"].(map[string]any)["bodySize"])
	assert.NotContains(t, entries[2].(map[string]any)["response"].(map[string]any)["content"], "text")
}

func pair(name, value string) any { return map[string]any{"name": name, "value": value} }

// members asserts that an object has members of these types.
func members(t *testing.T, value any, list string) map[string]any {
	t.Helper()
	object, ok := value.(map[string]any)
	require.True(t, ok, "%v", value)
	for field := range strings.FieldsSeq(list) {
		name, kind, _ := strings.Cut(field, ":")
		require.Contains(t, object, name)
		got := fmt.Sprintf("%T", object[name])
		want := map[string]string{"string": "string", "number": "float64", "list": "[]interface {}", "object": "map[string]interface {}"}[kind]
		assert.Equal(t, want, got, name)
	}
	return object
}

func TestWriterQuery(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][]any{
		"https://a.example/":              {},
		"https://a.example/?":             {},
		"https://a.example/?a=%zz&%41=+":  {pair("a", "%zz"), pair("A", " ")},
		"https://a.example/#?a=b":         {},
		"https://a.example/?a=b=c?d&e=#f": {pair("a", "b=c?d"), pair("e", "")},
		"%zz?a":                           {pair("a", "")},
	} {
		var file struct {
			Log struct {
				Entries []struct{ Request struct{ QueryString []any } }
			}
		}
		require.NoError(t, json.Unmarshal(write(t, har.Entry{Request: har.Request{URL: address}}), &file))
		assert.Equal(t, want, file.Log.Entries[0].Request.QueryString, address)
	}
}

func TestWriterKeepsTheFirstError(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	for writes := range 5 {
		d := &disk{writes: writes, err: full}
		w := har.NewWriter(d, "test", "1.0")
		assert.ErrorIs(t, w.Write(exchange()), full)
		assert.ErrorIs(t, w.Write(exchange()), full)
		assert.ErrorIs(t, w.Close(), full)
		assert.Equal(t, -1, d.writes, "nothing behind a gap")
	}
}

// disk has room for so many writes, and counts on below 0.
type disk struct {
	writes int
	err    error
}

func (d *disk) Write(p []byte) (int, error) {
	if d.writes--; d.writes < 0 {
		return 0, d.err
	}
	return len(p), nil
}

func TestWriterOfAnAnswerThatDidNotCome(t *testing.T) {
	t.Parallel()
	e := exchange()
	e.Response.Source = har.SourceNone
	got := roundTrip(t, []har.Entry{e})[0].Response
	assert.Equal(t, har.Response{Source: har.SourceNone, Header: e.Response.Header}, got)
}

// FuzzRoundTrip writes an exchange of any values and reads it: what HTTP can send comes back the same, and what is read, written
// and read again is the same.
func FuzzRoundTrip(f *testing.F) {
	f.Add("POST", "https://api.example.com/things?a=b", "X-Key", "v", []byte(`{"a":"é"}`), 201, []byte("\x00\xff"), int64(1793697300123456789), int64(12345678), uint8(0))
	f.Add("HEAD", "/", "content-encoding", "gzip", []byte(""), 304, []byte("\x1f\x8b"), int64(0), int64(-1), uint8(7))
	f.Add("", "%zz\xff", ":x", "a\nb", []byte("\"\\\u2028"), 0, []byte("x"), int64(-1<<63), int64(1<<62), uint8(200))
	f.Add("GET", "/", "X", "", []byte(""), 200, []byte(""), int64(0), int64(4364935439153462), uint8(0))
	f.Add("GET", "/"+strings.Repeat("a", 64<<10), "X", "", []byte(""), 200, []byte(""), int64(0), int64(0), uint8(0))
	f.Fuzz(func(t *testing.T, method, address, name, value string, sent []byte, status int, received []byte, started, duration int64, bits uint8) {
		e := har.Entry{
			Started:  time.Unix(0, started).UTC(),
			Duration: time.Duration(duration),
			Request:  har.Request{Method: method, URL: address, Header: http.Header{name: {value, value}}, Body: body(sent, bits%5)},
			Response: har.Response{Status: status, Source: har.Source(bits / 5 % 4), Header: http.Header{name: {value}}, Body: body(received, bits/20%5)},
			Oversize: bits&128 != 0,
		}
		once := roundTrip(t, []har.Entry{e})
		require.Len(t, once, 1)
		require.Equal(t, once, roundTrip(t, once))
		if isPlain(e) {
			require.Equal(t, e, once[0])
		}
	})
}

// body is a body in a state, with bytes where that has some.
func body(b []byte, state uint8) har.Body {
	out := har.Body{State: har.BodyState(state)}
	if len(b) > 0 && out.State <= har.BodyCut && out.State != har.BodyOmitted {
		out.Bytes = b
	}
	return out
}

// isPlain reports whether an exchange is one of HTTP, with a time and a duration that HAR can hold, within the bounds of a Reader,
// and without headers that say something else of its bodies.
func isPlain(e har.Entry) bool {
	const long = 10_000 // bytes of text; of JSON, in which one takes six at most, a Reader keeps 64 KiB
	if len(e.Request.Method) > long || len(e.Request.URL) > long || len(e.Request.Body.Bytes) > har.MaxBody || len(e.Response.Body.Bytes) > har.MaxBody {
		return false
	}
	for name, values := range e.Request.Header {
		switch name {
		case "Content-Length", "Content-Encoding", "Transfer-Encoding", "Content-Type":
			return false
		}
		if len(name) > long || len(values[0]) > long {
			return false
		}
		if name != http.CanonicalHeaderKey(name) || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(values[0]) ||
			strings.ContainsAny(values[0], "\r\n") || !utf8.ValidString(values[0]) {
			return false
		}
	}
	_, err := url.Parse(e.Request.URL)
	isNone := e.Response.Source == har.SourceNone
	return err == nil && utf8.ValidString(e.Request.Method) && utf8.ValidString(e.Request.URL) &&
		e.Duration >= 0 && e.Duration < 1<<52 &&
		e.Response.Status < 1000 && isNone == (e.Response.Status == 0) && e.Response.Status >= 0 && e.Response.Status != http.StatusNotModified &&
		!isNone && e.Request.Method != http.MethodHead
}
