package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// The page at /_mock/ in a real browser, of the program as it is started.

// mocked is a running program and a tab of the browser.
type mocked struct {
	*tab
	origin string
}

// openMock starts the program with its default flags, but for the port and what is given, and a tab.
func openMock(t *testing.T, args ...string) mocked {
	t.Helper()
	b := openBrowser(t)
	p := start(t, "", append([]string{"--addr", "127.0.0.1:0"}, args...)...)
	m := mocked{b.newTab(t), p.line(t)}
	m.setSize(1280, 900, "light")
	return m
}

// unfold opens a part of the page that is folded.
func (m mocked) unfold(selector string) {
	m.waitFor(selector, fmt.Sprintf("document.querySelector(%q)", selector))
	m.eval(fmt.Sprintf("document.querySelector(%q).open = true", selector), nil)
}

// send calls the API as a client would, and returns the status.
func (m mocked) send(t *testing.T, key, body string, header ...string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.origin+gen.BasePath+"/customers", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(gen.KeyHeader, key)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0 // a fault broke the connection
	}
	defer response.Body.Close()
	return response.StatusCode
}

const (
	goodCustomer  = `{"email": "siti.rahma@example.com", "firstName": "Siti", "addresses": [{"address1": "Jl. Sudirman No. 1"}]}`
	wrongCustomer = `{"email": "plain", "addresses": [{"city": "Bandung"}]}`
)

// isQuiet asserts that nothing came to the console and nothing was asked of another host.
func (m mocked) isQuiet(t *testing.T) {
	t.Helper()
	assert.Empty(t, m.consoleMessages(), "console")
	assert.Empty(t, m.dialogs())
	for _, url := range m.requestedURLs() {
		assert.True(t, strings.HasPrefix(url, m.origin+"/"), "requested %s", url)
	}
}

func TestPageShowsWhatArrivesAndWhyItWasRefused(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.visit(m.origin + "/")
	m.waitFor("the address of the mock leads to the page", `location.pathname === "/_mock/"`)
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	assert.Contains(t, m.text("#list"), "curl --request POST", "an empty list says how to fill it")

	require.Equal(t, http.StatusBadRequest, m.send(t, "bbb_test_0123456789abcdef", wrongCustomer))
	m.waitFor("the request appears", `document.querySelectorAll(".rows li").length === 1`)
	var row string
	m.eval(`document.querySelector(".rows li").textContent`, &row)
	assert.Contains(t, row, "400 POST "+gen.BasePath+"/customers")
	assert.Contains(t, row, "key_1 bbb_test_…cdef")
	assert.Contains(t, row, `addresses[0].address1: is required; email: must be an email address, got "plain"`)

	m.click("#row-req_1")
	m.waitFor("the request is shown", `document.querySelector("#request")?.dataset.id === "req_1"`)
	m.waitFor("its address can be sent", `location.search === "?request=req_1"`)
	shown := m.text("#request")
	for _, want := range []string{
		"Why it was refused", `email must be an email address, got "plain"`, "required: [address1]", "in openapi.yaml, line ", "assumed, since the vendor does not say (page “Create Customer”)", "format: email", "documented by the vendor",
	} {
		assert.Contains(t, shown, want)
	}
	var marked []string
	m.eval(`[...document.querySelectorAll("#body mark")].map((mark) => mark.textContent + mark.nextElementSibling.textContent)`, &marked)
	assert.Equal(t, []string{`"plain"← 2: must be an email address`, `{← 1: address1 is required`}, marked)

	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_2", goodCustomer))
	m.waitFor("the newest is on top, beside what is shown", `document.querySelectorAll(".rows li").length === 2 &&
		document.querySelector(".rows li").textContent.includes("201") && document.querySelector("#request").dataset.id === "req_1"`)
	m.isQuiet(t)
}

