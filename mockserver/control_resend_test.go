package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// resend sends an entry of the journal again.
func resend(t testing.TB, mock *mockserver.Running, id string, input control.ResendInput) (entry control.RequestEntry, got answer) {
	t.Helper()
	body, err := json.Marshal(input)
	require.NoError(t, err)
	got = callControl(t, mock, http.MethodPost, "/_mock/requests/"+id+"/resend", string(body))
	if got.status == http.StatusOK {
		require.NoError(t, json.Unmarshal([]byte(got.body), &entry))
	}
	return entry, got
}

// resent sends the first entry again, and must succeed.
func resent(t testing.TB, mock *mockserver.Running, input control.ResendInput) control.RequestEntry {
	t.Helper()
	entry, got := resend(t, mock, "req_1", input)
	require.Equal(t, http.StatusOK, got.status, got.body)
	return entry
}

func TestARequestIsSentAgainAsItWas(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef"
	head := "POST /customer/open/v1/customers HTTP/1.1\r\nHost: mock.example:4010\r\n" + gen.KeyHeader + ": " + key + "\r\nContent-Type: application/json\r\n" +
		"Cookie: session=secret\r\nAuthorization: Bearer hidden\r\nX-Note: one\r\nX-Note: two\r\n"
	sized := func(body string) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body) }
	for name, test := range map[string]struct {
		raw    string
		status int
	}{
		"a customer":          {sized(" {\"email\" : \"a\\u0040example.com\",\n\t\"firstName\":\"\"} "), 201},
		"a key in it":         {sized(`{"email":"a@example.com","firstName":"` + key + `"}`), 201},
		"broken":              {sized(`{"email":"plain","email":1}`), 400},
		"not UTF-8":           {sized("{\"email\":\"\xff\xfe\"}"), 400},
		"not JSON":            {sized("\x00\r\nx"), 400},
		"empty":               {sized(""), 400},
		"no body":             {strings.Replace(head, "POST", "GET", 1) + "\r\n", 405},
		"chunked":             {head + "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"ema\r\n14\r\nil\":\"a@example.com\"}\r\n0\r\n\r\n", 201},
		"asked for":           {strings.Replace(sized(`{"email":"a@example.com"}`), "X-Note: one", "Expect: 100-continue", 1), 100},
		"another path":        {strings.Replace(sized("x"), "/customers ", "/customers/%2F/..;x=1?a=b&c=%zz&a ", 1), 404},
		"every resource":      {strings.Replace(sized(""), "POST /customer/open/v1/customers ", "OPTIONS * ", 1), 404},
		"the absolute form":   {strings.Replace(sized(valid), "/customer/open", "http://proxy.example/customer/open", 1), 201},
		"an unknown method":   {strings.Replace(sized(valid), "POST", "GARBAGE", 1), 405},
		"a tunnel":            {strings.Replace(sized(""), "POST /customer/open/v1/customers ", "CONNECT 192.0.2.1:443 ", 1), 404},
		"a page's preflight":  {strings.Replace(sized(""), "POST", "OPTIONS", 1), 405},
		"of a page elsewhere": {strings.Replace(sized(valid), "X-Note: one", "Origin: https://shop.example", 1), 201},
		"a key twice":         {strings.Replace(sized(valid), "X-Note: one", gen.KeyHeader+": other", 1), 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := mockserver.Start(t)
			method, _, _ := strings.Cut(test.raw, " ")
			assert.Equal(t, test.status, wire(t, mock, method, test.raw).status)
			require.Eventually(t, func() bool { return len(mock.Requests()) == 1 }, time.Minute, time.Millisecond)
			entry := resent(t, mock, control.ResendInput{})
			assert.Equal(t, "req_2", entry.ID)

			before, after := mock.Requests()[0], mock.Requests()[1]
			before.Header.Del("Expect") // it came before the body, which is there now
			if name == "chunked" {
				assert.Equal(t, "25", after.Header.Get("Content-Length"))
				after.Header.Del("Content-Length")
			}
			assert.Equal(t, before.Method, after.Method)
			assert.Equal(t, before.Target, after.Target)
			assert.Equal(t, before.Host, after.Host)
			assert.Equal(t, before.Header, after.Header)
			assert.Equal(t, string(before.Body), string(after.Body))
			assert.Equal(t, before.BodySize, after.BodySize)
			assert.Equal(t, before.Status, after.Status)
			assert.Equal(t, before.Key, after.Key)
			assert.Equal(t, before.KeyID, after.KeyID)
			assert.Equal(t, before.Operation, after.Operation)
			assert.Equal(t, before.Reason(), after.Reason())
			for _, name := range mask.Credentials {
				assert.Equal(t, mock.Arrived(before.ID).Header[name], mock.Arrived(after.ID).Header[name], "it came whole again: %s", name)
			}
			if before.Status == http.StatusCreated {
				assert.Equal(t, "req_1", after.DuplicateOf)
				customers := mock.Customers(key)
				require.Len(t, customers, 2)
				assert.Equal(t, customers[0].FirstName, customers[1].FirstName, "whole, though it is shown masked")
			}
		})
	}
}

