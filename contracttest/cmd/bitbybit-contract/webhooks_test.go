package main

import (
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const secret = "whsec_0123456789abcdef"

// TestWebhooksOfTheMockAreRight runs the program as make contract-webhooks does, with fewer requests.
func TestWebhooksOfTheMockAreRight(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithWebhook("http://"+address+"/", secret), mockserver.WithWebhookSpeed(1000))
	code, stdout, stderr := program(t, key, "--url", mock.URL, "--max-requests", "20", "--webhook-listen", address, "--webhook-secret", "whsec_old",
		"--webhook-secret", secret, "--webhook-wait", "1m")
	assert.Equal(t, exitGood, code, stdout)
	assert.Equal(t, "webhooks are taken at http://"+address+"\n", stderr)
	assert.Regexp(t, `\nwebhooks at \S+: (\d+) of \d+ customers told of, by \d+ deliveries, 2 refused on purpose; waited `, stdout)
	assert.Contains(t, stdout, " of 20 rules of webhooks\n")
}

// freeAddress is one that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

// TestWebhooksThatNobodySends has any free port, whose number is printed, and the secret of the environment.
func TestWebhooksThatNobodySends(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	environ := map[string]string{"BITBYBIT_API_KEY": key, "BITBYBIT_WEBHOOK_SECRET": secret, "BITBYBIT_CONTRACT_WEBHOOK_WAIT": "0s"}
	var stdout, stderr bytes.Buffer
	args := []string{"--url", mock.URL, "--max-requests", "5", "--webhook-listen", "127.0.0.1:0"}
	code := run(t.Context(), args, func(name string) string { return environ[name] }, &stdout, &stderr)
	assert.Equal(t, exitFound, code)
	assert.Regexp(t, `^webhooks are taken at http://127\.0\.0\.1:[1-9]\d*\n$`, stderr.String())
	assert.Contains(t, stdout.String(), "ERROR webhook_sent")
	assert.Contains(t, stdout.String(), "is this address entered at the server, active, and does it lead here?")
	assert.NotContains(t, stdout.String(), secret)
}

func TestUsageOfWebhooks(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"no secret":        {[]string{"--webhook-listen", "127.0.0.1:0"}, "--webhook-listen needs --webhook-secret or BITBYBIT_WEBHOOK_SECRET"},
		"an empty address": {[]string{"--webhook-listen", ""}, "must be HOST:PORT"},
		"no port":          {[]string{"--webhook-listen", "127.0.0.1"}, "must be HOST:PORT"},
		"an empty secret":  {[]string{"--webhook-listen", "127.0.0.1:0", "--webhook-secret", ""}, "must name at least one"},
		"a check alone":    {[]string{"--checks", "webhook_sent"}, "the check webhook_sent needs --webhook-listen"},
		"taken":            {[]string{"--webhook-listen", taken.Addr().String(), "--webhook-secret", secret}, "--webhook-listen: listen tcp"},
		"a secret alone":   {[]string{"--webhook-secret", secret}, "--webhook-secret: needs a --webhook-listen"},
		"a wait alone":     {[]string{"--webhook-wait", "5s"}, "--webhook-wait: needs a --webhook-listen"},
		"a wait of no unit": {
			[]string{"--webhook-listen", "127.0.0.1:0", "--webhook-secret", secret, "--webhook-wait", "10"}, "must be a duration",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := program(t, key, append([]string{"--url", mock.URL, "--max-requests", "5"}, tc.args...)...)
			assert.Equal(t, exitUsage, code)
			assert.Contains(t, stderr, tc.want)
			assert.NotContains(t, stderr, secret)
		})
	}
}
