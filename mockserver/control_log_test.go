package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestControlLogsNoKey(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	mock := mockserver.Start(t, mockserver.WithLogger(logger))
	key := "bbb_test_0123456789abcdef"
	callControl(t, mock, http.MethodPost, "/_mock/faults?key="+key, `{"status":503}`)
	callControl(t, mock, http.MethodGet, "/_mock/faults?key="+key, "")
	callControl(t, mock, http.MethodGet, "/_mock/faults?key=hunter2", "")
	assert.Contains(t, log.String(), `level=INFO msg=control method=POST path=/_mock/faults key=bbb_test_…cdef`)
	assert.Contains(t, log.String(), `level=DEBUG msg=control method=GET`)
	assert.NotContains(t, log.String(), "0123456789")
	assert.NotContains(t, log.String(), "hunter2")
}
