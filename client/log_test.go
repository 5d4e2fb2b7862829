package client_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		s := &script{steps: []func(http.ResponseWriter){limited, ok, answer(502, "jane.doe")}}
		c := pipeClient(t, s.handle, client.WithLogger(logger))
		_, err := c.CreateCustomer(t.Context(), jane())
		require.NoError(t, err)
		_, err = c.CreateCustomer(t.Context(), jane())
		require.Error(t, err)

		var lines []map[string]any
		for d := json.NewDecoder(bytes.NewReader(out.Bytes())); d.More(); {
			var line map[string]any
			require.NoError(t, d.Decode(&line))
			lines = append(lines, line)
		}
		require.Len(t, lines, 4)
		for i, want := range []map[string]any{
			{
				"msg": "bitbybit attempt", "status": 429.0, "attempt": 1.0,
				"outcome": "refused", "reason": "answered 429 RATE_LIMIT_EXCEEDED",
			},
			{"msg": "bitbybit wait", "after_attempt": 1.0},
			{"msg": "bitbybit attempt", "status": 201.0, "attempt": 2.0},
			{"msg": "bitbybit attempt", "status": 502.0, "attempt": 1.0, "outcome": "unknown"},
		} {
			assert.Subset(t, lines[i], want)
			assert.Equal(t, "DEBUG", lines[i]["level"])
			if want["status"] != nil {
				assert.Equal(t, "POST", lines[i]["method"])
				assert.Equal(t, "/customers", lines[i]["path"])
				assert.Contains(t, lines[i], "duration")
			}
		}
		for _, private := range []string{testKey, "secret", "jane", "Jane", "628123", "Rahasia"} {
			assert.NotContains(t, out.String(), private)
		}
	})
}

// How long pacing has held a call back is logged before its attempt.
func TestLogOfPacing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		s := &script{steps: []func(http.ResponseWriter){answer(201, created, "RateLimit-Remaining", "0"), ok}}
		c := pipeClient(t, s.handle, client.WithLogger(logger), client.WithPacing(true))
		for range 2 {
			_, err := c.CreateCustomer(t.Context(), jane())
			require.NoError(t, err)
		}
		assert.Regexp(t, `(?s)^[^\n]+"bitbybit attempt"[^\n]+\n[^\n]+"bitbybit paced" waited=43s\n[^\n]+"bitbybit attempt"`,
			out.String())
	})
}
