package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Under 1,000 requests a second the page goes on showing the newest ones and answering to its user, and holds no more than before.
func TestPageUnderLoad(t *testing.T) {
	t.Parallel()
	m := openMock(t, "--rate-limit", "0", "--log-level", "warn")
	m.visit(m.origin + "/_mock/")
	m.waitFor("the stream is open", `document.querySelector("#live").textContent === "live"`)
	before := m.heapBytes()

	const seconds, perSecond, clients = 10, 1000, 4
	var sent sync.WaitGroup
	for client := range clients {
		sent.Go(func() {
			transport := &http.Transport{}
			defer transport.CloseIdleConnections()
			due := time.NewTicker(clients * time.Second / perSecond)
			defer due.Stop()
			for n := range seconds * perSecond / clients {
				<-due.C
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.origin+gen.BasePath+"/customers", strings.NewReader(wrongCustomer))
				if !assert.NoError(t, err) {
					return
				}
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set(gen.KeyHeader, fmt.Sprintf("bbb_test_%d", client*1000+n%10))
				response, err := transport.RoundTrip(request)
				if !assert.NoError(t, err) {
					return
				}
				_ = response.Body.Close()
			}
		})
	}
	newest := `Number(document.querySelector(".rows a")?.id.replace("row-req_", "") ?? 0)`
	for shown := range 8 {
		m.waitFor("it shows what arrives", fmt.Sprintf(`%s >= %d`, newest, (shown+1)*perSecond))
		m.fill("#text", fmt.Sprintf("typed %d", shown))
		m.waitFor("and answers to its user", fmt.Sprintf(`document.querySelector("#text").value === "typed %d"`, shown))
	}
	sent.Wait()
	m.waitFor("it shows the last one", fmt.Sprintf(`%s === %d`, newest, seconds*perSecond))
	var elements int
	m.eval(`document.querySelectorAll("*").length`, &elements)
	assert.Less(t, elements, 1500)
	assert.Less(t, m.heapBytes(), before+8<<20, "bytes of JavaScript's heap; before it was %d", before)
	m.isQuiet(t)
	require.Equal(t, "typed 7", func() (value string) {
		m.eval(`document.querySelector("#text").value`, &value)
		return value
	}(), "what was typed is still there")
}
