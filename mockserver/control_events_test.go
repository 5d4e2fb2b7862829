package mockserver_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// stream is an answer of server-sent events.
type stream struct {
	reader *bufio.Reader
	close  func()
}

// event is one of them.
type event struct {
	id   string
	data string
	control.RequestEvent
}

// watch asks for the events after one with an id, and has got the beginning of the answer.
func watch(t testing.TB, mock *mockserver.Running, last string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, root(t, mock).String()+"/_mock/requests/events", nil)
	require.NoError(t, err)
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode)
	assert.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	s := &stream{bufio.NewReader(response.Body), func() { cancel(); _ = response.Body.Close() }}
	t.Cleanup(s.close)
	block, err := s.block()
	require.NoError(t, err)
	require.Equal(t, "retry: 1000", block[1], "the first block is no event")
	return s
}

// block is what comes before the next empty line.
func (s *stream) block() (lines []string, err error) {
	for {
		line, err := s.reader.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if line = strings.TrimSuffix(line, "\n"); line == "" {
			return lines, nil
		}
		lines = append(lines, line)
	}
}

// read reads the next event, signs of life left out. Each has an id and data, each in one line.
func (s *stream) read() (e event, err error) {
	for {
		lines, err := s.block()
		switch {
		case err != nil:
			return event{}, err
		case len(lines) == 1 && lines[0] == ":":
			continue
		case len(lines) != 2 || !strings.HasPrefix(lines[0], "id: ") || !strings.HasPrefix(lines[1], "data: ") || strings.Contains(lines[1], "\r"):
			return event{}, fmt.Errorf("no event: %q", lines)
		}
		e.id, e.data = lines[0][len("id: "):], lines[1][len("data: "):]
		decoder := json.NewDecoder(strings.NewReader(e.data))
		decoder.DisallowUnknownFields()
		return e, decoder.Decode(&e.RequestEvent)
	}
}

func (s *stream) next(t testing.TB) event {
	t.Helper()
	e, err := s.read()
	require.NoError(t, err)
	return e
}

func TestARequestIsAnEvent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }))
	create(t, mock, valid) // before anybody watches
	events := watch(t, mock, "")
	create(t, mock, `{"email":"plain"}`, keyHeader, "bbb_test_0123456789abcdef")
	e := events.next(t)
	assert.Equal(t, control.RequestEvent{
		Type: control.Recorded, ID: "req_2", Time: now, Method: "POST", Target: "/customer/open/v1/customers", Status: 400,
		Key: "bbb_test_…cdef", Reason: `email: must be an email address, got "plain"`,
	}, e.RequestEvent)

	// One that a fault keeps waiting is an event when it arrives, and again when it ends.
	add(t, mock, fault.Fault{Delay: fault.Delay{Fixed: time.Hour}, Times: 1})
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, mock.URL+"/customers", strings.NewReader(valid))
	require.NoError(t, err)
	request.Header = http.Header{keyHeader: {goodKey}, "Content-Type": {"application/json"}}
	left := make(chan error)
	go func() {
		response, err := http.DefaultTransport.RoundTrip(request)
		if err == nil {
			_ = response.Body.Close()
		}
		left <- err
	}()
	e = events.next(t)
	assert.Equal(t, control.Recorded, e.Type)
	assert.Equal(t, "req_3", e.ID)
	leave()
	require.Error(t, <-left)
	updated := events.next(t)
	assert.Equal(t, control.Updated, updated.Type)
	assert.Equal(t, "req_3", updated.ID)
	assert.NotContains(t, updated.data, "status", "it was not answered")

	callControl(t, mock, http.MethodDelete, "/_mock/requests?key=bbb_test_nobody", "")
	assert.JSONEq(t, `{"type":"forgotten"}`, events.next(t).data)
	callControl(t, mock, http.MethodPost, "/_mock/reset", "")
	assert.JSONEq(t, `{"type":"forgotten"}`, events.next(t).data)
}

// A client that loses its connection again and again while requests arrive gets each of them once, in order.
func TestAWatcherThatComesBackMissesNothing(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 150
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	first := watch(t, mock, "")
	var writing sync.WaitGroup
	for range writers {
		writing.Go(func() {
			for range each {
				direct(t, mock, goodKey, valid)
			}
		})
	}
	var got, want []string
	last := first.next(t)
	got = append(got, last.ID)
	first.close()
	for reads := 1; len(got) < writers*each; reads++ {
		events := watch(t, mock, last.id)
		for range min(reads%60+1, writers*each-len(got)) {
			last = events.next(t)
			require.Equal(t, control.Recorded, last.Type)
			got = append(got, last.ID)
		}
		events.close()
	}
	for i := range writers * each {
		want = append(want, fmt.Sprintf("req_%d", i+1))
	}
	assert.Equal(t, want, got)
	writing.Wait()
}

func TestAWatcherOfAnotherStartIsToldToReadAnew(t *testing.T) {
	t.Parallel()
	mock, other := mockserver.Start(t), mockserver.Start(t)
	id := func(mock *mockserver.Running) string {
		events := watch(t, mock, "")
		defer events.close()
		create(t, mock, valid)
		return events.next(t).id
	}
	own, foreign := id(mock), id(other)
	start, _, _ := strings.Cut(own, "-")
	for name, last := range map[string]string{
		"of another mock":     foreign,
		"of another start":    "00000000-1",
		"one that is to come": start + "-2",
		"beyond every number": start + "-18446744073709551616",
		"below every number":  start + "--1",
		"no number":           start + "-x",
		"its start alone":     start,
		"garbage":             "\x80\xff, garbage",
		"a number alone":      "1",
		"longer than any":     strings.Repeat("9", 10_000),
	} {
		e := watch(t, mock, last).next(t)
		assert.JSONEq(t, `{"type":"forgotten"}`, e.data, name)
		assert.Equal(t, own, e.id, "%s: it goes on from there", name)
	}
	known, first := watch(t, mock, own), watch(t, mock, start+"-0")
	create(t, mock, valid)
	assert.Equal(t, "req_2", known.next(t).ID)
	assert.Equal(t, "req_1", first.next(t).ID)
	assert.Equal(t, "req_2", first.next(t).ID)

	two := callControl(t, mock, http.MethodHead, "/_mock/requests/events", "", "Last-Event-ID", own, "Last-Event-ID", own)
	assert.Equal(t, http.StatusBadRequest, two.status)
}