func TestPageSendsAgain(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	require.Equal(t, http.StatusBadRequest, m.send(t, "bbb_test_0123456789abcdef", wrongCustomer))
	m.visit(m.origin + "/_mock/?request=req_1")
	m.click("#resend")
	m.waitFor("the new request is shown", `document.querySelector("#request")?.dataset.id === "req_2"`)
	assert.Contains(t, m.text("#request"), "A double submit: the same body and key as req_1")

	m.unfold("#edit")
	m.fill("#edit [name=body]", goodCustomer)
	m.fill("#edit [name=key]", "bbb_test_another_0123456789")
	m.click(`#edit input[value="/firstName"], #edit button`)
	m.waitFor("the edited request is shown", `document.querySelector("#request")?.dataset.id === "req_3"`)
	shown := m.text("#request")
	assert.Contains(t, shown, "201")
	assert.Contains(t, shown, "bbb_test_…6789")
	assert.Contains(t, shown, "siti.rahma@example.com")

	m.unfold("#edit")
	m.click(`#edit input[value="/firstName"]`)
	m.click(`#edit button`)
	m.waitFor("a request without a member", `document.querySelector("#request")?.dataset.id === "req_4"`)
	assert.NotContains(t, m.text("#body"), "firstName")

	m.unfold("#edit")
	m.fill("#edit [name=target]", "no path")
	m.click(`#edit button`)
	m.waitFor("what is wrong is said", `document.querySelector("[role=alert]")?.textContent.includes("target: ")`)
	assert.Contains(t, m.text("#edit"), "Leave out of the body", "the form is open, as it was filled in")
	m.isQuietBut(t, "400")
}

// isQuietBut is isQuiet where a form was refused on purpose: the browser notes the status.
func (m mocked) isQuietBut(t *testing.T, status string) {
	t.Helper()
	for _, message := range m.consoleMessages() {
		assert.Contains(t, message, status)
	}
}

func TestPageSetsAndClearsFaults(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	m.visit(m.origin + "/_mock/")
	m.unfold("#fault")
	m.fill("#fault [name=times]", "2")
	m.choose("#fault [name=connection]", "CONNECTION_RESET_BY_PEER")
	m.click("#fault [name=store]")
	m.click(`#fault button[value=fault]`)
	m.waitFor("it is set", `document.querySelector("#faults-set")?.textContent.includes("the next 2 of 2 calls of any key: stored first, CONNECTION_RESET_BY_PEER")`)
	require.Zero(t, m.send(t, "bbb_test_1", goodCustomer), "no answer")
	m.waitFor("the lost answer is seen", `document.querySelector(".rows li").textContent.includes("fault_1 hit it: the customer was stored first, CONNECTION_RESET_BY_PEER")`)
	m.unfold("#keys")
	m.waitFor("the customer was stored", `document.querySelector("#keys-list").textContent.includes("2 customers")`)

	m.unfold("#fault")
	m.waitFor("one is left", `document.querySelector("#faults-set").textContent.includes("the next 1 of 2 calls")`)
	m.click(`#faults-set button[value="clear-fault fault_1"]`)
	m.waitFor("none is set", `document.querySelector("#faults-set").querySelector("li") === null`)

	m.unfold("#fault")
	m.choose("#fault [name=answer]", "429 rateLimitExceeded")
	m.choose("#fault [name=key]", "key_1")
	m.click(`#fault button[value=fault]`)
	m.waitFor("it is set", `document.querySelector("#faults-set").textContent.includes("calls of key_1 bbb_test_…: answered 429 rateLimitExceeded")`)
	assert.Equal(t, http.StatusCreated, m.send(t, "bbb_test_2", goodCustomer))
	assert.Equal(t, http.StatusTooManyRequests, m.send(t, "bbb_test_1", goodCustomer))
	m.isQuiet(t)
}

func TestPageResetsKeys(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	for _, key := range []string{"bbb_test_1", "bbb_test_2"} {
		require.Equal(t, http.StatusCreated, m.send(t, key, goodCustomer))
	}
	m.visit(m.origin + "/_mock/")
	m.unfold("#keys")
	m.waitFor("both keys", `document.querySelectorAll("#keys-list li").length === 2`)
	assert.Contains(t, m.text("#keys-list"), "99 of 100 calls left")
	m.click(`#keys-list button[value="reset key_1"]`)
	m.waitFor("one request is left", `document.querySelectorAll(".rows li").length === 1`)
	m.unfold("#keys")
	m.waitFor("its customers are gone", `document.querySelector("#keys-list").textContent.includes("key_1 bbb_test_…: requests of key_1, 0 customers of key_1")`)
	m.click(`#keys-list a[href*="customers=key_2"]`)
	m.waitFor("the customers of the other", `document.querySelector("#customers")?.textContent.includes("siti.rahma@example.com, Siti")`)
	m.unfold("#keys")
	m.click(`#keys-list button[value="reset"]`)
	m.waitFor("nothing is left", `document.querySelector("#list").textContent.includes("No request has arrived yet")`)
	assert.Equal(t, []string{
		"confirm: Reset key_1: its customers, requests, faults and rate limit?",
		"confirm: Reset everything: customers, requests, faults and rate limits of all keys?",
	}, m.dialogs())
	assert.Empty(t, m.consoleMessages())
}