func TestARequestIsSentAgainChanged(t *testing.T) {
	t.Parallel()
	empty := ""
	const other = "bbb_test_fedcba9876543210"
	for name, test := range map[string]struct {
		input  control.ResendInput
		status int
		check  func(t *testing.T, mock *mockserver.Running, entry control.RequestEntry)
	}{
		"another key": {control.ResendInput{Key: other}, 201, func(t *testing.T, mock *mockserver.Running, entry control.RequestEntry) {
			assert.Equal(t, "bbb_test_…3210", entry.Key)
			assert.Len(t, mock.Customers(other), 1)
			assert.Equal(t, "key_3", entry.KeyID)
		}},
		"another key by its id": {control.ResendInput{Key: "key_2"}, 201, func(t *testing.T, mock *mockserver.Running, _ control.RequestEntry) {
			assert.Len(t, mock.Customers("bbb_test_second"), 2)
		}},
		"no good key": {control.ResendInput{Key: "bbb_prod_x"}, 401, nil},
		"another method": {control.ResendInput{Method: "PUT"}, 405, func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
			assert.Equal(t, "PUT", entry.Method)
		}},
		"a tunnel":       {control.ResendInput{Method: "CONNECT"}, 405, nil},
		"garbage":        {control.ResendInput{Method: "!#$%&'*+-.^_`|~"}, 405, nil},
		"another target": {control.ResendInput{Target: "/customer/open/v1/nowhere?a=b"}, 404, nil},
		"what looks like another host": {control.ResendInput{Target: "//other.example/customer/open/v1/customers"}, 404,
			func(t *testing.T, mock *mockserver.Running, entry control.RequestEntry) {
				assert.Equal(t, root(t, mock).Host, entry.Host)
			}},
		"the control API":  {control.ResendInput{Target: "/_mock/requests/req_1/resend"}, 404, nil},
		"its reset":        {control.ResendInput{Target: "/_mock/reset"}, 404, nil},
		"the front page":   {control.ResendInput{Target: "/", Method: "GET", Headers: map[string][]string{"Accept": {"text/html"}}}, 404, nil},
		"a header":         {control.ResendInput{Headers: map[string][]string{"Prefer": {"code=429"}}}, 429, nil},
		"in small letters": {control.ResendInput{Headers: map[string][]string{"prefer": {" code=429\t"}}}, 429, nil},
		"another media type": {control.ResendInput{Headers: map[string][]string{"content-type": {"text/plain"}}}, 400,
			func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
				assert.Equal(t, []string{"text/plain"}, entry.Headers["Content-Type"])
			}},
		"a header less": {control.ResendInput{Headers: map[string][]string{gen.KeyHeader: {}, "X-Note": {}, "X-None": {}}}, 401,
			func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
				assert.NotContains(t, entry.Headers, keyHeader)
				assert.NotContains(t, entry.Headers, "X-Note")
				assert.NotContains(t, entry.Headers, "X-None")
				assert.Contains(t, entry.Reason, "header is missing")
			}},
		"a header twice": {control.ResendInput{Headers: map[string][]string{keyHeader: {goodKey, goodKey}}}, 401, nil},
		"another host": {control.ResendInput{Headers: map[string][]string{"host": {"other.example:1"}}}, 201,
			func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
				assert.Equal(t, "other.example:1", entry.Host)
				assert.NotContains(t, entry.Headers, "Host")
			}},
		"another body": {control.ResendInput{Body: new(`{"phoneNumber":"+1"}`)}, 201, func(t *testing.T, mock *mockserver.Running, entry control.RequestEntry) {
			assert.Equal(t, []string{"20"}, entry.Headers["Content-Length"])
			assert.Equal(t, new("+1"), mock.Customers(goodKey)[1].PhoneNumber)
		}},
		"an empty body": {control.ResendInput{Body: &empty}, 400, func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
			assert.Zero(t, entry.BodySize)
			assert.Equal(t, []string{"0"}, entry.Headers["Content-Length"])
		}},
		"a member less": {control.ResendInput{Without: []string{"/firstName"}}, 201, func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
			assert.Equal(t, len(`{"email":"a@example.com"}`), entry.BodySize)
		}},
		"all of it": {control.ResendInput{Key: "key_2", Method: "PATCH", Target: "/x", Headers: map[string][]string{"X-Note": {"b"}},
			Body: new(`{"a":1,"b":2}`), Without: []string{"/b"}}, 404, func(t *testing.T, _ *mockserver.Running, entry control.RequestEntry) {
			assert.Equal(t, "PATCH /x", entry.Method+" "+entry.Target)
			assert.Equal(t, []string{"b"}, entry.Headers["X-Note"])
			assert.Equal(t, `{"a":1}`, entry.Body)
			assert.Equal(t, "key_2", entry.KeyID)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := mockserver.Start(t)
			create(t, mock, `{"email":"a@example.com","firstName":"x"}`, "X-Note", "a")
			create(t, mock, valid, keyHeader, "bbb_test_second")
			first, _ := mock.Request("req_1")
			entry := resent(t, mock, test.input)
			assert.Equal(t, "req_3", entry.ID)
			assert.Equal(t, test.status, entry.Status, entry.ResponseBody)
			assert.Len(t, mock.Requests(), 3, "nothing else happened")
			if test.check != nil {
				test.check(t, mock, entry)
			}
			again, _ := mock.Request("req_1")
			assert.Equal(t, first, again, "the one that came stays as it was")
		})
	}
}

