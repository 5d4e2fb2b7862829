package deploy_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// What nginx.conf promises beside the load: /_mock/ goes by ?key=, a fault that breaks a connection moves no key, events are not held back, and no key
// gets into nginx's log.
func TestNginxRoutesTheControlAPI(t *testing.T) {
	needNginx(t)
	mocks := startMocks(t, replicas, "--log-level", "error")
	address, log := startNginxWithLog(t, mocks)
	call := func(method, path, body string, key string) (status int, answer string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/json")
		if key != "" {
			request.Header.Set(gen.KeyHeader, key)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(text)
	}
	create := func(key string) int {
		status, _ := call(http.MethodPost, gen.BasePath+"/customers", `{"email": "siti@example.com"}`, key)
		return status
	}
	stored := func(key string) int {
		_, text := call(http.MethodGet, "/_mock/customers?key="+key, "", "")
		return strings.Count(text, `"id":"cust_`)
	}
	const some = 12 // keys, of which each replica has some
	for n := range some {
		require.Equal(t, http.StatusCreated, create(key(n)))
		assert.Equal(t, 1, stored(key(n)), "the control API of a key is that of its replica")

		status, text := call(http.MethodPost, "/_mock/faults?key="+key(n), `{"connection": "EMPTY_RESPONSE", "times": 1}`, "")
		require.Equal(t, http.StatusCreated, status, text)
		assert.Equal(t, http.StatusBadGateway, create(key(n)), "the outcome is unknown, and nothing is sent again")
		assert.Equal(t, http.StatusCreated, create(key(n)))
		assert.Equal(t, 2, stored(key(n)), "the key has not moved")
	}

	events, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/_mock/requests/events", nil)
	require.NoError(t, err)
	stream, err := http.DefaultClient.Do(events)
	require.NoError(t, err)
	defer stream.Body.Close()
	for n := range some { // one of them is with the replica whose events these are
		require.Equal(t, http.StatusCreated, create(key(n)))
	}
	lines := bufio.NewScanner(stream.Body)
	found := false
	for !found && lines.Scan() { // the test's own limit of time ends it
		found = strings.HasPrefix(lines.Text(), "data: {")
	}
	assert.True(t, found, "an event comes while the stream is open")

	mocks[0].stop(t)
	for n := range some {
		assert.LessOrEqual(t, stored(key(n)), 3, "another replica answers")
	}
	said, err := os.ReadFile(log)
	require.NoError(t, err)
	for n := range some {
		assert.NotContains(t, string(said), key(n), fmt.Sprint("a key in nginx's log: ", n))
	}
}
