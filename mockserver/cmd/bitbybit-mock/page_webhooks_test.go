package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The webhooks on the page at /_mock/, in a real browser.

// hostile is an answer of a receiver that would like to be more than text.
const hostile = "no <script>document.title='live'</script> \u202egpj.exe\u202c \x1b[31m"

// openTelling starts the program with a webhook to a receiver that fails until it is mended. What takes hours takes seconds.
func openTelling(t *testing.T) (m mocked, mend func()) {
	t.Helper()
	var isMended atomic.Bool
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if isMended.Load() {
			_, _ = w.Write([]byte("thank you"))
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(hostile))
	}))
	t.Cleanup(receiver.Close)
	m = openMock(t, "--webhook", receiver.URL+"/webhooks", "--webhook-secret", webhookSecret, "--webhook-speed", "10000")
	return m, func() { isMended.Store(true) }
}

func TestPageShowsWebhooks(t *testing.T) {
	t.Parallel()
	m, mend := openTelling(t)
	m.visit(m.origin + "/_mock/")
	m.click("#webhooks-link a")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	assert.Contains(t, m.text("#endpoints"), "/webhooks: active; nothing was sent")
	assert.Contains(t, m.text("#deliveries"), "Nothing was sent yet.")

	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	m.waitFor("the delivery fails, live", `document.querySelector("#row-delivery_1")?.textContent.includes("failed customer.created delivery_1 · cust_")`)
	m.waitFor("so does the endpoint", `document.querySelector("#endpoints").textContent.includes("failing, 1 given up; 1 failed")`)
	assert.Contains(t, m.text("#row-delivery_1"), "5 attempts")
	m.waitFor("which the top says too", `document.querySelector("#webhooks-link").textContent.includes("(1 endpoint, 1 failing)")`)

	m.click("#row-delivery_1")
	m.waitFor("the delivery is shown", `document.querySelector("#delivery")?.dataset.id === "delivery_1"`)
	shown := m.text("#delivery")
	for _, want := range []string{
		"failed customer.created", "evt_", "to endpoint_1, http://", "siti.rahma@example.com", "bytes, as they are signed", "Attempt 1: 500", "Attempt 5: 500", "X-Bitbybit-Webhook-Signature: t=",
		"no <script>document.title='live'</script> ⟨U+202E⟩gpj.exe⟨U+202C⟩ ⟨U+001B⟩[31m", "bitbybit-mock webhook verify --attempt 1", "bitbybit-mock webhook verify --attempt 5",
	} {
		assert.Contains(t, shown, want)
	}

	mend()
	m.click("#redeliver")
	m.waitFor("the new delivery is shown, and arrives", `document.querySelector("#delivery")?.dataset.id === "delivery_2" &&
		document.querySelector("#delivery-title").textContent.includes("delivered")`)
	shown = m.text("#delivery")
	assert.Contains(t, shown, "Delivers delivery_1 again.")
	assert.Contains(t, shown, "thank you")
	assert.NotContains(t, shown, "Attempt 2")

	m.visit(m.origin + "/_mock/?request=req_1")
	m.click(`#request a[href*="webhooks=cust_"]`)
	m.waitFor("a request leads to its customer's deliveries", `document.querySelector("#webhooks-title")?.textContent.startsWith("Webhooks about cust_")`)
	m.waitFor("the newest on top", `[...document.querySelectorAll(".deliveries a")].map((a) => a.id).join() === "row-delivery_2,row-delivery_1"`)
	assert.Contains(t, m.text("#endpoints"), "active; 1 delivered, 1 failed")
	m.isQuiet(t)
}

