package traffic

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestACallerThatWaitedLongEnough has a server that hangs: a warning, and no more than that, since only the caller knows why it broke off.
func TestACallerThatWaitedLongEnough(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		waited   time.Duration
		warnings int
	}{{patience, 1}, {patience - 1, 0}} {
		arrived := make(chan struct{})
		target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // or net/http does not see that its connection ends
			close(arrived)
			<-r.Context().Done()
		}))
		t.Cleanup(target.Close)
		proxy, err := Proxy(target.URL)
		require.NoError(t, err)
		var clock atomic.Int64
		proxy.now = func() time.Time { return time.Unix(0, clock.Load()) }
		behind := httptest.NewServer(proxy)
		t.Cleanup(behind.Close)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-arrived
			clock.Store(int64(tc.waited))
			cancel()
		}()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, behind.URL+gen.BasePath+"/customers", strings.NewReader(sentBody))
		require.NoError(t, err)
		_, err = http.DefaultClient.Do(r)
		require.Error(t, err)
		behind.Close()
		proxy.Close()
		report := proxy.Report("")
		require.Equal(t, 1, report.Traffic.Passed)
		assert.Zero(t, report.Count(result.Error))
		if assert.Equal(t, tc.warnings, report.Count(result.Warning), tc.waited) && tc.warnings > 0 {
			assert.Contains(t, report.Findings[0].Message, "the caller gave up after 2s")
		}
	}
}
