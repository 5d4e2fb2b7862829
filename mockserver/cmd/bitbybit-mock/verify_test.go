package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

const (
	webhookSecret = "whsec_bm9ib2R5IGd1ZXNzZXMgdGhpcw"
	webhookBody   = `{"id":"cust_1","email":"jsmith@example.com","firstName":"Siti & co"}`
	webhookTime   = "1700000000"
)

// signature is what openssl dgst -sha256 -hmac prints.
func signature(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}

// webhookHeaders are the headers of a delivery of webhookBody.
func webhookHeaders() []string {
	return []string{
		gen.WebhookIDHeader + ": evt_1", gen.WebhookEventHeader + ": " + gen.WebhookEventCustomerCreated, gen.WebhookTimestampHeader + ": " + webhookTime,
		gen.WebhookSignatureHeader + ": t=" + webhookTime + ",v1=" + signature(webhookSecret, webhookTime+"."+webhookBody),
	}
}

// verifying runs webhook verify with the secret in the environment, and asserts that nothing is shown that must not be.
func verifying(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log buffer
	p := &program{stdin: strings.NewReader(stdin), stdout: &out, stderr: &log, environ: []string{secretVariable + "=" + webhookSecret}}
	code = p.run(t.Context(), append([]string{"webhook", "verify"}, args...))
	assert.NotContains(t, out.String()+log.String(), webhookSecret[6:])
	assert.NotContains(t, out.String()+log.String(), "jsmith")
	return code, out.String(), log.String()
}

func TestVerifyReadsADelivery(t *testing.T) {
	t.Parallel()
	request := "POST /webhooks HTTP/1.1\r\n" + strings.Join(webhookHeaders(), "\r\n") + "\r\n\r\n" + webhookBody
	folder := t.TempDir()
	file, body := filepath.Join(folder, "delivery.txt"), filepath.Join(folder, "body.json")
	headers := filepath.Join(folder, "curl.txt")
	require.NoError(t, os.WriteFile(file, []byte(request), 0o600))
	require.NoError(t, os.WriteFile(body, []byte(webhookBody), 0o600))
	require.NoError(t, os.WriteFile(headers, []byte("> POST /webhooks HTTP/1.1\n> "+strings.Join(webhookHeaders(), "\n> ")+"\n>\n< HTTP/1.1 200 OK\n"), 0o600))
	var flags []string
	for _, header := range webhookHeaders() {
		flags = append(flags, "--header", header)
	}
	for name, test := range map[string]struct {
		stdin string
		args  []string
	}{
		"from standard input": {request, nil}, "named as one": {request, []string{"-"}}, "from a file": {"", []string{file}},
		"from flags": {"", append(flags, "--body", body)}, "a body from standard input": {webhookBody, append(flags, "--body", "-")},
		"headers from curl, with the body": {"", []string{"--body", body, headers}},
	} {
		code, stdout, stderr := verifying(t, test.stdin, append([]string{"--now", "2023-11-14T22:13:24Z"}, test.args...)...)
		assert.Equal(t, 0, code, name)
		assert.Empty(t, stderr, name)
		assert.Contains(t, stdout, "It verifies.\n", name)
		assert.Contains(t, stdout, "4 seconds ago", name)
	}

	code, stdout, stderr := verifying(t, request)
	assert.Equal(t, exitFailure, code, "an old one")
	assert.Empty(t, stderr, "the report says it all")
	assert.Contains(t, stdout, "The signature is right; a receiver refuses the delivery for its time.")

	code, stdout, _ = verifying(t, request+"\n", "--now", webhookTime, "--webhook-secret", "another")
	assert.Equal(t, exitFailure, code, "a flag counts before the variable")
	assert.Contains(t, stdout, "So the secret is another one, or the body was changed")

	code, stdout, _ = verifying(t, request, "--now", webhookTime, "--webhook-secret", "another", "--webhook-secret", webhookSecret+" ", "--webhook-secret", webhookSecret)
	assert.Equal(t, 0, code)
	assert.Contains(t, stdout, "with secret 3 of 3")
}

func TestVerifySaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	large := filepath.Join(folder, "large")
	require.NoError(t, os.WriteFile(large, make([]byte, 1<<20+1), 0o600))
	request := strings.Join(webhookHeaders(), "\n") + "\n\n" + webhookBody
	isFolder := syscall.EISDIR.Error()
	if runtime.GOOS == "windows" { // which calls it an incorrect function
		isFolder = folder + ": "
	}
	for name, test := range map[string]struct {
		stdin string
		args  []string
		want  string
	}{
		"nothing":         {"", nil, "standard input is empty: paste a request"},
		"no file":         {"", []string{filepath.Join(folder, "none")}, "none: " + syscall.ENOENT.Error()},
		"a folder":        {"", []string{folder}, isFolder},
		"two files":       {"", []string{"a", "b"}, `takes one file, got ["a" "b"]`},
		"a large file":    {"", []string{large}, "has more than 1048576 bytes"},
		"a large body":    {"", []string{"--body", large}, "--body: " + large + " has more than"},
		"no body":         {strings.Join(webhookHeaders(), "\n") + "\n\n", nil, "the delivery has no body; curl -v does not show what was sent. Give it with --body FILE"},
		"two bodies":      {request, []string{"--body", large, "-"}, "--body: the delivery has a body already"},
		"a header":        {request, []string{"--header", "hello"}, `--header: must be a header, as in "Name: value"`},
		"an empty header": {request, []string{"--header", ""}, "must not be empty"},
		"attempt 0":       {request, []string{"--attempt", "0"}, "--attempt: must be the number of an attempt, counted from 1"},
		"an attempt":      {request, []string{"--attempt", "1"}, "--attempt is for its JSON alone"},
		"attempt of body": {"", []string{"--attempt", "1", "--body", large}, "--attempt: is for the JSON of the mock's history alone"},
		"no time at all":  {request, []string{"--now", "9223372036854775807"}, "of the years 1970 to 2200"},
		"a time":          {request, []string{"--now", "noon"}, "must be a time as in 2023-11-14T22:13:20Z, or in seconds since 1970"},
		"eleven secrets":  {request, strings.Fields(strings.Repeat("--webhook-secret x ", gen.WebhookMaxEndpoints+1)), fmt.Sprintf("at most %d times", gen.WebhookMaxEndpoints)},
		"a flag":          {request, []string{"--webhook-secrets", "x"}, "not defined: --webhook-secrets; did you mean --webhook-secret?"},
	} {
		code, stdout, stderr := verifying(t, test.stdin, test.args...)
		assert.Equal(t, exitUsage, code, name)
		assert.Empty(t, stdout, name)
		assert.Contains(t, stderr, test.want, name)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), name)
	}
	for args, want := range map[string]string{
		"webhook": "must be followed by verify", "webhook verfy": `there is no command "verfy"; did you mean verify?`, "webhook verify " + large: "has more than",
	} {
		code, _, stderr := call(t, nil, strings.Fields(args)...)
		assert.Equal(t, exitUsage, code)
		assert.Contains(t, stderr, want)
	}
	small := filepath.Join(folder, "small")
	require.NoError(t, os.WriteFile(small, []byte(request), 0o600))
	_, _, stderr := call(t, nil, "webhook", "verify", small)
	assert.Contains(t, stderr, "needs the secret of the endpoint in BITBYBIT_WEBHOOK_SECRET")
}