func TestPageActsOnWebhooks(t *testing.T) {
	t.Parallel()
	m, mend := openTelling(t)
	mend()
	m.visit(m.origin + "/_mock/?webhooks=all")
	m.click(`#endpoints button[value="suspend endpoint_1"]`)
	m.waitFor("it is suspended", `document.querySelector("#endpoints").textContent.includes("suspended")`)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	m.waitFor("nothing is sent to it", `document.querySelector("#row-delivery_1")?.textContent.includes("skipped")`)
	m.click(`#endpoints button[value="reactivate endpoint_1"]`)
	m.waitFor("it is active", `document.querySelector("#endpoints").textContent.includes("active")`)

	m.click(`#endpoints button[value="send-test endpoint_1"]`)
	m.waitFor("a test event is shown, and arrives", `document.querySelector("#delivery-title")?.textContent === "delivered customer.created, a test event"`)

	m.visit(m.origin + "/_mock/?webhooks=all")
	m.unfold("#webhook-fault")
	m.choose("#webhook-fault [name=kind]", "REFORMATTED_BODY")
	m.choose("#webhook-fault [name=endpoint]", "endpoint_1")
	m.click(`#webhook-fault button`)
	m.waitFor("a fault is set", `document.querySelector("#endpoints").textContent.includes("fault_1 the next 1 of 1 attempts to endpoint_1: REFORMATTED_BODY")`)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	m.waitFor("it hits", `document.querySelector("#row-delivery_3")?.textContent.includes("delivered")`)
	m.click("#row-delivery_3")
	m.waitFor("and is shown", `document.querySelector("#delivery")?.textContent.includes("fault_1 hit it: REFORMATTED_BODY.")`)
	m.unfold("#sent-1")
	assert.Contains(t, m.text("#sent-1"), `"email": "siti.rahma@example.com"`, "the body that was sent, with its spaces")

	m.visit(m.origin + "/_mock/?webhooks=all")
	m.unfold("#webhook-fault")
	m.fill("#webhook-fault [name=times]", "0")
	m.choose("#webhook-fault [name=kind]", "LATE")
	m.fill("#webhook-fault [name=delay]", "60000")
	m.click(`#webhook-fault button`)
	m.waitFor("for all attempts", `document.querySelector("#endpoints").textContent.includes("all attempts: LATE by 60000 ms")`)
	m.click(`#endpoints button[value^="clear-webhook-fault"]`)
	m.waitFor("it is cleared", `!document.querySelector("#endpoints").textContent.includes("LATE")`)
	m.isQuiet(t)
}

func TestPageShowsWebhooksWithoutScripts(t *testing.T) {
	t.Parallel()
	m, mend := openTelling(t)
	m.withoutScripts()
	mend()
	m.visit(m.origin + "/_mock/")
	m.click("#webhooks-link a")
	m.click(`#endpoints button[value="send-test endpoint_1"]`)
	m.waitFor("the test event is shown", `document.querySelector("#delivery-title")?.textContent.includes("a test event")`)
	for delivered := false; !delivered; m.visit(m.origin + "/_mock/?delivery=delivery_1") {
		m.eval(`document.querySelector("#delivery-title").textContent.includes("delivered")`, &delivered)
	}
	m.click("#redeliver")
	m.waitFor("the second is shown", `document.querySelector("#delivery")?.dataset.id === "delivery_2"`)
	m.click(`#delivery a[href*="webhooks=all"]`)
	m.waitFor("the list", `document.querySelectorAll(".deliveries li").length === 2`)
	m.unfold("#webhook-fault")
	m.fill("#webhook-fault [name=delay]", "5")
	m.click(`#webhook-fault button`)
	m.waitFor("what is wrong with a form is said, and the form is as it was", `document.querySelector("[role=alert]")?.textContent.includes("LATE") &&
		document.querySelector("#webhook-fault [name=delay]").value === "5" && document.querySelector("#webhook-fault").open`)
}

// Names for those who do not see it, and no scrolling to the side.
func TestPageOfWebhooksCanBeHeardAndFits(t *testing.T) {
	t.Parallel()
	m, _ := openTelling(t)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	for _, query := range []string{"?webhooks=all", "?webhooks=nobody", "?delivery=delivery_1"} {
		for _, width := range []int64{320, 1280} {
			m.setSize(width, 900, "light")
			m.visit(m.origin + "/_mock/" + query)
			m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
			m.eval(`document.querySelectorAll("details").forEach((d) => { d.open = true })`, nil)
			m.waitFor("no scrolling to the side", `document.documentElement.scrollWidth <= innerWidth`)
		}
		assert.Empty(t, m.nameless(m.accessibility()), query)
	}
	m.isQuiet(t)
}
