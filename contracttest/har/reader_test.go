package har_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

// file is a HAR file of these entries.
func file(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[` + strings.Join(entries, ",") + `]}}`
}

// only reads the one entry of a file.
func only(t *testing.T, text string) har.Entry {
	t.Helper()
	entries, err := readAll(strings.NewReader(text))
	require.NoError(t, err)
	require.Len(t, entries, 1)
	return entries[0]
}

func TestReaderIsTolerant(t *testing.T) {
	t.Parallel()
	const (
		entry  = `{"request":{"method":"POST","url":"https://a.example/","headers":[{"name":"a-b","value":"1"}],"postData":{"text":"in"}},"response":{"status":200,"headers":[],"content":{"size":3,"text":"out"}}}`
		answer = `POST https://a.example/ "in" whole > server 200 "out" whole`
		empty  = `  "" whole > none 0 "" whole`
	)
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"as written":             {file(entry), []string{answer}},
		"no entries":             {file(), nil},
		"a byte order mark":      {"\ufeff" + file(entry), []string{answer}},
		"white space around":     {" \r\n\t" + file(entry) + "\n\n", []string{answer}},
		"entries first":          {`{"log":{"entries":[` + entry + `],"pages":[{}],"version":"1.2"},"more":[1,{"a":[]}]}`, []string{answer}},
		"entries last":           {`{"$schema":"x","log":{"pages":null,"browser":{"a":[{}]},"entries":[` + entry + `]}}`, []string{answer}},
		"entries twice":          {`{"log":{"entries":[` + entry + `],"entries":[` + entry + `]}}`, []string{answer, answer}},
		"log twice":              {`{"log":{"entries":[` + entry + `]},"log":null,"log":{"entries":[]}}`, []string{answer}},
		"entries are null":       {`{"log":{"entries":null}}`, nil},
		"an entry is null":       {file("null", entry, `[{"request":1}]`, `"text"`), []string{empty, answer, empty, empty}},
		"nothing in the entry":   {file(`{}`), []string{empty}},
		"null everywhere":        {file(`{"startedDateTime":null,"time":null,"request":null,"response":null,"_fromCache":null}`), []string{empty}},
		"null one level below":   {file(`{"request":{"method":null,"url":null,"headers":null,"postData":null,"bodySize":null},"response":{"status":null,"headers":null,"content":null}}`), []string{empty}},
		"null in lists":          {file(`{"request":{"method":"GET","url":"/","headers":[null,{"name":null,"value":null},1,[]],"postData":{"mimeType":null,"text":null,"params":null}}}`), []string{`GET / "" whole > none 0 "" whole`}},
		"other types":            {file(`{"startedDateTime":1,"time":{},"request":{"method":["GET"],"url":{"a":"b"},"headers":{"a":"b"},"postData":"x"},"response":[1]}`), []string{empty}},
		"numbers as strings":     {file(`{"time":"12.5","request":{},"response":{"status":" 204 ","bodySize":"0","content":{"size":"0"}}}`), []string{`  "" whole > server 204 "" whole`}},
		"a status that is none":  {file(`{"response":{"status":"200 OK"}}`), []string{empty}},
		"a status with fraction": {file(`{"response":{"status":2.01e2,"content":{"text":""}}}`), []string{`  "" whole > server 201 "" whole`}},
		"a status out of range":  {file(`{"response":{"status":1e300,"content":{"text":""}}}`), []string{`  "" whole > server 2147483647 "" whole`}},
		"names given twice":      {file(`{"request":{"method":"GET","url":"/a"},"request":{"method":"PUT","method":"POST","url":"https://a.example/","headers":[],"headers":[],"postData":{"text":"x","text":"in"}},"response":{"status":500},"response":{"status":200,"content":{"text":"out"}}}`), []string{answer}},
		"a request given twice":  {file(`{"request":{"method":"PUT","postData":{"text":"x"}},"request":{"url":"/"},"response":{"status":200,"content":{"text":"x"}},"response":{}}`), []string{` / "" whole > none 0 "" whole`}},
		"an answer to HEAD":      {file(`{"response":{"status":200,"content":{"size":12}},"request":{"method":"HEAD"}}`), []string{`HEAD  "" whole > server 200 "" whole`}},
		"escaped names":          {strings.ReplaceAll(file(entry), `"log"`, `"l\u006fg"`), []string{answer}},
		"names in capitals":      {file(strings.ReplaceAll(entry, `"method"`, `"Method"`)), []string{strings.TrimPrefix(answer, "POST")}},
		"invalid UTF-8":          {file(strings.ReplaceAll(entry, `"out"`, "\"o\xff\"")), []string{strings.ReplaceAll(answer, `"out"`, `"o�"`)}},
		"half a surrogate pair":  {file(strings.ReplaceAll(entry, `"out"`, `"o\ud83d"`)), []string{strings.ReplaceAll(answer, `"out"`, `"o�"`)}},
		"invalid UTF-8 in a URL": {file(strings.ReplaceAll(entry, "example/", "example/\xff")), []string{strings.ReplaceAll(answer, "example/", "example/�")}},
		"bytes of mitmproxy":     {file(strings.ReplaceAll(entry, `"out"`, `"\udcff\\udc80o\"\ud83d\udc80\ud83d\ude00\udc80\udc7f\u00e9\udcfet"`)), []string{strings.ReplaceAll(answer, `"out"`, `"\xff\\udc80o\"💀😀\x80�é\xfet"`)}},
		"as JavaScript has them": {file(strings.ReplaceAll(entry, `"out"`, `"\uDCFF"`)), []string{strings.ReplaceAll(answer, `"out"`, `"�"`)}},
		"escapes":                {file(strings.ReplaceAll(entry, `"out"`, `"\u006f\ud83d\ude00\/\"\\\n"`)), []string{strings.ReplaceAll(answer, `"out"`, `"o😀/\"\\\n"`)}},
		"numbers as text":        {file(strings.ReplaceAll(entry, `"out"`, `123`)), []string{strings.ReplaceAll(answer, `"out"`, `"123"`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, reader := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text)), iotest.DataErrReader(strings.NewReader(test.text))} {
				entries, err := readAll(reader)
				require.NoError(t, err)
				var got []string
				for _, e := range entries {
					got = append(got, line(e))
				}
				assert.Equal(t, test.want, got)
			}
		})
	}
}

func TestReaderTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"2026-11-03T09:15:00.25Z"`:        "2026-11-03T09:15:00.25Z",
		`"2026-11-03T10:15:00.250+01:00"`:  "2026-11-03T09:15:00.25Z",
		`"2026-11-03T10:15:00.250+0100"`:   "2026-11-03T09:15:00.25Z",
		`"2026-11-03T10:15:00.250+01"`:     "2026-11-03T09:15:00.25Z",
		`"2026-11-03 09:15:00,250000z"`:    "2026-11-03T09:15:00.25Z",
		`" 2026-11-03t04:15:00.25-05:00 "`: "2026-11-03T09:15:00.25Z",
		`"2026-11-03T09:15:00.123456789Z"`: "2026-11-03T09:15:00.123456789Z",
		`"2026-11-03T09:15:00"`:            "0001-01-01T00:00:00Z", // of which zone?
		`"yesterday"`:                      "0001-01-01T00:00:00Z",
		`"2026-13-03T09:15:00Z"`:           "0001-01-01T00:00:00Z",
		`1793697300`:                       "0001-01-01T00:00:00Z",
		`""`:                               "0001-01-01T00:00:00Z",
	} {
		e := only(t, file(`{"startedDateTime":`+text+`}`))
		assert.Equal(t, want, e.Started.Format(time.RFC3339Nano), text)
		assert.Equal(t, time.UTC, e.Started.Location(), text)
	}
	for text, want := range map[string]time.Duration{
		`12.75`: 12750 * time.Microsecond, `"3"`: 3 * time.Millisecond, `-1`: 0, `0`: 0, `null`: 0, `"x"`: 0, `"NaN"`: 0, `"inf"`: 0, `1e300`: 1<<63 - 1, `0.000001`: 1,
	} {
		assert.Equal(t, want, only(t, file(`{"time":`+text+`}`)).Duration, text)
	}
}

func TestReaderHeaders(t *testing.T) {
	t.Parallel()
	const names = `{"name":"content-encoding","value":"gzip"},{"name":"content-length","value":"31"},{"name":"transfer-encoding","value":"chunked"}`
	const plain = `{"name":"content-encoding","value":"identity"},{"name":"content-length","value":"2"}`
	gzip := base64.StdEncoding.EncodeToString([]byte("\x1f\x8b\x08rest"))
	for name, test := range map[string]struct {
		method, response string
		want             http.Header
	}{
		"decoded":               {"POST", `"headers":[` + names + `],"content":{"size":2,"text":"{}"}`, http.Header{}},
		"decoded, cut":          {"POST", `"headers":[` + names + `],"content":{"size":20,"text":"{}"}`, http.Header{}},
		"stored as sent":        {"POST", `"headers":[` + names + `],"content":{"text":"` + gzip + `","encoding":"base64"}`, http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"31"}}},
		"left out":              {"POST", `"headers":[` + names + `],"content":{"size":2}`, http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"31"}}},
		"an answer to HEAD":     {"HEAD", `"headers":[` + names + `],"content":{"size":0}`, http.Header{"Content-Encoding": {"gzip"}, "Content-Length": {"31"}}},
		"identity":              {"POST", `"headers":[` + plain + `],"content":{"size":2,"text":"{}"}`, http.Header{"Content-Encoding": {"identity"}, "Content-Length": {"2"}}},
		"another length":        {"POST", `"headers":[{"name":"Content-Length","value":"9"}],"content":{"size":10,"text":"0123456789"}`, http.Header{}},
		"cut":                   {"POST", `"headers":[{"name":"Content-Length","value":"99"}],"content":{"size":99,"text":"0123456789"}`, http.Header{"Content-Length": {"99"}}},
		"several values":        {"POST", `"headers":[{"name":"set-cookie","value":"a=1\nb=2\r\nc=3"},{"name":"SET-COOKIE","value":"d=4"}]`, http.Header{"Set-Cookie": {"a=1", "b=2", "c=3", "d=4"}}},
		"pseudo-headers":        {"POST", `"headers":[{"name":":status","value":"200"},{"name":"","value":"x"},{"value":"y"}]`, http.Header{}},
		"values of other types": {"POST", `"headers":[{"name":"x-a","value":5},{"name":"x-b","value":true},{"name":"x-c"},{"name":"x-d","value":null,"comment":{}}]`, http.Header{"X-A": {"5"}, "X-B": {"true"}, "X-C": {""}, "X-D": {""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := only(t, file(`{"request":{"method":"`+test.method+`"},"response":{"status":200,`+test.response+`}}`))
			assert.Equal(t, test.want, e.Response.Header)
		})
	}
}

func TestReaderResponseBodies(t *testing.T) {
	t.Parallel()
	const gzip = `"headers":[{"name":"Content-Encoding","value":"gzip"}],`
	big := strings.Repeat("x", har.MaxBody)
	for name, test := range map[string]struct {
		status   int
		response string
		want     har.BodyState
		body     string
	}{
		"whole":                              {200, `"content":{"size":2,"text":"{}"}`, har.BodyWhole, "{}"},
		"without a size":                     {200, `"content":{"text":"{}"}`, har.BodyWhole, "{}"},
		"more than it says":                  {200, `"content":{"size":1,"text":"{}"}`, har.BodyWhole, "{}"},
		"a byte order mark gone":             {200, `"content":{"size":5,"text":"{}"}`, har.BodyWhole, "{}"},
		"cut":                                {200, `"content":{"size":6,"text":"{}"}`, har.BodyCut, "{}"},
		"cut, in base64":                     {200, `"content":{"size":3,"text":"e30=","encoding":"base64"}`, har.BodyCut, "{}"},
		"cut, as Content-Length says":        {200, `"headers":[{"name":"Content-Length","value":"6"}],"content":{"text":"{}"}`, har.BodyCut, "{}"},
		"of another charset":                 {200, `"content":{"size":60,"text":"{}","mimeType":"text/plain; charset=utf-16"}`, har.BodyWhole, "{}"},
		"of the same charset":                {200, `"content":{"size":60,"text":"{}","mimeType":"text/plain; charset=UTF-8"}`, har.BodyCut, "{}"},
		"compressed, smaller":                {200, gzip + `"content":{"size":22,"compression":-20,"text":"{}"}`, har.BodyWhole, "{}"},
		"compressed, other sign":             {200, gzip + `"content":{"size":22,"compression":20,"text":"{}"}`, har.BodyWhole, "{}"},
		"compressed, cut":                    {200, gzip + `"content":{"size":22,"text":"{}"}`, har.BodyCut, "{}"},
		"compressed, of unknown size":        {200, `"headers":[{"name":"Content-Encoding","value":"br"},{"name":"Content-Length","value":"99"}],"content":{"text":"{}"}`, har.BodyWhole, "{}"},
		"failed behind the beginning":        {200, `"_error":"net::ERR_ABORTED","content":{"size":2,"text":"{}"}`, har.BodyCut, "{}"},
		"failed behind the beginning (2)":    {200, `"_failureText":"aborted","content":{"size":2,"text":"{}"}`, har.BodyCut, "{}"},
		"Charles saw the end":                {200, `"_charlesStatus":"COMPLETE","content":{"size":2,"text":"{}"}`, har.BodyWhole, "{}"},
		"Charles did not see the end":        {200, `"_charlesStatus":"FAILED","content":{"size":2,"text":"{}"}`, har.BodyCut, "{}"},
		"empty":                              {200, `"content":{"size":0}`, har.BodyWhole, ""},
		"empty, as bodySize says":            {200, `"bodySize":0,"content":{"size":-1}`, har.BodyWhole, ""},
		"empty, as Content-Length says":      {200, `"headers":[{"name":"Content-Length","value":"0"}],"content":{"size":-1}`, har.BodyWhole, ""},
		"empty text":                         {200, `"content":{"size":-1,"text":""}`, har.BodyWhole, ""},
		"empty text, size above 0":           {200, `"content":{"size":9,"text":""}`, har.BodyOmitted, ""},
		"none can be":                        {204, `"content":{"size":-1}`, har.BodyWhole, ""},
		"none can be (2)":                    {101, `"content":{"size":-1}`, har.BodyWhole, ""},
		"none came, the cache's is here":     {304, `"content":{"size":2,"text":"{}"}`, har.BodyWhole, ""},
		"no content":                         {200, `"bodySize":-1`, har.BodyOmitted, ""},
		"left out":                           {200, `"content":{"size":2}`, har.BodyOmitted, ""},
		"left out, size unknown":             {200, `"content":{"size":-1,"text":null}`, har.BodyOmitted, ""},
		"called empty, with a size sent":     {200, `"bodySize":376,"content":{"size":0}`, har.BodyOmitted, ""},
		"in another file":                    {200, `"content":{"size":-1,"_file":"a.json"}`, har.BodyOmitted, ""},
		"in another file (2)":                {200, `"content":{"size":0,"_sha1":"a.json"}`, har.BodyOmitted, ""},
		"base64":                             {200, `"content":{"text":"e30=","encoding":"base64"}`, har.BodyWhole, "{}"},
		"base64, encoding first":             {200, `"content":{"encoding":"BASE64","text":"e30="}`, har.BodyWhole, "{}"},
		"base64 without padding":             {200, `"content":{"text":"e30","encoding":"base64"}`, har.BodyWhole, "{}"},
		"base64 for URLs, in lines":          {200, `"content":{"text":"_-7_\r\n 7g==\n","encoding":"base64"}`, har.BodyWhole, "\xff\xee\xff\xee"},
		"no base64":                          {200, `"content":{"text":"{}","encoding":"base64"}`, har.BodyUndecodable, ""},
		"encoding utf-8":                     {200, `"content":{"text":"{}","encoding":"utf-8"}`, har.BodyWhole, "{}"},
		"an unknown encoding":                {200, `"content":{"text":"7b7d","encoding":"hex"}`, har.BodyUndecodable, ""},
		"as large as is kept":                {200, `"content":{"text":"` + big + `"}`, har.BodyWhole, big},
		"larger":                             {200, `"content":{"text":"` + big + `x"}`, har.BodyTooLarge, ""},
		"larger, in base64":                  {200, `"content":{"text":"` + base64.StdEncoding.EncodeToString([]byte(big+"x")) + `","encoding":"base64"}`, har.BodyTooLarge, ""},
		"as large as is kept, in base64":     {200, `"content":{"text":"` + base64.StdEncoding.EncodeToString([]byte(big)) + `","encoding":"base64"}`, har.BodyWhole, big},
		"as large as is kept, escaped":       {200, `"content":{"text":"` + strings.Repeat(`\n`, har.MaxBody) + `"}`, har.BodyWhole, strings.Repeat("\n", har.MaxBody)},
		"longer in the file than is held":    {200, `"content":{"text":"` + strings.Repeat(`\u000a`, 2<<20) + `"}`, har.BodyTooLarge, ""},
		"much larger":                        {200, `"content":{"text":"` + strings.Repeat(`\"\\`+big, 5) + `"}`, har.BodyTooLarge, ""},
		"much larger, ending in a backslash": {200, `"content":{"text":"` + strings.Repeat(big, 3) + `\\"}`, har.BodyTooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := only(t, file(fmt.Sprintf(`{"response":{"status":%d,%s}}`, test.status, test.response)))
			assert.Equal(t, test.want.String(), e.Response.Body.State.String())
			assert.True(t, test.body == string(e.Response.Body.Bytes), "%.80q", e.Response.Body.Bytes)
			assert.Equal(t, har.SourceServer, e.Response.Source)
		})
	}
}

func TestReaderRequestBodies(t *testing.T) {
	t.Parallel()
	const form = `"mimeType":"Application/x-www-form-urlencoded; charset=utf-8"`
	for name, test := range map[string]struct {
		request string
		want    har.BodyState
		body    string
	}{
		"none":                         {`"bodySize":-1`, har.BodyWhole, ""},
		"none, for want of a length":   {`"bodySize":0,"postData":{}`, har.BodyWhole, ""},
		"whole":                        {`"bodySize":2,"postData":{"text":"{}"}`, har.BodyWhole, "{}"},
		"left out":                     {`"bodySize":2`, har.BodyOmitted, ""},
		"left out, as its length says": {`"bodySize":-1,"headers":[{"name":"Content-Length","value":"2"}]`, har.BodyOmitted, ""},
		"empty text":                   {`"bodySize":2,"postData":{"text":"","params":[]}`, har.BodyOmitted, ""},
		"cut":                          {`"bodySize":20,"postData":{"text":"{}"}`, har.BodyCut, "{}"},
		"cut, as its length says":      {`"bodySize":2,"headers":[{"name":"Content-Length","value":"20"}],"postData":{"text":"{}"}`, har.BodyCut, "{}"},
		"compressed, smaller":          {`"bodySize":22,"headers":[{"name":"Content-Length","value":"22"},{"name":"Content-Encoding","value":"gzip"}],"postData":{"text":"{}"}`, har.BodyWhole, "{}"},
		"compressed, left out":         {`"bodySize":22,"headers":[{"name":"Content-Encoding","value":"gzip"}],"postData":{"text":""}`, har.BodyOmitted, ""},
		"base64":                       {`"postData":{"text":"e30=","encoding":"base64"}`, har.BodyWhole, "{}"},
		"in another file":              {`"postData":{"text":"","_file":"a.dat"}`, har.BodyOmitted, ""},
		"a form":                       {`"postData":{` + form + `,"params":[{"name":"a b","value":"1&2"},{"name":"c"},{"name":"","value":"ä"}]}`, har.BodyWhole, "a+b=1%262&c=&=%C3%A4"},
		"a form, parameters first":     {`"postData":{"params":[{"name":"a","value":"1"}],` + form + `}`, har.BodyWhole, "a=1"},
		"a form with its text":         {`"postData":{"text":"a=%31",` + form + `,"params":[{"name":"a","value":"1"}]}`, har.BodyWhole, "a=%31"},
		"a form with a long parameter": {`"postData":{` + form + `,"params":[{"name":"a","value":"` + strings.Repeat("x", 1<<20) + `"}]}`, har.BodyTooLarge, ""},
		"a form with many parameters":  {`"postData":{` + form + `,"params":[` + strings.Repeat(`{"name":"a","value":"`+strings.Repeat("x", 60<<10)+`"},`, 100) + `{}]}`, har.BodyTooLarge, ""},
		"a form with files":            {`"postData":{"mimeType":"multipart/form-data; boundary=x","params":[{"name":"a","fileName":"b"}]}`, har.BodyOmitted, ""},
		"the first of two postData":    {`"postData":{"text":"x"},"postData":null`, har.BodyWhole, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := only(t, file(`{"request":{"method":"POST",`+test.request+`}}`))
			assert.Equal(t, test.want.String(), e.Request.Body.State.String())
			assert.Equal(t, test.body, string(e.Request.Body.Bytes))
		})
	}
}

func TestReaderLeavesOutWhatIsOversize(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 64<<10)
	many := strings.Repeat(`{"name":"x-a","value":"`+long[:1<<10]+`"},`, 1<<10) + `{"name":"x-b","value":""}`
	for name, test := range map[string]struct {
		entry    string
		oversize bool
	}{
		"a URL":              {`{"request":{"url":"https://a.example/` + long + `"}}`, true},
		"a URL that fits":    {`{"request":{"url":"` + long + `"}}`, false},
		"a method":           {`{"request":{"method":"` + long + `x"}}`, true},
		"a header":           {`{"request":{"headers":[{"name":"a","value":"` + long + `x"}]}}`, true},
		"a header that fits": {`{"request":{"headers":[{"name":"a","value":"` + long + `"}]}}`, false},
		"a name":             {`{"response":{"headers":[{"name":"` + long + `x","value":""}]}}`, true},
		"many headers":       {`{"response":{"headers":[` + many + `]}}`, true},
		"what is not read":   {`{"comment":"` + long + `x","_more":{"` + long + `x":1},"request":{"headers":[{"name":"a","comment":"` + long + `x"}]}}`, false},
	} {
		e := only(t, file(test.entry))
		assert.Equal(t, test.oversize, e.Oversize, name)
		assert.NotContains(t, e.Response.Header, "X-B", name)
	}
}

func TestReaderErrors(t *testing.T) {
	t.Parallel()
	const ended = ": its recorder was probably ended before it had written everything; record again, or go on with what was read"
	const expected = "har: no HAR file: expected a JSON object with log.entries"
	broken := errors.New("broken disk")
	for name, test := range map[string]struct {
		text string
		more io.Reader
		want string
		read int
		is   error
	}{
		"empty":                {text: "", want: expected + ", but it is empty, at byte 0", is: har.ErrNotHAR},
		"white space":          {text: " \n ", want: expected + ", but it is empty, at byte 0", is: har.ErrNotHAR},
		"a list":               {text: "[]", want: expected + ", found something else, at byte 0", is: har.ErrNotHAR},
		"a string":             {text: `"log"`, want: expected + ", found something else, at byte 0", is: har.ErrNotHAR},
		"no JSON":              {text: "hello", want: "har: no valid JSON: invalid character 'h' at start of value, at byte 0"},
		"HTML":                 {text: "\ufeff<html>", want: "har: no valid JSON: invalid character '<' at start of value, at byte 3"},
		"no log":               {text: "{}", want: expected + ", which is missing, at byte 2", is: har.ErrNotHAR},
		"log is null":          {text: `{"log":null}`, want: expected + ", which is missing, at byte 12", is: har.ErrNotHAR},
		"log is a list":        {text: `{"log":[]}`, want: expected + ", which is missing, at byte 10", is: har.ErrNotHAR},
		"no entries":           {text: `{"log":{}}`, want: expected + ", which is missing, at byte 10", is: har.ErrNotHAR},
		"entries elsewhere":    {text: `{"entries":[],"log":{"pages":[]}}`, want: expected + ", which is missing, at byte 33", is: har.ErrNotHAR},
		"entries is an object": {text: `{"log":{"entries":{}}}`, want: expected + ", which is missing, at byte 22", is: har.ErrNotHAR},
		"gzip":                 {text: "\x1f\x8b\x08\x00\x00", want: expected + ", but gzip: decompress it first (gunzip), at byte 0", is: har.ErrNotHAR},
		"ZIP":                  {text: "PK\x03\x04\x00", want: expected + ", but a ZIP archive: unpack it first, the HAR file is in it, at byte 0", is: har.ErrNotHAR},
		"zlib":                 {text: "\x78\xda\x00\x00", want: expected + ", but zlib: decompress it first, at byte 0", is: har.ErrNotHAR},
		"UTF-16":               {text: "\xff\xfe{\x00", want: expected + ", but UTF-16: convert it to UTF-8 first, at byte 0", is: har.ErrNotHAR},
		"a second text":        {text: file(`{}`) + "\n{}", want: expected + " and nothing after it, at byte 77 (entries read before: 1)", is: har.ErrNotHAR, read: 1},
		"zeros at the end":     {text: file(`{}`) + "\x00\x00", want: `har: no valid JSON: invalid character '\x00' at start of value, at byte 77 (entries read before: 1)`, read: 1},
		"one character":        {text: "{", want: "har: the file ends too early, at byte 1" + ended, is: io.ErrUnexpectedEOF},
		"ends before entries":  {text: `{"log":{"pages":[`, want: "har: the file ends too early, at byte 17" + ended, is: io.ErrUnexpectedEOF},
		"ends in an entry":     {text: "\ufeff" + `{"log":{"entries":[{},{"request":{"url":"ab`, want: "har: the file ends too early, at byte 46, in entry 2 (entries read before: 1)" + ended, is: io.ErrUnexpectedEOF, read: 1},
		"ends between":         {text: `{"log":{"entries":[{},{},`, want: "har: the file ends too early, at byte 25 (entries read before: 2)" + ended, is: io.ErrUnexpectedEOF, read: 2},
		"ends before a comma":  {text: `{"log":{"entries":[{}`, want: "har: the file ends too early, at byte 21 (entries read before: 1)" + ended, is: io.ErrUnexpectedEOF, read: 1},
		"ends behind entries":  {text: `{"log":{"entries":[{}]}`, want: "har: the file ends too early, at byte 23 (entries read before: 1)" + ended, is: io.ErrUnexpectedEOF, read: 1},
		"a missing comma":      {text: `{"log":{"entries":[{} {}]}}`, want: "har: no valid JSON: invalid character '{' after array element (expecting ',' or ']'), at byte 22 (entries read before: 1)", read: 1},
		"a comma too many":     {text: `{"log":{"entries":[{"a":1,}]}}`, want: "har: no valid JSON: invalid character ',' at start of value, at byte 25, in entry 1"},
		"a bad escape":         {text: `{"log":{"entries":[{},{"request":{"url":"\x"}}]}}`, want: `har: no valid JSON: invalid escape sequence ` + "`\\x`" + ` in string, at byte 41, in entry 2 (entries read before: 1)`, read: 1},
		"too deep":             {text: `{"log":{"entries":[{},` + strings.Repeat("[", 200), want: "har: objects and lists have more than 128 levels, at byte 147, in entry 2 (entries read before: 1)", read: 1},
		"a long number":        {text: `{"log":{"entries":[{},{"time":` + strings.Repeat("1", 5000), want: "har: a number has more than 1024 digits, at byte 1054, in entry 2 (entries read before: 1)", read: 1},
		"much white space":     {text: `{"log":{"entries":[{},` + strings.Repeat(" ", 2<<20), want: "har: more than 1048576 bytes of white space in a row, at byte 1048598 (entries read before: 1)", read: 1},
		"behind a long string": {text: file(`{"a":"` + strings.Repeat("x", 1<<20) + `"},{"b":` + `"` + strings.Repeat("x", 1<<20) + `"},{x`), want: "har: no valid JSON: invalid character 'x' at start of value, at byte 2097243, in entry 3 (entries read before: 2)", read: 2},
		"a broken disk":        {text: `{"log":{"entries":[{},`, more: iotest.ErrReader(broken), want: "har: broken disk, at byte 21 (entries read before: 1)", is: broken, read: 1},
		"a disk that idles":    {text: `{"log":{"entries":[{},`, more: idle{}, want: "har: multiple Read calls return no data or error, at byte 21 (entries read before: 1)", is: io.ErrNoProgress, read: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text io.Reader = strings.NewReader(test.text)
			if test.more != nil {
				text = io.MultiReader(text, test.more)
			}
			reader := har.NewReader(text)
			var read int
			var err error
			for ; err == nil; read++ {
				_, err = reader.Next()
			}
			assert.Equal(t, test.read, read-1)
			assert.EqualError(t, err, test.want)
			if test.is != nil {
				assert.ErrorIs(t, err, test.is)
			}
			_, again := reader.Next()
			assert.Equal(t, err, again)
		})
	}
}

// idle is a reader that yields nothing for ever.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// TestReaderOfFilesThatEndEarly cuts a file at every byte: the entries that are whole are returned, and then an error says so.
func TestReaderOfFilesThatEndEarly(t *testing.T) {
	t.Parallel()
	first := `{"request":{"url":"/a","postData":{"text":"\ud83d\ude00"}},"response":{"status":200}}`
	second := `{"request":{"url":"/b"}}`
	text := file(first, second)
	firstEnd := strings.Index(text, first) + len(first)
	secondEnd := strings.Index(text, second) + len(second)
	for n := 1; n < len(text); n++ {
		entries, err := readAll(strings.NewReader(text[:n]))
		want := 0
		if n >= firstEnd {
			want++
		}
		if n >= secondEnd {
			want++
		}
		assert.Len(t, entries, want, text[:n])
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, text[:n])
		where, ok := errors.AsType[*har.Error](err)
		require.True(t, ok)
		assert.EqualValues(t, n, where.Offset)
		assert.Equal(t, want, where.Read)
		inEntry := n > strings.Index(text, first) && n < firstEnd || n > firstEnd+1 && n < secondEnd
		assert.Equal(t, inEntry, where.Entry != 0, text[:n])
	}
}

func TestReaderShowsNothingOfTheFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"log":{"entries":[{"request":{"secret":{"secret":secret}}}]}}`,
		`{"log":{"entries":[{"request":{"url":"secret`,
		`{"log":{"entries":[{"secret":"secret"]]}}`,
		`secret`,
	} {
		_, err := readAll(strings.NewReader(text))
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "secret")
		assert.NotContains(t, fmt.Sprintf("%+v", errors.Unwrap(err)), "secret")
	}
}

func TestStatesAndSourcesInWords(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "whole omitted cut too large undecodable unknown unknown",
		fmt.Sprint(har.BodyWhole, " ", har.BodyOmitted, " ", har.BodyCut, " ", har.BodyTooLarge, " ", har.BodyUndecodable, " ", har.BodyState(5), " ", har.BodyState(-1)))
	assert.Equal(t, "server none cache script unknown unknown",
		fmt.Sprint(har.SourceServer, " ", har.SourceNone, " ", har.SourceCache, " ", har.SourceScript, " ", har.Source(4), " ", har.Source(-1)))
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(file()))
	f.Add([]byte(`{"log":{"entries":[{"request":{"headers":[{"name":"a","value":1}],"postData":{"params":[{"name":"a"}]}},"response":{"status":"200","content":{"text":"e30=","encoding":"base64","size":2}}}]}}`))
	f.Add([]byte("\ufeff" + `{"log":{"entries":[{"startedDateTime":"2026-11-03T09:15:00Z","_fromCache":"disk","response":{"_error":"x","status":200,"content":{"text":"a\ud83d\ude00\n"}}}],"entries":null}}`))
	f.Add([]byte(`{"log":{"entries":[{"response":{"status":200,"content":{"text":"\\udcff\\ud83d\\udc80"}}}]}}`))
	f.Add([]byte(`{"log":{"entries":[{"time":4364935439.153462,"request":{"postData":{"text":"=","encoding":"base64"}}}]}}`))
	f.Add([]byte(`{"log":"` + strings.Repeat("a", 32<<10-13) + `\udcud"}`)) // a read of 32 KiB ends within the wrong escape
	f.Add(recording(1))
	f.Fuzz(func(t *testing.T, text []byte) {
		whole, wholeErr := readAll(bytes.NewReader(text))
		pieces, piecesErr := readAll(iotest.HalfReader(bytes.NewReader(text)))
		require.Equal(t, whole, pieces)
		require.Equal(t, withoutQuote(wholeErr), withoutQuote(piecesErr))
		if wholeErr != nil {
			where, ok := errors.AsType[*har.Error](wholeErr)
			require.True(t, ok)
			require.Equal(t, len(whole), where.Read)
			require.LessOrEqual(t, where.Offset, int64(len(text)))
		}
		for _, e := range whole {
			for _, body := range []har.Body{e.Request.Body, e.Response.Body} {
				require.LessOrEqual(t, len(body.Bytes), har.MaxBody)
				if body.State != har.BodyWhole && body.State != har.BodyCut {
					require.Empty(t, body.Bytes)
				}
			}
			require.Equal(t, e.Response.Source == har.SourceNone, e.Response.Status == 0)
		}
		again := roundTrip(t, whole)
		require.Equal(t, again, roundTrip(t, again))
	})
}

// withoutQuote is an error without what the decoder quotes of wrong JSON: as much of the character or escape as it has read by then, so that it
// depends on where the reads end.
func withoutQuote(err error) string {
	text, _, isSyntax := strings.Cut(fmt.Sprint(err), "no valid JSON: ")
	if where, ok := errors.AsType[*har.Error](err); ok && isSyntax {
		text += fmt.Sprintf("no valid JSON: … at byte %d, in entry %d, after %d", where.Offset, where.Entry, where.Read)
	}
	return text
}
