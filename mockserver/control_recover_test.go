package mockserver_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// A clock that fails stands for any bug behind the control API.
func TestControlAnswersWhereItFails(t *testing.T) {
	t.Parallel()
	var log logLines
	var broken atomic.Bool
	mock := mockserver.Start(t, log.option(), mockserver.WithClock(func() time.Time {
		if broken.Load() {
			panic("no time")
		}
		return time.Now()
	}))
	broken.Store(true)
	got := callControl(t, mock, http.MethodGet, "/_mock/health", "")
	require.Equal(t, http.StatusInternalServerError, got.status)
	code, message := controlMessage(t, got)
	assert.Equal(t, control.CodeInternalError, code)
	assert.Equal(t, "The mock failed; its log says why.", message)
	bugs := log.with("level=ERROR")
	require.Len(t, bugs, 1)
	assert.Contains(t, bugs[0], "no time")
	assert.Contains(t, bugs[0], "GetHealth", "the stack")
	broken.Store(false)
	assert.Equal(t, http.StatusOK, callControl(t, mock, http.MethodGet, "/_mock/health", "").status)
}
