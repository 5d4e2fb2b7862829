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
	callControl(t, mock, http.MethodGet, "/_mock/"+key, "")
	callControl(t, mock, key, "/_mock/faults", "")
	callControl(t, mock, http.MethodGet, "/_mock/customers/hunter2@example.com", "")
	assert.Contains(t, log.String(), "path=/_mock/customers/… ")
	assert.NotContains(t, log.String(), "0123456789")
	assert.NotContains(t, log.String(), "hunter2")
}

func TestControlLogsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, target, body string
		header               []string
		want                 string
	}{
		"granted":    {http.MethodPost, "/_mock/faults", `{"status":503}`, nil, "method=POST path=/_mock/faults status=201\n"},
		"no body":    {http.MethodPost, "/_mock/reset", "", nil, "method=POST path=/_mock/reset status=204\n"},
		"a document": {http.MethodGet, "/_mock/openapi.yaml", "", nil, "method=GET path=/_mock/openapi.yaml status=200\n"},
		"a foreign page": {http.MethodDelete, "/_mock/customers", "", []string{"Origin", "https://evil.example"},
			"method=DELETE path=/_mock/customers status=403 code=FOREIGN_ORIGIN\n"},
		"a foreign page, told by its browser": {http.MethodPost, "/_mock/reset", "", []string{"Sec-Fetch-Site", "cross-site"},
			"method=POST path=/_mock/reset status=403 code=FOREIGN_ORIGIN\n"},
		"no such fault": {http.MethodPost, "/_mock/faults", `{"status":1}`, nil,
			"method=POST path=/_mock/faults status=400 code=INVALID_REQUEST\n"},
		"no such path": {http.MethodPost, "/_mock/siti", "", nil, "method=POST path=/_mock/… status=404 code=NOT_FOUND\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			mock := mockserver.Start(t, mockserver.WithLogger(logger))
			callControl(t, mock, test.method, test.target, test.body, test.header...)
			assert.Contains(t, log.String(), test.want)
		})
	}
}