func TestMembersAreLeftOutOfABody(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for name, test := range map[string]struct {
		body    string
		without []string
		want    string // what arrives; or what is wrong, from "without: "
	}{
		"the first":          {`{"a":1,"b":2,"c":3}`, []string{"/a"}, `{"b":2,"c":3}`},
		"in the middle":      {`{"a":1,"b":2,"c":3}`, []string{"/b"}, `{"a":1,"c":3}`},
		"the last":           {`{"a":1,"b":2,"c":3}`, []string{"/c"}, `{"a":1,"b":2}`},
		"all":                {`{"a":1,"b":2}`, []string{"/b", "/a"}, `{}`},
		"one twice":          {`{"a":1,"b":2}`, []string{"/a", "/a"}, `{"b":2}`},
		"nested":             {`{"a":{"b":1,"c":[1,{"d":2,"e":3}]}}`, []string{"/a/c/1/d", "/a/b"}, `{"a":{"c":[1,{"e":3}]}}`},
		"items":              {`[1,[2,3],4]`, []string{"/0", "/1/1"}, `[[2],4]`},
		"an object":          {`{"a":{"b":1},"c":2}`, []string{"/a"}, `{"c":2}`},
		"one and its own":    {`{"a":{"b":1},"c":2}`, []string{"/a/b", "/a"}, `{"c":2}`},
		"one and then own":   {`{"a":{"b":1},"c":2}`, []string{"/a", "/a/b"}, `{"c":2}`},
		"escaped":            {`{"a/b":1,"m~n":2,"~1":3,"x":4}`, []string{"/a~1b", "/m~0n", "/~01"}, `{"x":4}`},
		"escaped in JSON":    {`{"\u0061":1,"b":2}`, []string{"/a"}, `{"b":2}`},
		"without a name":     {`{"":1,"b":2}`, []string{"/"}, `{"b":2}`},
		"names twice":        {`{"a":1,"b":2,"a":3}`, []string{"/a"}, `{"b":2}`},
		"others twice":       {`{"a":1,"b":2,"a":3}`, []string{"/b"}, `{"a":1,"a":3}`},
		"a number of a name": {`{"0":1,"1":2}`, []string{"/0"}, `{"1":2}`},
		"as they came":       {`{"x":1.0e+02,"\u00e4":"\u00E4\ud83d\ude00\/<","z":-0,"b":1}`, []string{"/b"}, `{"x":1.0e+02,"\u00e4":"\u00E4\ud83d\ude00\/<","z":-0}`},
		"not UTF-8":          {"{\"a\":\"\xff\",\"\xfe\":2,\"b\":1}", []string{"/b"}, "{\"a\":\"\xff\",\"\xfe\":2}"},
		"half a surrogate":   {`{"a":"\ud83d","b":1}`, []string{"/b"}, `{"a":"\ud83d"}`},
		"what follows":       {`{"a":1,"b":2} {"a":3}`, []string{"/a"}, `{"b":2} {"a":3}`},
		"not there":          {`{"a":1}`, []string{"/b"}, `without: there is no "/b" in the body`},
		"one not there":      {`{"a":1}`, []string{"/a", "/a/b/c", "/ab"}, `without: there is no "/ab" in the body`},
		"an item not there":  {`[1]`, []string{"/1"}, `without: there is no "/1" in the body`},
		"an item's number":   {`[1,2]`, []string{"/01"}, `without: there is no "/01" in the body`},
		"after the last":     {`[1]`, []string{"/-"}, `without: there is no "/-" in the body`},
		"in a string":        {`"text"`, []string{"/0"}, `without: there is no "/0" in the body`},
		"the whole":          {`{"a":1}`, []string{""}, `without: there is no "" in the body`},
		"no pointer":         {`{"a":1}`, []string{"a"}, `without: there is no "a" in the body`},
		"badly escaped":      {`{"~":1}`, []string{"/~"}, `without: there is no "/~" in the body`},
		"a key":              {`{"a":1}`, []string{"/bbb_test_0123456789abcdef"}, `without: there is no "/bbb_test_…" in the body`},
		"not JSON":           {`email=a`, []string{"/a"}, `without: the body must be JSON for a member to be left out: `},
		"cut":                {`{"a":1,`, []string{"/a"}, `without: the body must be JSON for a member to be left out: `},
		"a key, not JSON":    {`{"bbb_test_0123456789abcdef": x}`, []string{"/a"}, `without: the body must be JSON for a member to be left out: `},
		"closed otherwise":   {`{"a":[1}`, []string{"/b"}, `without: the body must be JSON for a member to be left out: `},
		"nothing":            {``, []string{"/a"}, `without: the body must be JSON for a member to be left out: `},
		"deeply nested":      {strings.Repeat("[", 20_000), []string{"/1"}, `without: the body must be JSON for a member to be left out: `},
	} {
		create(t, mock, test.body)
		requests := mock.Requests()
		entry, got := resend(t, mock, requests[len(requests)-1].ID, control.ResendInput{Without: test.without})
		assert.NotContains(t, got.body, "0123456789abcdef", name)
		if strings.HasPrefix(test.want, "without: ") {
			assert.Equal(t, http.StatusBadRequest, got.status, name)
			code, message := controlMessage(t, got)
			assert.Equal(t, control.CodeInvalidRequest, code, name)
			assert.True(t, strings.HasPrefix(message, test.want), "%s: %s", name, message)
			continue
		}
		arrived, ok := mock.Request(entry.ID)
		require.True(t, ok, "%s: %s", name, got.body)
		assert.Equal(t, test.want, string(arrived.Body), name)
	}
}