func TestPageFilters(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.send(t, "bbb_test_1", goodCustomer)
	m.send(t, "bbb_test_1", goodCustomer)
	m.send(t, "bbb_test_2", wrongCustomer)
	m.send(t, "bbb_test_2", `{"email": "other@example.com"}`, "Prefer", "code=503")
	m.visit(m.origin + "/_mock/")
	m.fill("#text", "SITI")
	m.press("\r")
	m.waitFor("by text", `location.search.includes("text=SITI") && document.querySelectorAll(".rows li").length === 2`)
	for query, want := range map[string]int{
		"key=key_2": 2, "status=503": 1, "refused=true": 2, "duplicates=true": 1, "key=key_1&duplicates=true": 1, "status=418": 0,
		"key=bbb_test_2": 2, "text=SERVICE_UNAVAILABLE": 1,
	} {
		m.visit(m.origin + "/_mock/?" + query)
		m.waitFor(query, fmt.Sprintf(`document.querySelectorAll(".rows li").length === %d`, want))
	}
	m.visit(m.origin + "/_mock/?key=bbb_test_2")
	m.waitFor("a whole key does not stay in the address", `location.search === "?key=key_2"`)
	m.isQuiet(t)
}

func TestPageHasKeys(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.send(t, "bbb_test_1", goodCustomer)
	m.send(t, "bbb_test_1", wrongCustomer)
	m.visit(m.origin + "/_mock/")
	m.waitFor("the script runs", `document.documentElement.classList.contains("scripted")`)
	m.press("j")
	m.waitFor("j shows the newest", `document.querySelector("#request")?.dataset.id === "req_2"`)
	m.press("j")
	m.waitFor("and the one before", `document.querySelector("#request")?.dataset.id === "req_1"`)
	m.press("k")
	m.waitFor("k goes back", `document.querySelector("#request")?.dataset.id === "req_2"`)
	m.press("?")
	m.waitFor("? lists the keys", `document.querySelector("#keyboard").open`)
	m.eval(`document.querySelector("#keyboard").close()`, nil)
	m.press("/")
	m.waitFor("/ goes to the search", `document.activeElement.id === "text"`)
	m.press("r")
	m.waitFor("where r is a letter", `document.querySelector("#text").value.endsWith("r")`)
	m.eval(`document.activeElement.blur()`, nil)
	m.press("r")
	m.waitFor("r sends again", `document.querySelector("#request")?.dataset.id === "req_3"`)
	m.waitFor("the script runs", `document.documentElement.classList.contains("scripted")`)
	m.press("c")
	m.waitFor("c copies, or selects what is to be copied", `document.querySelector("#news").textContent !== ""`)
	m.isQuiet(t)
}

// Without scripts there are the list, the request, the filters and the forms.
func TestPageWithoutScripts(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.withoutScripts()
	m.send(t, "bbb_test_1", wrongCustomer)
	m.visit(m.origin + "/_mock/")
	m.click("#row-req_1")
	m.waitFor("the request is shown", `document.querySelector("#request")?.dataset.id === "req_1"`)
	m.click("#resend")
	m.waitFor("and sent again", `document.querySelector("#request")?.dataset.id === "req_2"`)
	m.unfold("#fault")
	m.click(`#fault button[value=fault]`)
	m.waitFor("what is wrong with a form is said", `document.querySelector("[role=alert]")?.textContent.includes("Choose an answer")`)
	m.fill("#text", "nothing like it")
	m.press("\r")
	m.waitFor("and filtered", `document.querySelector("#list").textContent.includes("No request is like that")`)
}

