package har

import (
	"math"
	"net/http"
	"strings"
	"time"
)

// message is what is known of a request or a response.
type message struct {
	method, url string
	status      float64
	header      fields
	body        recorded
	oversize    bool // the URL or the method
	broken      bool // the connection broke, or the recorder says that it did not see the end
	worker      bool // a service worker answered
}

func newMessage() message { return message{header: newFields(), body: newRecorded()} }

// entry reads an element of log.entries.
func (t tokens) entry() (Entry, error) {
	var e Entry
	request, response := newMessage(), newMessage()
	source := SourceServer
	err := t.object(func(name string) (err error) {
		switch name {
		case "startedDateTime":
			var text string
			text, _, err = t.text()
			e.Started = parseTime(text)
		case "time":
			var ms float64
			ms, err = t.number()
			e.Duration = milliseconds(ms)
		case "request":
			request = newMessage()
			err = t.object(func(name string) error { return t.message(name, &request) })
		case "response":
			response = newMessage()
			err = t.object(func(name string) error { return t.message(name, &response) })
		case "_fromCache", "_fetchType": // Chrome; WebKit
			var text string
			if text, _, err = t.text(); text != "" && source == SourceServer {
				source = cached(text)
			}
		case "_wasFulfilled": // Playwright
			var fulfilled bool
			if fulfilled, err = t.truth(); fulfilled {
				source = SourceScript
			}
		case "_oversize":
			e.Oversize, err = t.truth()
		default:
			err = t.SkipValue()
		}
		return err
	})
	e.Oversize = e.Oversize || request.oversize || request.header.oversize || response.header.oversize
	e.Request = request.request()
	e.Response = response.response(request.method, source)
	return e, err
}

// cached is where an answer came from, as browsers write it: "disk", "memory" (Chrome), "Disk Cache", "Memory Cache",
// "Service Worker", "Network Load" (WebKit).
func cached(text string) Source {
	switch strings.ToLower(text) {
	case "network load":
		return SourceServer
	case "service worker":
		return SourceScript
	}
	return SourceCache
}

// message reads a member of a request or a response.
func (t tokens) message(name string, m *message) (err error) {
	fits := true
	switch name {
	case "method":
		m.method, fits, err = t.text()
	case "url":
		m.url, fits, err = t.text()
	case "status":
		m.status, err = t.number()
	case "headers":
		m.header, err = t.fields()
	case "bodySize":
		m.body.sent, err = t.number()
	case "postData", "content":
		err = t.object(func(name string) error { return t.body(name, &m.body) })
	case "_error", "_failureText": // Chrome, WebKit, mitmproxy; Playwright
		var text string
		text, _, err = t.text()
		m.broken = m.broken || text != ""
	case "_charlesStatus":
		var text string
		text, _, err = t.text()
		m.broken = m.broken || text != "" && !strings.EqualFold(text, "COMPLETE")
	case "_fetchedViaServiceWorker": // Chrome
		m.worker, err = t.truth()
	default:
		err = t.SkipValue()
	}
	m.oversize = m.oversize || !fits
	return err
}

func (m *message) request() Request {
	header := m.header.header
	return Request{Method: m.method, URL: m.url, Header: header, Body: m.body.ofRequest(header)}
}

func (m *message) response(method string, source Source) Response {
	r := Response{Source: source, Header: m.header.header}
	switch status := math.Trunc(m.status); {
	case status <= 0:
		r.Source = SourceNone
	case status < math.MaxInt32:
		r.Status = int(status)
	default:
		r.Status = math.MaxInt32
	}
	if m.worker && r.Source == SourceServer {
		r.Source = SourceScript
	}
	if method == http.MethodHead || r.Status == http.StatusNotModified || r.Source == SourceNone {
		// No body was sent: what browsers store with a 304 is out of their cache.
		r.Header.Del("Transfer-Encoding")
		return r
	}
	r.Body = m.body.ofResponse(r.Header, r.Status)
	if m.broken && r.Body.State == BodyWhole {
		r.Body.State = BodyCut
	}
	return r
}

// milliseconds is a duration; none is negative. The whole milliseconds are counted apart: a product of all of them with 10^6 is rounded once more,
// and of a number that stands for 51 days it can be the next nanosecond.
func milliseconds(ms float64) time.Duration {
	whole, rest := math.Modf(ms)
	switch {
	case ms <= 0:
		return 0
	case whole >= float64(math.MaxInt64/time.Millisecond):
		return math.MaxInt64
	}
	return time.Duration(whole)*time.Millisecond + time.Duration(math.Round(rest*float64(time.Millisecond)))
}

// inMilliseconds is the number for a duration; 0 for a negative one.
func inMilliseconds(d time.Duration) float64 {
	d = max(d, 0)
	return float64(d/time.Millisecond) + float64(d%time.Millisecond)/float64(time.Millisecond)
}

// parseTime reads a date of RFC 3339, and the spellings of ISO 8601 beside it that recorders use: a space for the T, a comma
// before the fraction, a zone without a colon. Without a zone it is not known when it was.
func parseTime(text string) time.Time {
	text = strings.Replace(strings.ToUpper(strings.TrimSpace(text)), " ", "T", 1)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
