package mockserver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// ofABrowser is the Accept header of Chromium and Firefox when an address is opened.
const ofABrowser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

// seePage opens the page at a query.
func seePage(t *testing.T, mock *mockserver.Running, query string) answer {
	t.Helper()
	got := call(t, http.MethodGet, root(t, mock).String()+"/_mock/"+query, "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	require.Equal(t, http.StatusOK, got.status, got.body)
	return got
}

// fillIn sends a form of the page, with the headers of a browser unless others are given, and does not follow where it leads.
func fillIn(t *testing.T, mock *mockserver.Running, query string, form url.Values, header ...string) answer {
	t.Helper()
	if header == nil {
		header = []string{"Origin", root(t, mock).String(), "Sec-Fetch-Site", "same-origin"}
	}
	return call(t, http.MethodPost, root(t, mock).String()+"/_mock/"+query, form.Encode(), append([]string{
		keyHeader, "", "Content-Type", "application/x-www-form-urlencoded", "Accept", ofABrowser,
	}, header...)...)
}

func TestPageIsForBrowsers(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	origin := root(t, mock).String()
	page := seePage(t, mock, "")
	assert.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	assert.Equal(t, "Accept", page.header.Get("Vary"))
	policy := page.header.Get("Content-Security-Policy")
	assert.True(t, strings.HasPrefix(policy, "default-src 'none';"), policy)
	assert.NotContains(t, policy, "unsafe")
	assert.NotContains(t, policy, "*")
	assert.Contains(t, policy, "frame-ancestors 'none'")
	assert.Equal(t, "nosniff", page.header.Get("X-Content-Type-Options"))
	assert.Equal(t, "no-store", page.header.Get("Cache-Control"))
	assert.Contains(t, page.body, mock.URL)
	assert.NotRegexp(t, `(?i)<style|style=|<script>|\son\w+=`, page.body, "nothing inline")

	for _, accept := range []string{"*/*", "application/json", "application/json, text/plain, */*", ""} {
		got := call(t, http.MethodGet, origin+"/_mock/", "", keyHeader, "", "Content-Type", "", "Accept", accept)
		assert.Equal(t, "application/json", got.header.Get("Content-Type"), accept)
		assert.Contains(t, got.body, `"baseURL"`)
		assert.Equal(t, "Accept", got.header.Get("Vary"), accept)
	}
	rebound, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/_mock/", http.NoBody)
	require.NoError(t, err)
	rebound.Host = "attacker.example"
	rebound.Header.Set("Accept", ofABrowser)
	assert.Equal(t, http.StatusForbidden, do(t, rebound).status, "a name that is not the mock's")
	front := call(t, http.MethodGet, origin+"/", "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Equal(t, http.StatusFound, front.status)
	assert.Equal(t, "/_mock/", front.header.Get("Location"))
	head := call(t, http.MethodHead, origin+"/_mock/", "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Equal(t, http.StatusOK, head.status)
	assert.Empty(t, head.body)
}

// The page with all that it loads has at most 60 KB.
func TestPageIsLight(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for range 60 {
		require.Equal(t, http.StatusBadRequest, tried(t, mock, `{"email": "plain", "addresses": [{"city": "Bandung"}]}`).status)
	}
	for _, query := range []string{"", "?request=" + mock.Requests()[0].ID, "?customers=key_1"} {
		size := loaded(t, mock, seePage(t, mock, query).body)
		assert.LessOrEqual(t, size, 60_000, query)
		assert.Greater(t, size, 15_000, "the files count")
	}
}

// loaded is how many bytes a page has with all that it loads.
func loaded(t *testing.T, mock *mockserver.Running, page string) int {
	t.Helper()
	size := len(page)
	for _, file := range regexp.MustCompile(`(?:href|src)="(/_mock/[\w.]+)"`).FindAllStringSubmatch(page, -1) {
		if strings.HasSuffix(file[1], ".yaml") || !strings.Contains(file[1], ".") {
			continue // a link
		}
		got := call(t, http.MethodGet, root(t, mock).String()+file[1], "", keyHeader, "", "Content-Type", "")
		require.Equal(t, http.StatusOK, got.status, file[1])
		size += len(got.body)
	}
	return size
}

func TestPageFormsAreItsOwn(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	own := root(t, mock).String()
	token := regexp.MustCompile(`name="token" value="(\w+)"`).FindStringSubmatch(seePage(t, mock, "").body)
	require.NotNil(t, token)
	for name, test := range map[string]struct {
		token  string
		header []string
		status int
	}{
		"of a browser":                   {"", []string{"Origin", own, "Sec-Fetch-Site", "same-origin"}, http.StatusSeeOther},
		"with Sec-Fetch-Site alone":      {"", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusSeeOther},
		"with Origin alone":              {"", []string{"Origin", own}, http.StatusSeeOther},
		"with the token":                 {token[1], []string{"Origin", ""}, http.StatusSeeOther},
		"with nothing":                   {"", []string{"Origin", ""}, http.StatusBadRequest},
		"with another token":             {"A" + token[1][1:] + "B", []string{"Origin", ""}, http.StatusBadRequest},
		"with the beginning of it":       {token[1][:10], []string{"Origin", ""}, http.StatusBadRequest},
		"of another origin":              {token[1], []string{"Origin", "https://attacker.example"}, http.StatusForbidden},
		"of no origin":                   {token[1], []string{"Origin", "null"}, http.StatusForbidden},
		"of another site":                {token[1], []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"of a site nearby":               {token[1], []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"of the address bar":             {"", []string{"Sec-Fetch-Site", "none"}, http.StatusBadRequest},
		"of the address bar, with token": {token[1], []string{"Sec-Fetch-Site", "none"}, http.StatusSeeOther},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form := url.Values{"do": {"fault"}, "times": {"1"}, "answer": {"503 "}, "key": {"bbb_test_of_nobody"}, "token": {test.token}}
			got := fillIn(t, mock, "", form, test.header...)
			assert.Equal(t, test.status, got.status, got.body)
		})
	}
	t.Cleanup(func() { assert.Len(t, mock.Faults("bbb_test_of_nobody"), 5, "those that were let in") })
}

func TestPageFormsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	require.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
	require.Equal(t, http.StatusCreated, tried(t, mock, valid, keyHeader, "bbb_test_another").status)
	do := func(values ...string) answer {
		form := url.Values{}
		for i := 0; i < len(values); i += 2 {
			form.Add(values[i], values[i+1])
		}
		return fillIn(t, mock, "?key=key_1&refused=true", form)
	}
	led := func(got answer, to string) {
		t.Helper()
		assert.Equal(t, http.StatusSeeOther, got.status, got.body)
		assert.Equal(t, to, got.header.Get("Location"))
	}
	led(do("do", "fault", "times", "3", "answer", "429 rateLimitExceeded", "delay", "5", "store", "true", "key", "key_1"), "/_mock/?key=key_1&panel=fault&refused=true")
	faults := mock.Faults(mock.Key)
	require.Len(t, faults, 1)
	assert.Equal(t, 3, faults[0].Times)
	assert.Equal(t, http.StatusTooManyRequests, faults[0].Status)
	assert.True(t, faults[0].Store)
	assert.Equal(t, "5ms", faults[0].Delay.Fixed.String())
	led(do("do", "fault", "connection", string(fault.Reset)), "/_mock/?key=key_1&panel=fault&refused=true")
	led(do("do", "clear-fault "+faults[0].ID), "/_mock/?key=key_1&refused=true")
	require.Len(t, mock.Faults(""), 1)
	led(do("do", "clear-faults"), "/_mock/?key=key_1&refused=true")
	assert.Empty(t, mock.Faults(""))

	led(do("do", "resend req_1"), "/_mock/?key=key_1&refused=true&request=req_3")
	require.Len(t, mock.Customers(mock.Key), 2)
	led(do("do", "empty key_1"), "/_mock/?key=key_1&panel=keys&refused=true")
	assert.Empty(t, mock.Customers(mock.Key))
	assert.Len(t, mock.Customers("bbb_test_another"), 1)
	led(do("do", "reset-rate-limit key_1"), "/_mock/?key=key_1&panel=keys&refused=true")
	assert.Equal(t, "99", tried(t, mock, valid).header.Get("RateLimit-Remaining"))
	led(do("do", "reset key_1"), "/_mock/?key=key_1&panel=keys&refused=true")
	assert.Empty(t, mock.Requests(journal.Filter{Key: mock.Key}))
	assert.NotEmpty(t, mock.Requests())
	led(do("do", "forget"), "/_mock/?key=key_1&panel=keys&refused=true")
	assert.Empty(t, mock.Requests())
	led(do("do", "reset"), "/_mock/?key=key_1&panel=keys&refused=true")
	assert.Empty(t, mock.Customers(""))

	for _, test := range []struct {
		says   string
		values []string
	}{
		{"Choose an answer, a connection fault or a delay", []string{"do", "fault", "times", "7"}},
		{`value="7"`, []string{"do", "fault", "times", "7"}},
		{"The answer must be one of the list", []string{"do", "fault", "answer", "x"}},
		{"The delay must be", []string{"do", "fault", "answer", "429", "delay", "x"}},
		{"the contract has no status 418", []string{"do", "fault", "answer", "418"}},
		{"does not say what it is about", []string{"do", "resend"}},
		{"The number of calls must be a whole number", []string{"do", "fault", "times", "many", "delay", "1"}},
		{"There is no fault", []string{"do", "clear-fault fault_99"}},
		{"There is no request", []string{"do", "resend req_99"}},
		{"There is no request", []string{"do", "resend-edited req_99"}},
		{"There is no fault", []string{"do", "clear-fault ../requests"}},
		{"read it anew", []string{"do", "something else"}},
		{"read it anew", nil},
	} {
		got := do(test.values...)
		assert.Equal(t, http.StatusBadRequest, got.status)
		assert.Contains(t, got.body, test.says)
	}
	evil := fillIn(t, mock, "?key=key_1&to=//attacker.example&text=%0d%0aSet-Cookie:x", url.Values{"do": {"clear-faults"}})
	assert.Equal(t, "/_mock/?key=key_1&text=Set-Cookie%3Ax", evil.header.Get("Location"), "it leads nowhere else")
}

// A whole key stands nowhere on the page, however it gets there.
func TestPageShowsNoKey(t *testing.T) {
	t.Parallel()
	const key, name = "bbb_test_Secret0123456789", "Secret01234"
	mock := mockserver.Start(t)
	for _, body := range []string{
		valid, `{"email": "jane@example.com", "firstName": "` + key + `"}`, `{"email": "` + key + `"}`, `{"` + key + `": 1}`, "not JSON " + key,
	} {
		tried(t, mock, body, keyHeader, key, "Authorization", "Bearer "+key, "X-Odd", key)
	}
	first := mock.Requests()[0].ID
	add(t, mock, fault.Fault{Key: key, Status: http.StatusServiceUnavailable})
	pages := []string{"", "?customers=key_1", "?text=" + key, "?request=" + key, "?customers=" + key, "?status=" + key, "?before=" + key, "?after=" + key + "&customers=key_1"}
	for _, r := range mock.Requests() {
		pages = append(pages, "?request="+r.ID)
	}
	for _, c := range mock.Customers(key) {
		pages = append(pages, "?customer="+c.ID)
	}
	for _, query := range pages {
		assert.NotContains(t, seePage(t, mock, query).body, name, query)
	}
	led := call(t, http.MethodGet, root(t, mock).String()+"/_mock/?refused=true&key="+key, "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Equal(t, http.StatusFound, led.status)
	assert.Equal(t, "/_mock/?key=key_1&refused=true", led.header.Get("Location"))
	unknown := call(t, http.MethodGet, root(t, mock).String()+"/_mock/?key="+key+"X", "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Contains(t, unknown.body, "No request with that key")
	assert.NotContains(t, unknown.body, name)

	for _, query := range []string{"?key=key_" + key, "?panel=" + key, "?customer=" + key, "?text=" + strings.Replace(key, "b", "%2562", 1)} {
		got := call(t, http.MethodGet, root(t, mock).String()+"/_mock/"+query, "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
		assert.NotContains(t, got.body, name, query)
	}
	moved := call(t, http.MethodGet, root(t, mock).String()+"/_mock?request=req_1&key="+key, "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Equal(t, http.StatusPermanentRedirect, moved.status)
	assert.NotContains(t, moved.header.Get("Location")+moved.body, name)

	failed := fillIn(t, mock, "?request="+first+"&text="+key+"&key="+key, url.Values{
		"do": {"resend-edited " + first}, "key": {key}, "target": {"no path " + key}, "headers": {"X: " + key}, "body": {key}, "method": {key},
	})
	assert.Equal(t, http.StatusBadRequest, failed.status)
	assert.NotContains(t, failed.body, name)
}

// However a body is made, the page of it stays within bounds.
func TestPageOfAHostileBodyIsBounded(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	for name, body := range map[string]string{
		"deep lists":     strings.Repeat("[", 9_990) + strings.Repeat("]", 9_990),
		"deep objects":   strings.Repeat(`{"a":`, 9_990) + "1" + strings.Repeat("}", 9_990),
		"one name":       `{"a":1` + strings.Repeat(`,"a":1`, 10_000) + "}",
		"many addresses": `{"addresses":[{}` + strings.Repeat(",{}", 20_000) + "]}",
		"hidden":         `{"email":"` + strings.Repeat("\u202e", 20_000) + `"}`,
		"markup":         `{"email":"` + strings.Repeat("<", 60_000) + `"}`,
		"control":        strings.Repeat("\x01", 60_000),
		"not UTF-8":      strings.Repeat("\xff", 70_000),
	} {
		try(t, mock, body) //nolint:errcheck // whatever it is answered
		requests := mock.Requests(journal.Filter{Limit: 1})
		page := seePage(t, mock, "?request="+requests[0].ID)
		assert.Less(t, len(page.body), 4<<20, name)
		assert.Contains(t, page.body, "What arrived", name)
	}
}

// What is in the address comes back in every link: a long one must not make a long page of many keys.
func TestPageOfALongAddressIsBounded(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for i := range 100 {
		tried(t, mock, valid, keyHeader, fmt.Sprintf("bbb_test_%d", i))
	}
	assert.Less(t, len(seePage(t, mock, "?text="+strings.Repeat("'", 30_000)).body), 200_000)
}

// A double submit is said to have created two customers where it did.
func TestPageSaysWhatADoubleSubmitDid(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	require.Equal(t, http.StatusServiceUnavailable, tried(t, mock, valid, "Prefer", "code=503").status)
	require.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
	require.Equal(t, http.StatusCreated, tried(t, mock, valid).status)
	assert.NotContains(t, seePage(t, mock, "?request=req_2").body, "Each created a customer.")
	assert.Contains(t, seePage(t, mock, "?request=req_3").body, "Each created a customer.")
}

// A Host header that no URL has is no bug of the mock.
func TestPageAtAnOddHost(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option())
	for _, host := range []string{"localhost:abc", "[::1%eth0]:4114", "::1", "127.0.0.1:80'$(id)", "localhost:"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, root(t, mock).String()+"/_mock/", http.NoBody)
		require.NoError(t, err)
		request.Host = host
		request.Header.Set("Accept", ofABrowser)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			continue // it cannot be sent
		}
		assert.Less(t, response.StatusCode, 500, host)
		require.NoError(t, response.Body.Close())
	}
	assert.Empty(t, log.with("panic"))
}

func TestPageKeepsItsQueryWithoutTheSlash(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := call(t, http.MethodGet, root(t, mock).String()+"/_mock?request=req_1", "", keyHeader, "", "Content-Type", "", "Accept", ofABrowser)
	assert.Equal(t, http.StatusPermanentRedirect, got.status)
	assert.Equal(t, "/_mock/?request=req_1", got.header.Get("Location"))
}