func TestHeadOfTheEventsEnds(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := callControl(t, mock, http.MethodHead, "/_mock/requests/events", "")
	assert.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "text/event-stream", got.header.Get("Content-Type"))
	assert.Empty(t, got.body)
	assert.Equal(t, http.StatusBadRequest, callControl(t, mock, http.MethodGet, "/_mock/requests/events?key="+goodKey, "").status)
}

// Whatever a request has in it, its event is one line of data, and says nothing in another event's name.
func TestARequestCannotForgeAnEvent(t *testing.T) {
	t.Parallel()
	const forged = "\r\n\r\nid: 1\ndata: {\"type\":\"forgotten\"}\n\n"
	mock := mockserver.Start(t)
	events := watch(t, mock, "")
	member, err := json.Marshal(forged)
	require.NoError(t, err)
	for name, test := range map[string]struct{ method, target, body, origin, want string }{
		"in the target":     {http.MethodPost, "/x" + forged, "", "", `\r\n\r\nid: 1\ndata:`},
		"in the method":     {"GET" + forged, "/x", "", "", `GET\r\n\r\nid: 1`},
		"in a body's value": {http.MethodPost, "/customer/open/v1/customers", `{"email":` + string(member) + `}`, "", `id: 1`},
		"in a body's name":  {http.MethodPost, "/customer/open/v1/customers", `{"addresses":[{` + string(member) + `:null}]}`, "", `required`},
		"in a header":       {http.MethodPost, "/x", "", "https://x" + forged, `"req_`},
		"not UTF-8":         {http.MethodPost, "/\xff\xfe\n", "", "", `\ufffd`},
		"other line breaks": {http.MethodPost, "/\u2028\u2029\u0085\v\f\x00", "", "", `\u2028`},
	} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x", strings.NewReader(test.body))
		request.Method, request.RequestURI = test.method, test.target
		request.URL.Path = strings.ToValidUTF8(test.target, "")
		request.Header = http.Header{keyHeader: {goodKey}, "Content-Type": {"application/json"}}
		if test.origin != "" {
			request.Header.Set("Origin", test.origin)
		}
		mock.ServeHTTP(httptest.NewRecorder(), request)
		e := events.next(t)
		assert.Equal(t, control.Recorded, e.Type, name)
		assert.Contains(t, e.data, test.want, name)
		assert.Equal(t, strings.ToValidUTF8(test.target, "\ufffd"), strings.ReplaceAll(e.Target, "\ufffd\ufffd", "\ufffd"), name)
	}
}

func TestEveryWatcherGetsEveryEvent(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	streams := make([]*stream, 50)
	for i := range streams {
		streams[i] = watch(t, mock, "")
	}
	const requests = 300
	for range requests {
		direct(t, mock, goodKey, valid)
	}
	for _, events := range streams {
		for i := range requests {
			require.Equal(t, fmt.Sprintf("req_%d", i+1), events.next(t).ID)
		}
	}
}

func TestAnEventHasNoWholeKey(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef"
	mock := mockserver.Start(t)
	events := watch(t, mock, "")
	_, err := mock.AddFault(fault.Fault{Key: key, Status: 429, Times: 1})
	require.NoError(t, err)
	create(t, mock, `{"email":"`+key+`"}`, keyHeader, key)
	create(t, mock, `{"email":"`+key+`","addresses":[{"`+key+`":1}]}`, keyHeader, key, "Origin", "null")
	call(t, http.MethodPost, root(t, mock).String()+"/"+key+"?key="+key, key, keyHeader, key+"extra", "Prefer", "code="+key)
	for range 3 {
		assert.NotContains(t, events.next(t).data, "0123456789abcdef")
	}
}

// Not parallel: it counts the goroutines of the process, and parallel tests wait until it is over.
func TestNoGoroutineIsLeftOfAWatcher(t *testing.T) { //nolint:paralleltest // see above
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	before := runtime.NumGoroutine()
	test := &testOf{}
	mock := mockserver.Start(test, mockserver.WithRateLimit(0))
	var streams []*stream
	for range 30 {
		streams = append(streams, watch(t, mock, ""))
	}
	direct(t, mock, goodKey, valid)
	for _, left := range streams[:15] {
		left.close()
	}
	assert.Eventually(t, func() bool {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		return bytes.Count(stacks(), []byte(".VisitWatchRequestsResponse(")) == 15
	}, time.Minute, 10*time.Millisecond, "those that left are gone while the server runs")
	test.end()
	for _, ended := range streams[15:] {
		_, err := io.Copy(io.Discard, ended.reader)
		assert.NoError(t, err, "the server ended it")
		ended.close()
	}
	assert.Eventually(t, func() bool {
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		return runtime.NumGoroutine() <= before+1 // Eventually runs this in one of its own
	}, time.Minute, 10*time.Millisecond, "%d goroutines before", before)
}

func stacks() []byte {
	b := make([]byte, 4<<20)
	return b[:runtime.Stack(b, true)]
}