func TestWhatCannotBeSentAgainIsRefused(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	create(t, mock, valid, keyHeader, "bbb_test_first")                // req_1
	create(t, mock, `{"firstName":"`+strings.Repeat("x", 70<<10)+`"}`) // req_2
	for name, test := range map[string]struct {
		id, input string
		status    int
		want      string
	}{
		"not there":                {"req_9", `{}`, 404, `There is no request "req_9" here`},
		"no id":                    {"bbb_test_0123456789abcdef", `{}`, 404, `There is no request "bbb_test_…" here`},
		"of another key":           {"req_1/resend?key=bbb_test_other&x=", `{}`, 404, ""},
		"a body kept in part":      {"req_2", `{}`, 400, "body: must be given, since the journal kept only 65536 bytes of this one"},
		"a member of it":           {"req_2", `{"without":["/firstName"]}`, 400, "body: must be given"},
		"no input":                 {"req_1", ``, 400, "body: is required"},
		"no object":                {"req_1", `[]`, 400, "body: must be an object"},
		"another member":           {"req_1", `{"bodies":"x"}`, 400, "bodies"},
		"a number for a body":      {"req_1", `{"body":1}`, 400, "body: must be a string"},
		"no method":                {"req_1", `{"method":"GET /"}`, 400, "method"},
		"no path":                  {"req_1", `{"target":"http://other.example/"}`, 400, "target"},
		"a space in the target":    {"req_1", `{"target":"/a b"}`, 400, "target: must be a path and a query as in a request line"},
		"a line break in it":       {"req_1", `{"target":"/a\r\nX: y"}`, 400, "target: must be a path"},
		"a broken escape":          {"req_1", `{"target":"/%zz"}`, 400, "target: must be a path"},
		"a key in a broken target": {"req_1", `{"target":"/%zzbbb_test_0123456789abcdef"}`, 400, "target: must be a path"},
		"an id of no key":          {"req_1", `{"key":"key_99"}`, 400, `key: there is no key "key_99" in GET /_mock/keys`},
		"a line break in a key":    {"req_1", `{"key":"bbb_test_x\n"}`, 400, "key: cannot be sent as a header"},
		"of the connection":        {"req_1", `{"headers":{"transfer-encoding":["chunked"]}}`, 400, "headers: Transfer-Encoding is about the connection"},
		"a length":                 {"req_1", `{"headers":{"content-length":[]}}`, 400, "headers: Content-Length is about the connection"},
		"no header's name":         {"req_1", `{"headers":{"a b":["x"]}}`, 400, `headers: "a b" is not the name of a header`},
		"an empty one":             {"req_1", `{"headers":{"":["x"]}}`, 400, `headers: "" is not the name of a header`},
		"a line break in a name":   {"req_1", `{"headers":{"X\r\nY":["x"]}}`, 400, "is not the name of a header"},
		"a line break in a value":  {"req_1", `{"headers":{"x-note":["a\r\nx-api-key: b"]}}`, 400, `headers: "X-Note" must have no line break`},
		"a name twice":             {"req_1", `{"headers":{"Prefer":["a"],"prefer":["b"]}}`, 400, `headers: "Prefer" must be there once`},
		"two hosts":                {"req_1", `{"headers":{"Host":["a","b"]}}`, 400, "headers: Host must have one value, got 2"},
		"no host":                  {"req_1", `{"headers":{"Host":[]}}`, 400, "headers: Host must have one value, got 0"},
		"not a host":               {"req_1", `{"headers":{"Host":["a b"]}}`, 400, `headers: Host must be a host, got "a b"`},
	} {
		target := "/_mock/requests/" + test.id + "/resend"
		if name == "of another key" {
			target = "/_mock/requests/req_1/resend?key=bbb_test_other"
		}
		got := callControl(t, mock, http.MethodPost, target, test.input)
		assert.Equal(t, test.status, got.status, "%s: %s", name, got.body)
		_, message := controlMessage(t, got)
		assert.Contains(t, message, test.want, name)
		assert.NotContains(t, got.body, "0123456789abcdef", name)
	}
	assert.Len(t, mock.Requests(), 2, "nothing was sent")
	assert.Equal(t, http.StatusOK, callControl(t, mock, http.MethodPost, "/_mock/requests/req_1/resend?key=key_1", `{}`).status)
}

