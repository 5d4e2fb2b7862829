package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// The mock's webhooks and other programs: what signs, what receives, and what says why a delivery does not verify.

// interop is the path of a program to compare with. Where it is missing the test is skipped, but with BITBYBIT_REQUIRE_INTEROP=1; also on
// Windows, where programs read and write other encodings and line ends.
func interop(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if (err != nil || runtime.GOOS == "windows") && os.Getenv("BITBYBIT_REQUIRE_INTEROP") != "1" {
		t.Skipf("there is no %s to compare with, or this is Windows", program)
	}
	require.NoError(t, err)
	return path
}

// telling is a running mock whose webhooks go to a receiver.
type telling struct {
	mocked
	control *gencontrol.ClientWithResponses
}

func tell(t *testing.T, receiver string) telling {
	t.Helper()
	p := start(t, "", "--addr", "127.0.0.1:0", "--rate-limit", "0", "--webhook", receiver, "--webhook-secret", webhookSecret)
	m := telling{mocked: mocked{origin: p.line(t)}}
	var err error
	m.control, err = gencontrol.NewClientWithResponses(m.origin + "/_mock/")
	require.NoError(t, err)
	return m
}

// latest is the delivery of the newest customer, once its first attempt was made.
func (m telling) latest(t *testing.T) (d gencontrol.WebhookDelivery, shown string) {
	t.Helper()
	deadline, ticker := time.After(patience), time.NewTicker(10*time.Millisecond)
	defer ticker.Stop()
	limit := 1
	for len(d.Attempts) == 0 {
		page, err := m.control.ListWebhookDeliveriesWithResponse(t.Context(), &gencontrol.ListWebhookDeliveriesParams{Limit: &limit})
		require.NoError(t, err)
		require.NotNil(t, page.JSON200, "%s", page.Body)
		require.Len(t, page.JSON200.Data, 1, "it is there as soon as the customer is")
		d = page.JSON200.Data[0]
		select {
		case <-ticker.C:
		case <-deadline:
			require.Fail(t, "nothing was sent")
		}
	}
	one, err := m.control.GetWebhookDeliveryWithResponse(t.Context(), d.ID, &gencontrol.GetWebhookDeliveryParams{})
	require.NoError(t, err)
	return d, string(one.Body)
}

// fault sets a fault that hits the next attempt.
func (m telling) fault(t *testing.T, kind gencontrol.WebhookFaultKind) {
	t.Helper()
	times := 1
	set, err := m.control.AddWebhookFaultWithResponse(t.Context(), &gencontrol.AddWebhookFaultParams{}, gencontrol.WebhookFaultInput{Kind: kind, Times: times})
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, set.StatusCode(), "%s", set.Body)
}

// awkward are names that programs print as JSON in ways of their own.
var awkward = []string{
	"Siti & Rahma <b>", "\u2028 and \u2029", "😀 日本 é e\u0301", "\u0000\u0001\b\t\n\f\r\u001f", "\u007f\u0080\u009f", `"quoted" \ 'back' /slash/`, "\ufeff\u202e\u200d", "${x} %s {{.}}", "\U0010ffff\ufffd", " ",
}

func awkwardCustomer(t *testing.T, name string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"email": "siti@example.com", "firstName": name, "tags": []string{}, "addresses": []any{map[string]any{"address1": name, "city": ""}}})
	require.NoError(t, err)
	return string(body)
}

// What openssl, Node.js and Python compute of a delivery is its signature.
func TestOthersSignAsTheMockDoes(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	m := tell(t, receiver.URL)
	type signed struct{ text, mac string }
	var deliveries []signed
	for _, name := range awkward {
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", awkwardCustomer(t, name)))
		d, _ := m.latest(t)
		parts := regexp.MustCompile(`^t=(\d+),v1=([0-9a-f]{64})$`).FindStringSubmatch(d.Attempts[0].Headers[gen.WebhookSignatureHeader][0])
		require.NotNil(t, parts)
		deliveries = append(deliveries, signed{parts[1] + "." + d.Payload, parts[2]})
	}
	for program, args := range map[string][]string{
		"openssl": {"dgst", "-sha256", "-hmac", webhookSecret},
		"node": {"-e", `process.stdout.write(require("crypto").createHmac("sha256", process.argv[1]).update(require("fs").readFileSync(0)).digest("hex"))`,
			webhookSecret},
		"python3": {"-c", "import hashlib, hmac, sys\nprint(hmac.new(sys.argv[1].encode(), sys.stdin.buffer.read(), hashlib.sha256).hexdigest())", webhookSecret},
	} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			path := interop(t, program)
			for _, d := range deliveries {
				command := exec.CommandContext(t.Context(), path, args...)
				command.Stdin = strings.NewReader(d.text)
				output, err := command.Output()
				require.NoError(t, err)
				fields := strings.Fields(string(output)) // openssl names its input first
				require.NotEmpty(t, fields)
				assert.Equal(t, fields[len(fields)-1], d.mac, "%q", d.text)
			}
		})
	}
}

