package traffic_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestACallerThatHangsUp when it has the status does not keep the answer from being judged: whole where the rest comes within a second, else by its status and headers.
func TestACallerThatHangsUp(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rest     bool
		want     result.Check
		bodiless int
	}{
		"the rest comes": {true, result.NoStackTrace, 0},
		"it never does":  {false, result.DocumentedStatus, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hungUp, ended := make(chan struct{}), make(chan struct{})
			target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/plain")
				w.WriteHeader(http.StatusTeapot)
				_ = http.NewResponseController(w).Flush()
				<-hungUp
				if tc.rest {
					_, _ = io.WriteString(w, "goroutine 1 [running]:\nmain.main()\n\t/srv/main.go:7 +0x1d\n")
				} else {
					<-r.Context().Done()
				}
				close(ended)
			}))
			t.Cleanup(target.Close)
			proxy, url := serveProxy(t, target.URL, nil)
			conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			require.NoError(t, err)
			_, err = io.WriteString(conn, "POST "+gen.BasePath+"/customers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+gen.KeyHeader+": "+testKey+
				"\r\nContent-Length: "+strconv.Itoa(len(fullBody))+"\r\n\r\n"+fullBody)
			require.NoError(t, err)
			head := make([]byte, len("HTTP/1.1 418"))
			_, err = io.ReadFull(conn, head)
			require.NoError(t, err)
			require.NoError(t, conn.Close())
			close(hungUp)
			if tc.rest {
				proxy.Wait()
				require.Equal(t, 1, proxy.Judged(), "who waits finds it judged")
			}
			<-ended
			require.Eventually(t, func() bool { return proxy.Judged() == 1 }, testTimeout, testTick)
			r := proxy.Report("")
			assert.Equal(t, tc.bodiless, r.Traffic.WithoutBody)
			var checks []result.Check
			for _, f := range r.Open(result.Error) {
				checks = append(checks, f.Check)
			}
			assert.Contains(t, checks, tc.want)
		})
	}
}
