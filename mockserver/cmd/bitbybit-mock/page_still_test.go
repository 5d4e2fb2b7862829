package main

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What one reads, types, opened or has the focus on stays where it is while requests arrive.
func TestPageStaysStill(t *testing.T) {
	t.Parallel()
	m := openMock(t, "--rate-limit", "0", "--log-level", "warn")
	for range 60 {
		require.Equal(t, http.StatusBadRequest, m.send(t, "bbb_test_1", wrongCustomer))
	}
	m.visit(m.origin + "/_mock/?request=req_3")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	m.click(`a[href="#edit-body"]`)
	m.fill("#edit-body", `{"email": "edited"}`)
	m.unfold("#headers")
	m.unfold("#fault")
	m.eval(`document.querySelector("#fault [name=times]").value = "9"`, nil)
	m.eval(`document.querySelector("#edit-body").focus(); getSelection().selectAllChildren(document.querySelector("#why"))`, nil)
	const state = `JSON.stringify([document.activeElement.id, document.querySelector("#edit-body").value, document.querySelector("#headers").open,
		document.querySelector("#fault [name=times]").value, Math.round(document.querySelector("#edit-body").getBoundingClientRect().top)])`
	m.eval(`document.querySelector("#edit-body").focus()`, nil)
	var before, after string
	m.eval(state, &before)
	for range 60 {
		require.Equal(t, http.StatusBadRequest, m.send(t, "bbb_test_2", wrongCustomer))
	}
	m.waitFor("the last one is shown", `document.querySelector(".rows a").id === "row-req_120"`)
	m.eval(state, &after)
	assert.Equal(t, before, after)

	m.press("\x1b")
	m.eval(`document.activeElement.blur()`, nil)
	m.press("j")
	m.waitFor("an edited request is not left unasked", `true`)
	require.Equal(t, []string{"confirm: Leave the request that you edited?"}, m.dialogs())

	m.visit(m.origin + "/_mock/")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	for range 10 {
		m.press("j")
	}
	m.waitFor("no press is lost", `document.querySelector("#request")?.dataset.id === "req_111" && location.search === "?request=req_111"`)
	m.waitFor("the row has the focus and is seen", `(() => { const row = document.activeElement.getBoundingClientRect();
		return document.activeElement.id === "row-req_111" && row.top >= 0 && row.bottom <= innerHeight })()`)
	m.waitFor("and so is the request", `document.querySelector("#request-title").getBoundingClientRect().bottom <= innerHeight`)
	m.isQuietBut(t, "nothing")
}

// A click needs the element that the press began on, so that the page does not replace it before the release.
func TestPageKeepsWhatIsPressed(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	m.visit(m.origin + "/_mock/")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	m.unfold("#keys")
	m.waitFor("it can be seen", `document.querySelector("#keys-list").textContent.includes("99 of 100 calls left")`)
	var at struct{ X, Y float64 }
	m.eval(`(() => { const button = document.querySelector('#keys-list button[value="reset"]'); button.scrollIntoView({block: "center"});
		const box = button.getBoundingClientRect(); return {X: box.x + box.width / 2, Y: box.y + box.height / 2} })()`, &at)
	mouse := func(which input.DispatchMouseEventType) {
		m.do(string(which), browserPatience, chromedp.MouseEvent(which, at.X, at.Y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
	}
	mouse(input.DispatchMouseEventTypeMousePressed)
	const readings = `performance.getEntriesByType("resource").length`
	for range 2 { // the second reading begins after the first is done with
		var before int
		m.eval(readings, &before)
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
		m.waitFor("the page is read anew", fmt.Sprintf("%s > %d", readings, before))
	}
	assert.Contains(t, m.text("#keys-list"), "99 of 100 calls left")
	mouse(input.DispatchMouseEventTypeMouseReleased)
	m.waitFor("the click is not lost", `document.querySelector("#list").textContent.includes("No request has arrived yet")`)
	assert.Equal(t, []string{"confirm: Reset everything: customers, requests, faults and rate limits of all keys?"}, m.dialogs())
	assert.Empty(t, m.consoleMessages())
}

// A form reads the page anew, and the focus is where it was.
func TestPageKeepsTheFocus(t *testing.T) {
	t.Parallel()
	m := openMock(t)
	require.Equal(t, http.StatusBadRequest, m.send(t, "bbb_test_1", wrongCustomer))
	m.visit(m.origin + "/_mock/?request=req_1")
	m.waitFor("the script runs", `document.documentElement.classList.contains("scripted")`)
	m.click("#refused")
	m.waitFor("the filter is applied at once", `location.search === "?refused=true&request=req_1"`)
	m.waitFor("the focus is on it", `document.activeElement.id === "refused"`)
	m.waitFor("the request is still shown", `document.querySelector("#request")?.dataset.id === "req_1"`)
	m.click("#resend")
	m.waitFor("the focus is on what was sent", `document.querySelector("#request")?.dataset.id === "req_2" && document.activeElement.id === "request-title"`)
	m.isQuiet(t)
}