func TestALargeBodyIsSentAgain(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithMaxBody(1<<20))
	// Quotes take two bytes in a string of JSON.
	of := func(size int) string {
		return `{"email":"a@example.com","tags":[` + strings.TrimSuffix(strings.Repeat(`"",`, (size-34)/3), ",") + strings.Repeat(" ", (size-34)%3) + `]}`
	}
	require.Equal(t, journal.MaxBody, len(of(journal.MaxBody))) //nolint:testifylint // Len would print the body
	require.Equal(t, http.StatusCreated, create(t, mock, of(journal.MaxBody)).status)
	assert.Equal(t, http.StatusCreated, resent(t, mock, control.ResendInput{}).Status, "the journal has just all of it")

	var sending sync.WaitGroup
	for range 4 { // one at a time is held
		sending.Go(func() {
			entry, got := resend(t, mock, "req_1", control.ResendInput{Body: new(of(1 << 20))})
			assert.Equal(t, http.StatusOK, got.status)
			assert.Equal(t, http.StatusCreated, entry.Status)
			assert.Equal(t, 1<<20, entry.BodySize)
		})
	}
	sending.Wait()
	entry := resent(t, mock, control.ResendInput{Body: new(of(1<<20 + 1))})
	assert.Equal(t, http.StatusBadRequest, entry.Status, "the API refuses it, as any other")
	assert.Contains(t, entry.ResponseBody, string(gen.CodeValidationError))

	_, got := resend(t, mock, "req_1", control.ResendInput{Body: new(strings.Repeat("x", 3<<20))})
	assert.Equal(t, http.StatusBadRequest, got.status)
	_, message := controlMessage(t, got)
	assert.Contains(t, message, "must be at most")
	small := callControl(t, mock, http.MethodPost, "/_mock/faults", `{"example":"`+strings.Repeat("x", 65<<10)+`"}`)
	_, message = controlMessage(t, small)
	assert.Contains(t, message, "must be at most 65536 bytes", "other bodies are as small as they were")
}