// receiving starts a receiver of examples/webhook-receivers, and returns its URL and the lines that it prints.
func receiving(t *testing.T, program, file string) (url string, lines <-chan string) {
	t.Helper()
	path := interop(t, program)
	source, err := os.ReadFile(root + "examples/webhook-receivers/" + file)
	require.NoError(t, err)
	// The names are the contract's, wherever it is changed.
	text := string(source)
	for pattern, name := range map[string]string{
		`['"]x-[\w-]+-id['"]`: gen.WebhookIDHeader, `['"]x-[\w-]+-event['"]`: gen.WebhookEventHeader, `['"]x-[\w-]+-signature['"]`: gen.WebhookSignatureHeader, `['"]customer\.\w+['"]`: gen.WebhookEventCustomerCreated,
	} {
		require.Regexp(t, pattern, text)
		text = regexp.MustCompile(pattern).ReplaceAllLiteralString(text, "'"+strings.ToLower(name)+"'")
	}
	script := filepath.Join(t.TempDir(), file)
	require.NoError(t, os.WriteFile(script, []byte(text), 0o600))
	command := exec.CommandContext(t.Context(), path, script)
	command.Env = append(os.Environ(), "PORT=0", secretVariable+"="+webhookSecret)
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	printed := make(chan string, 100)
	go func() {
		defer close(printed)
		for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
			printed <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	return nextLine(t, printed), printed
}

func nextLine(t *testing.T, lines <-chan string) string {
	t.Helper()
	select {
	case line, ok := <-lines:
		require.True(t, ok, "the program ended")
		return line
	case <-time.After(patience):
		require.Fail(t, "nothing was printed")
		return ""
	}
}

// A receiver in Node.js takes each event as it comes, and what the vendor's sample computes, over the parsed body, is its signature too.
func TestNodeTakesTheMocksWebhooks(t *testing.T) {
	t.Parallel()
	url, lines := receiving(t, "node", "node.mjs")
	m := tell(t, url)
	for _, name := range awkward {
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", awkwardCustomer(t, name)))
		var got struct {
			ID       string
			Customer struct{ FirstName string }
			Sample   bool
		}
		require.NoError(t, json.Unmarshal([]byte(nextLine(t, lines)), &got))
		assert.Equal(t, name, got.Customer.FirstName)
		assert.True(t, got.Sample, "JSON.stringify of the parsed body is the body: %q", name)
		d, shown := m.latest(t)
		assert.Equal(t, d.Event, got.ID)
		assert.Equal(t, http.StatusOK, d.Attempts[0].Status)
		code, stdout, _ := verifying(t, shown)
		assert.Equal(t, 0, code, stdout)
		assert.NotContains(t, stdout, "JSON.stringify")
	}
	refuses(t, m)
	survivesReplays(t, url, lines)
}

// A receiver in Python does so too.
func TestPythonTakesTheMocksWebhooks(t *testing.T) {
	t.Parallel()
	url, lines := receiving(t, "python3", "receiver.py")
	m := tell(t, url)
	for _, name := range awkward {
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", awkwardCustomer(t, name)))
		var got struct {
			ID       string
			Customer struct{ FirstName string }
		}
		require.NoError(t, json.Unmarshal([]byte(nextLine(t, lines)), &got))
		assert.Equal(t, name, got.Customer.FirstName)
		d, _ := m.latest(t)
		assert.Equal(t, d.Event, got.ID)
		assert.Equal(t, http.StatusOK, d.Attempts[0].Status)
	}
	m.fault(t, gencontrol.DUPLICATE)
	require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
	nextLine(t, lines)
	refuses(t, m)
	survivesReplays(t, url, lines)
}

// refuses asserts that a receiver refuses what is not the vendor's, and takes the rest.
func refuses(t *testing.T, m telling) {
	t.Helper()
	for _, test := range []struct {
		kind   gencontrol.WebhookFaultKind
		status int
		answer string
	}{
		{gencontrol.WRONGSIGNATURE, http.StatusBadRequest, "the signature does not match"}, {gencontrol.SHORTSIGNATURE, http.StatusBadRequest, "the signature does not match"},
		{gencontrol.OLDTIMESTAMP, http.StatusBadRequest, "too old"}, {gencontrol.FUTURETIMESTAMP, http.StatusBadRequest, "in the future"},
		{gencontrol.TIMESTAMPMISMATCH, http.StatusBadRequest, "too old"}, {gencontrol.REFORMATTEDBODY, http.StatusBadRequest, "the signature does not match"},
		{gencontrol.OVERSIZEDBODY, http.StatusBadRequest, "too large"}, {gencontrol.TWOSIGNATURES, http.StatusOK, "handled"}, {gencontrol.UNKNOWNEVENT, http.StatusOK, "ignored"},
	} {
		m.fault(t, test.kind)
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
		d, _ := m.latest(t)
		assert.Equal(t, test.status, d.Attempts[0].Status, test.kind)
		assert.Contains(t, d.Attempts[0].Answer, test.answer, test.kind)
	}
}

// survivesReplays asserts that deliveries that were captured and are sent as what they are not, which their signatures allow, take no event away.
func survivesReplays(t *testing.T, url string, lines <-chan string) {
	t.Helper()
	for len(lines) > 0 {
		<-lines // of what the mock sent
	}
	captured, other := webhooktest.New(client.Customer{ID: "cust_a"}, webhookSecret), webhooktest.New(client.Customer{ID: "cust_b"}, webhookSecret)
	as := func(change func(*webhooktest.Delivery)) webhooktest.Delivery {
		d := captured
		change(&d)
		return d
	}
	for _, step := range []struct {
		name     string
		delivery webhooktest.Delivery
		status   int
		answer   string
	}{
		{"as another type", as(func(d *webhooktest.Delivery) { d.Type = "order.created" }), http.StatusOK, "ignored"},
		{"without an id", as(func(d *webhooktest.Delivery) { d.ID = "" }), http.StatusBadRequest, "the id is missing"},
		{"no customer", webhooktest.Delivery{Secrets: []string{webhookSecret}, ID: "evt_1", Type: captured.Type, Timestamp: captured.Timestamp, Payload: []byte("[]")}, http.StatusBadRequest, "no customer"},
		{"as another event", as(func(d *webhooktest.Delivery) { d.ID = other.ID }), http.StatusOK, "handled"},
		{"as what it is", captured, http.StatusOK, "a duplicate"},
		{"the other event", other, http.StatusOK, "handled"},
		{"again", other, http.StatusOK, "a duplicate"},
	} {
		answer, err := http.DefaultClient.Do(step.delivery.Request(url).WithContext(t.Context()))
		require.NoError(t, err, step.name)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err, step.name)
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, step.status, answer.StatusCode, "%s: %s", step.name, text)
		assert.Contains(t, string(text), step.answer, step.name)
	}
	for _, id := range []string{"cust_a", "cust_b"} {
		assert.Contains(t, nextLine(t, lines), `"`+id+`"`)
	}
	assert.Empty(t, lines)
}

