package har

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Writer writes a HAR file that the developer tools of Chrome and Firefox open. It is not for use by several goroutines at
// once.
type Writer struct {
	w       io.Writer
	creator creator
	entries int
	err     error
}

// NewWriter makes a Writer to w, by a program of that name and version. Nothing is buffered from one entry to the next.
func NewWriter(w io.Writer, program, version string) *Writer {
	return &Writer{w: w, creator: creator{program, version}}
}

// Write writes an entry. A [Reader] returns the same from it, as far as HTTP can send it: the names of headers
// become canonical, invalid UTF-8 outside of bodies becomes U+FFFD, a date before year 0 or after 9999 is left out. A
// compressed body is written as it is; unless that is gzip, it reads as if it were not compressed. A body that is not whole
// is marked as such by a member of this package, "_bodyState".
//
// The error is that of w, and stays.
func (w *Writer) Write(e Entry) error {
	separator := ",\n"
	if w.entries == 0 {
		w.begin()
		separator = "\n"
	}
	w.entries++
	w.write([]byte(separator))
	w.write(encode(entryOf(e)))
	return w.err
}

// Close ends the file, which may have no entries. It does not close the io.Writer.
func (w *Writer) Close() error {
	if w.entries == 0 {
		w.begin()
	}
	w.write([]byte("\n]}}\n"))
	return w.err
}

func (w *Writer) begin() {
	w.write([]byte(`{"log":{"version":"1.2","creator":`))
	w.write(encode(w.creator))
	w.write([]byte(`,"pages":[],"entries":[`))
}

func (w *Writer) write(text []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(text)
	}
}

// encode is the JSON of a value that has one.
func encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("har: a value has no JSON: " + err.Error()) // they are strings and numbers alone
	}
	return bytes.TrimSpace(b.Bytes())
}

// What follows has the members that HAR 1.2 requires, and those of other tools that say who answered.
type (
	creator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	entry struct {
		Started   string   `json:"startedDateTime"`
		Time      float64  `json:"time"`
		Request   request  `json:"request"`
		Response  response `json:"response"`
		Cache     struct{} `json:"cache"`
		Timings   timings  `json:"timings"`
		FromCache string   `json:"_fromCache,omitempty"`
		Oversize  bool     `json:"_oversize,omitempty"`
	}
	request struct {
		Method      string     `json:"method"`
		URL         string     `json:"url"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []struct{} `json:"cookies"`
		Headers     []pair     `json:"headers"`
		Query       []pair     `json:"queryString"`
		Body        *content   `json:"postData,omitempty"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
	}
	response struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []struct{} `json:"cookies"`
		Headers     []pair     `json:"headers"`
		Body        content    `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
		Worker      bool       `json:"_fetchedViaServiceWorker,omitempty"`
	}
	// content is that of a response, and postData of a request, which has no size.
	content struct {
		Size     *int    `json:"size,omitempty"`
		MimeType string  `json:"mimeType"`
		Text     *string `json:"text,omitempty"`
		Encoding string  `json:"encoding,omitempty"`
		State    string  `json:"_bodyState,omitempty"`
	}
	pair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	timings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
)

const (
	unknownSize = -1
	httpVersion = "HTTP/1.1"
)

func entryOf(e Entry) entry {
	started := e.Started.UTC()
	if started.Year() < 0 || started.Year() > 9999 {
		started = time.Time{}
	}
	ms := inMilliseconds(e.Duration)
	out := entry{
		Started:  started.Format(time.RFC3339Nano),
		Time:     ms,
		Request:  requestOf(e.Request),
		Response: responseOf(e.Response),
		Timings:  timings{Wait: ms},
		Oversize: e.Oversize,
	}
	if e.Response.Source == SourceCache {
		out.FromCache = "disk"
	}
	return out
}

func requestOf(r Request) request {
	out := request{
		Method:      r.Method,
		URL:         r.URL,
		HTTPVersion: httpVersion,
		Cookies:     []struct{}{},
		Headers:     pairs(r.Header),
		Query:       query(r.URL),
		HeadersSize: unknownSize,
		BodySize:    bodySize(r.Body),
	}
	if len(r.Body.Bytes) > 0 || r.Body.State != BodyWhole {
		body := contentOf(r.Body, r.Header)
		out.Body = &body
	}
	return out
}

func responseOf(r Response) response {
	status := max(r.Status, 0)
	if r.Source == SourceNone {
		status = 0
	}
	body := contentOf(r.Body, r.Header)
	size := bodySize(r.Body)
	body.Size = &size
	return response{
		Status:      status,
		StatusText:  http.StatusText(status),
		HTTPVersion: httpVersion,
		Cookies:     []struct{}{},
		Headers:     pairs(r.Header),
		Body:        body,
		RedirectURL: r.Header.Get("Location"),
		HeadersSize: unknownSize,
		BodySize:    size,
		Worker:      r.Source == SourceScript,
	}
}

func bodySize(b Body) int {
	if b.State != BodyWhole {
		return unknownSize
	}
	return len(b.Bytes)
}

func contentOf(b Body, h http.Header) content {
	out := content{MimeType: cmp.Or(h.Get("Content-Type"), "x-unknown")} // Chrome's word for none
	if b.State != BodyWhole {
		out.State = b.State.String()
	}
	if b.State != BodyWhole && b.State != BodyCut {
		return out
	}
	text := string(b.Bytes)
	if !isText(text) {
		text, out.Encoding = base64.StdEncoding.EncodeToString(b.Bytes), "base64"
	}
	out.Text = &text
	return out
}

// isText reports whether a body can be written as text: as UTF-8 without control characters, which take six bytes each.
func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool {
		return c < ' ' && c != '\t' && c != '\n' && c != '\r'
	})
}

// pairs are the fields of a header, by name.
func pairs(h http.Header) []pair {
	all := []pair{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			all = append(all, pair{name, value})
		}
	}
	return all
}

// query are the parameters of a URL, in their order. What is not escaped as it should be stays as it is.
func query(address string) []pair {
	all := []pair{}
	address, _, _ = strings.Cut(address, "#")
	_, query, _ := strings.Cut(address, "?")
	for parameter := range strings.SplitSeq(query, "&") {
		if parameter == "" {
			continue
		}
		name, value, _ := strings.Cut(parameter, "=")
		all = append(all, pair{unescape(name), unescape(value)})
	}
	return all
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