// It comes from the address of the one who asks for it: an allowlist lets nobody in through the mock.
func TestARequestThatIsSentAgainComesFromWhoeverAsks(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New(mockserver.WithKeys("bbb_test_office@203.0.113.7", goodKey))
	require.NoError(t, err)
	ask := func(method, target, from, body string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), method, "http://localhost"+target, strings.NewReader(body))
		request.RemoteAddr = from
		request.Header = http.Header{keyHeader: {"bbb_test_office"}, "Content-Type": {"application/json"}}
		recorder := httptest.NewRecorder()
		mock.ServeHTTP(recorder, request)
		return recorder
	}
	require.Equal(t, http.StatusCreated, ask(http.MethodPost, gen.BasePath+"/customers", "203.0.113.7:1", valid).Code)
	for from, want := range map[string]int{"203.0.113.7:9": 201, "127.0.0.1:1": 403, "[::1]:1": 403} {
		got := ask(http.MethodPost, "/_mock/requests/req_1/resend", from, "{}")
		require.Equal(t, http.StatusOK, got.Code, got.Body)
		var entry control.RequestEntry
		require.NoError(t, json.Unmarshal(got.Body.Bytes(), &entry))
		assert.Equal(t, want, entry.Status, from)
	}
	statuses := []int{}
	for _, r := range mock.Requests() {
		statuses = append(statuses, r.Status)
	}
	slices.Sort(statuses)
	assert.Equal(t, []int{201, 201, 403, 403}, statuses)
}

func TestARequestThatIsSentAgainCountsForTheRateLimit(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(2))
	create(t, mock, valid)
	assert.Equal(t, http.StatusCreated, resent(t, mock, control.ResendInput{}).Status)
	third := resent(t, mock, control.ResendInput{})
	assert.Equal(t, http.StatusTooManyRequests, third.Status)
	assert.Equal(t, []string{"0"}, third.ResponseHeaders["Ratelimit-Remaining"])
	assert.Equal(t, http.StatusTooManyRequests, create(t, mock, valid).status)
}