// Each of these is text, wherever it stands.
func TestPageTakesNothingForMarkup(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	markup := `<script>document.title='live'</script><img src=x onerror="document.title='live'"><svg onload="document.title='live'">`
	for _, body := range []string{
		`{"email": "` + strings.ReplaceAll(markup, `"`, `\"`) + `"}`,
		markup,
		`{"firstName": "` + "\u202e" + `gpj.exe` + "\u202c\u0007" + `", "javascript:alert(1)": "javascript:alert(1)"}`,
		`{"email": "` + strings.Repeat("x", 1<<20-100) + `"}`,
		strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000),
		"\xff\xfe{}\x00\x1b[31m",
		`{"</pre></article></body>": 1, "email": 5}`,
	} {
		m.send(t, "bbb_test_1", body, "X-Odd", markup, "Prefer", `code="`+markup)
	}
	m.visit(m.origin + "/_mock/?text=" + `%3Cscript%3Edocument.title%3D'live'%3C%2Fscript%3E`)
	for i := 1; i <= 8; i++ {
		m.visit(fmt.Sprintf("%s/_mock/?request=req_%d", m.origin, i))
		m.waitFor("the request is shown", fmt.Sprintf(`document.querySelector("#request")?.dataset.id === "req_%d"`, i))
		var found []string
		m.eval(`[...document.querySelectorAll("script, img, svg, iframe, a[href^='javascript' i]")].map((e) => e.outerHTML)`, &found)
		assert.Equal(t, []string{`<script type="module" src="/_mock/page.js"></script>`}, found)
		var text string
		m.eval(`document.documentElement.textContent`, &text)
		assert.NotContains(t, text, "\u202e")
		assert.NotContains(t, text, "\x1b")
		var title string
		m.eval(`document.title`, &title)
		assert.NotEqual(t, "live", title)
	}
	m.visit(m.origin + "/_mock/?request=req_3")
	assert.Contains(t, m.text("#body"), "⟨U+202E⟩gpj.exe⟨U+202C⟩")
	m.isQuiet(t)
}

// Everything that can be used has a name for those who do not see it.
func TestPageCanBeHeard(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.send(t, "bbb_test_1", goodCustomer)
	m.send(t, "bbb_test_1", wrongCustomer)
	m.send(t, "bbb_test_1", wrongCustomer)
	for _, query := range []string{"", "?request=req_1", "?request=req_3", "?customers=key_1", "?text=nothing"} {
		m.visit(m.origin + "/_mock/" + query)
		m.eval(`document.querySelectorAll("details").forEach((d) => { d.open = true })`, nil)
		assert.Empty(t, m.nameless(m.accessibility()), query)
	}
	m.isQuiet(t)
}

// Pictures for a person to look at, in dist/; and no width needs scrolling to the side.
func TestPageFitsItsWindow(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	m.send(t, "bbb_test_0123456789abcdef", goodCustomer)
	m.send(t, "bbb_test_0123456789abcdef", goodCustomer)
	m.send(t, "bbb_test_2", `{"email": "other@example.com"}`, "Prefer", "code=503")
	m.send(t, "bbb_test_2", wrongCustomer)
	folder := filepath.Join("..", "..", "..", "dist")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{320, 360, 1280} {
			for name, query := range map[string]string{"list": "", "request": "?request=req_4"} {
				m.setSize(width, 900, scheme)
				m.visit(m.origin + "/_mock/" + query)
				m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
				m.waitFor("no scrolling to the side", `document.documentElement.scrollWidth <= innerWidth`)
				m.eval(`document.querySelectorAll("details").forEach((d) => { d.open = true })`, nil)
				m.waitFor("no scrolling to the side, all open", `document.documentElement.scrollWidth <= innerWidth`)
				m.eval(`document.querySelectorAll("details").forEach((d) => { d.open = false })`, nil)
				if width == 320 {
					continue
				}
				m.screenshot(filepath.Join(folder, fmt.Sprintf("page-%s-%s-%d.png", name, scheme, width)))
			}
		}
	}
	m.isQuiet(t)
}

// The picture in the README: make screenshot.
func TestScreenshot(t *testing.T) {
	file := os.Getenv("BITBYBIT_SCREENSHOT")
	if file == "" {
		t.Skip("make screenshot sets BITBYBIT_SCREENSHOT to the file")
	}
	p := start(t, "") // with its default flags: the address is in the picture
	m := mocked{openBrowser(t).newTab(t), p.line(t)}
	require.Equal(t, "http://127.0.0.1:4010", m.origin, p.log.String())
	const siti, budi = "bbb_test_9f2c7d10a4e85b36", "bbb_test_51d0e3b8c6a7f924"
	m.send(t, siti, goodCustomer)
	m.send(t, siti, goodCustomer)
	m.send(t, budi, `{"phoneNumber": "+6281234567890", "firstName": "Budi"}`)
	m.send(t, siti, `{"email": "rate-limit-exceeded@mock.test"}`)
	m.send(t, budi, `{"email": "jsmith@example.com"}`, "Prefer", "code=503")
	m.send(t, siti, wrongCustomer)
	m.setSize(1280, 940, "light")
	m.visit(m.origin + "/_mock/?request=req_6")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	m.screenshot(filepath.Join("..", "..", "..", file))
}
