package traffic_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
)

// TestATransportsConnections are those of its base: used again whatever the caller reads of an answer, and closed when the client is told to.
func TestATransportsConnections(t *testing.T) {
	t.Parallel()
	closed := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(newMock(t))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	transport := traffic.Transport(&http.Transport{MaxConnsPerHost: 1})
	c := &http.Client{Transport: transport}
	for _, read := range []int64{0, 10, 1 << 20} {
		r := aCreate(t.Context(), t, server.URL)
		r.Header.Set("Expect", "100-continue")
		answer, err := c.Do(r)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, read))
		require.NoError(t, err)
		if read > 0 {
			require.NoError(t, answer.Body.Close())
		}
	}
	assert.Empty(t, transport.Findings())
	assert.Equal(t, 3, transport.Judged())
	assert.Empty(t, closed)
	c.CloseIdleConnections()
	require.Eventually(t, func() bool { return len(closed) == 1 }, testTimeout, testTick)
}