// webhook verify says of each fault what it did.
func TestVerifyExplainsTheFaults(t *testing.T) {
	t.Parallel()
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	m := tell(t, receiver.URL)
	for _, test := range []struct {
		kind gencontrol.WebhookFaultKind
		code int
		want string
	}{
		{gencontrol.WRONGSIGNATURE, exitFailure, "Nothing that was tried gives it"},
		{gencontrol.SHORTSIGNATURE, exitFailure, "It is cut to its first 32 characters of 64."},
		{gencontrol.OLDTIMESTAMP, exitFailure, "The signature is right; a receiver refuses the delivery for its time."},
		{gencontrol.FUTURETIMESTAMP, exitFailure, "6 minutes after the attempt; a receiver refuses it then"},
		{gencontrol.TIMESTAMPMISMATCH, exitFailure, "only t is signed."},
		{gencontrol.REFORMATTEDBODY, exitFailure, "It is right for the body printed as JSON.stringify prints it, without white space"},
		{gencontrol.OVERSIZEDBODY, exitFailure, fmt.Sprintf("It has %d bytes; a payload has at most %d.", gen.WebhookMaxPayload+1, gen.WebhookMaxPayload)},
		{gencontrol.TWOSIGNATURES, 0, "It verifies."},
		{gencontrol.UNKNOWNEVENT, 0, "A receiver answers 2xx to what it does not know."},
	} {
		m.fault(t, test.kind)
		require.Equal(t, http.StatusCreated, m.send(t, "bbb_test_1", goodCustomer))
		_, shown := m.latest(t)
		code, stdout, stderr := verifying(t, shown)
		assert.Equal(t, test.code, code, "%s: %s", test.kind, stderr)
		assert.Contains(t, stdout, test.want, test.kind)
		assert.Contains(t, stdout, fmt.Sprintf(", sent with the fault %q of the mock, answered 200", test.kind))
	}
}
