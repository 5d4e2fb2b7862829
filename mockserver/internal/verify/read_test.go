package verify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httputil"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/verify"
)

// onTheWire is a delivery as nc -l shows it.
func onTheWire(t *testing.T) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:8080/webhooks", strings.NewReader(body))
	require.NoError(t, err)
	r.Header = delivery(body, signed(secret, body)).Header
	dump, err := httputil.DumpRequestOut(r, true)
	require.NoError(t, err)
	return string(dump)
}

// shown is a delivery as the mock's control API shows it.
func shown(t *testing.T, payload string, size int, attempts ...http.Header) string {
	t.Helper()
	list := []any{}
	for _, header := range attempts {
		list = append(list, map[string]any{"headers": header, "status": 500})
	}
	text, err := json.MarshalIndent(map[string]any{"id": "delivery_1", "payload": payload, "payloadSize": size, "attempts": list}, "", " ")
	require.NoError(t, err)
	return string(text)
}

func TestReadTakesWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	wire := onTheWire(t)
	withLF := strings.ReplaceAll(wire, "\r\n", "\n")
	head, _, _ := strings.Cut(withLF, "\n\n")
	_, headers, _ := strings.Cut(head, "\n")
	withoutLength := regexp.MustCompile(`(?m)^Content-Length.*\n`).ReplaceAllString(withLF, "")
	verbose := "* Trying 127.0.0.1:8080...\n> " + strings.ReplaceAll(head, "\n", "\n> ") + "\n>\n"
	chunked := strings.Replace(wire, "Content-Length: "+fmt.Sprint(len(body)), "Transfer-Encoding: chunked", 1)
	chunked = strings.Replace(chunked, body, fmt.Sprintf("%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", 10, body[:10], len(body)-10, body[10:]), 1)
	sent := delivery(body, signed(secret, body)).Header

	for name, text := range map[string]string{
		"with CRLF": wire, "with LF": withLF, "headers with LF, the body as it came": withLF, "with a line break behind it": wire + "\n", "with CRLF behind it": wire + "\r\n",
		"without the first line": headers + "\n\n" + body, "after empty lines": "\n\r\n" + withLF, "after a byte order mark": "\ufeff" + withLF,
		"in small letters": strings.ToLower(headers) + "\n\n" + body, "of HTTP/2": ":method: POST\n:path: /webhooks\n" + headers + "\n\n" + body,
		"without Content-Length": withoutLength, "in chunks": chunked,
		"every line quoted":      "> " + strings.ReplaceAll(withLF, "\n", "\n> "),
		"of curl, with its body": verbose + "> " + body + "\n< HTTP/1.1 200 OK\n< Content-Length: 2\n<\nok",
		"of the mock":            shown(t, body, len(body), sent), "the last attempt": shown(t, body, len(body), delivery(body, "00").Header, sent),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := verify.Read([]byte(text), 0)
			require.NoError(t, err)
			assert.True(t, body == string(d.Body), "%q", d.Body)
			report := verify.Check(d, []string{secret}, now(time.Second))
			assert.True(t, report.Verifies(), "%s", report)
		})
	}

	faulty := strings.Replace(shown(t, "{}", 2, sent), `"status"`, `"fault":"REFORMATTED_BODY","body":`+string(mustJSON(t, body))+`,"status"`, 1)
	d, err := verify.Read([]byte(faulty), 0)
	require.NoError(t, err)
	assert.True(t, body == string(d.Body), "what was sent, not what would have been: %q", d.Body)
	assert.Contains(t, d.Attempt, `, sent with the fault "REFORMATTED_BODY" of the mock, answered 500`)

	d, err = verify.Read([]byte(verbose+"< HTTP/1.1 200 OK\n<\n{\"not\": \"the body\"}\n"), 0)
	require.NoError(t, err)
	assert.Nil(t, d.Body, "curl -v shows the answer's body, and not the one that was sent")
	assert.Equal(t, sent.Get(gen.WebhookSignatureHeader), d.Header.Get(gen.WebhookSignatureHeader))
}

func TestReadRemarksWhatIsOdd(t *testing.T) {
	t.Parallel()
	wire := onTheWire(t)
	for name, test := range map[string]struct{ text, want string }{
		"a line break": {wire + "\n", "A line break behind the 178 bytes of Content-Length was left out."},
		"cut":          {wire[:len(wire)-3], "Content-Length says 178 bytes, the body that was pasted has 175: it is not as it came."},
		"grown":        {wire + "more", "Content-Length says 178 bytes, the body that was pasted has 182: it is not as it came."},
	} {
		d, err := verify.Read([]byte(test.text), 0)
		require.NoError(t, err, name)
		assert.Equal(t, []string{test.want}, verify.Check(d, []string{secret}, now(0)).Notes[:1], name)
	}
}

func TestReadSaysWhatItCannotRead(t *testing.T) {
	t.Parallel()
	withLF := strings.ReplaceAll(onTheWire(t), "\r\n", "\n")
	for name, test := range map[string]struct{ text, want string }{
		"nothing":         {" \n", "is empty"},
		"too much":        {strings.Repeat("x", verify.MaxSize+1), "must be at most 1048576 bytes"},
		"a body":          {body, "has no headers, and is no delivery of GET /_mock/webhooks/deliveries/{id}: a body alone is given with --body"},
		"broken JSON":     {"{", "has no headers"},
		"a list":          {`{"data": [` + shown(t, body, len(body)) + `]}`, "was not sent yet"},
		"an empty list":   {`{"data": []}`, "has no headers"},
		"another list":    {`{"data": [{"id": "cust_1"}]}`, "has no headers"},
		"several":         {`{"data": [{"id": "delivery_2", "state": "FAILED"}, {"id": "delivery_1", "payload": "{}"}]}`, "this is the list; give one: delivery_2, delivery_1, as in curl -s http://127.0.0.1:4010/_mock/webhooks/deliveries/delivery_2 | bitbybit-mock webhook verify"},
		"never sent":      {`{"id": "delivery_1", "state": "SKIPPED", "reason": "fault_1 hit it: NEVER", "payload": "{}", "payloadSize": 2, "attempts": []}`, `was not sent and will not be: its state is "SKIPPED", its reason "fault_1 hit it: NEVER"; POST /_mock/webhooks/deliveries/delivery_1/redeliver sends it again`},
		"too large":       {`{"id": "delivery_1", "state": "TOO_LARGE", "reason": "the payload has 70000 bytes", "payloadSize": 70000, "attempts": []}`, `its reason "the payload has 70000 bytes"`},
		"not sent yet":    {shown(t, body, len(body)), "was not sent yet"},
		"in part":         {shown(t, body[:10], len(body), http.Header{}), "is not shown as it was sent: 10 bytes of it are shown, it had 178"},
		"a line first":    {"hello\n" + withLF, `line 1: must be a header, as in "Name: value"`},
		"no empty line":   {strings.Replace(withLF, "\n\n", "\n", 1), "must be a header"},
		"only a line":     {"POST / HTTP/1.1\n\n", "has no headers"},
		"two of curl":     {"> POST / HTTP/1.1\n> A: b\n>\n< HTTP/1.1 307\n> POST /2 HTTP/1.1\n> A: b\n>\n", "has 2 requests: paste one"},
		"no chunks":       {"Transfer-Encoding: chunked\n\n{}", "its body is not in chunks"},
		"UTF-16":          {"\xff\xfeP\x00O\x00", "is UTF-16: save it as it came, or as UTF-8"},
		"UTF-16, the big": {"\xfe\xff\x00P\x00O", "is UTF-16"},
	} {
		_, err := verify.Read([]byte(test.text), 0)
		assert.ErrorContains(t, err, test.want, name)
	}
	var d verify.Delivery
	assert.ErrorContains(t, d.AddHeader("no header"), `must be a header, as in "Name: value"`)
	assert.ErrorContains(t, d.AddHeader("in valid: x"), "must be a header")
	require.NoError(t, d.AddHeader("x-a:  b "))
	require.NoError(t, d.AddHeader("X-A: c"))
	assert.Equal(t, http.Header{"X-A": {"b", "c"}}, d.Header)
}

// Of the mock's history it is the attempt that was refused that people ask about, judged at its own time.
func TestAttemptsOfTheHistory(t *testing.T) {
	t.Parallel()
	right, wrong := delivery(body, signed(secret, body)).Header, delivery(body, signed("another", body)).Header
	type attempt map[string]any
	at := func(status int, header http.Header) attempt {
		return attempt{"time": now(400 * time.Millisecond), "status": status, "headers": header}
	}
	for name, test := range map[string]struct {
		attempts []attempt
		number   int
		title    string
		verifies bool
	}{
		"refused, then taken":  {[]attempt{at(400, wrong), at(200, right)}, 0, "Attempt 1 of 2 of delivery_1, answered 400 (--attempt takes another)", false},
		"the second is named":  {[]attempt{at(400, wrong), at(200, right)}, 2, "Attempt 2 of 2 of delivery_1, answered 200 (--attempt takes another)", true},
		"all taken":            {[]attempt{at(200, wrong), at(204, right)}, 0, "Attempt 2 of 2 of delivery_1, answered 204 (--attempt takes another)", true},
		"the last of two":      {[]attempt{at(400, right), at(0, wrong), at(200, right)}, 0, "Attempt 2 of 3 of delivery_1, not answered (--attempt takes another)", false},
		"a redirect is no 2xx": {[]attempt{at(302, right)}, 0, "Attempt 1 of 1 of delivery_1, answered 302", true},
	} {
		text, err := json.Marshal(map[string]any{"id": "delivery_1", "state": "DELIVERED", "payload": body, "payloadSize": len(body), "attempts": test.attempts})
		require.NoError(t, err)
		for _, text := range []string{string(text), `{"data":[` + string(text) + `]}`} {
			d, err := verify.Read([]byte(text), test.number)
			require.NoError(t, err, name)
			report := verify.Check(d, []string{secret}, time.Time{})
			assert.Equal(t, test.verifies, report.Verifies(), "%s: %s", name, report)
			first, _, _ := strings.Cut(report.String(), "\n")
			assert.Equal(t, test.title+", judged at 2023-11-14T22:13:20Z, when it was sent (--now takes another time).", first, name)
			assert.Contains(t, report.AboutTime, "at the time of the attempt")
			report = verify.Check(d, []string{secret}, now(time.Hour))
			assert.False(t, report.Time)
			assert.Contains(t, report.AboutTime, "1 hour ago; a receiver refuses it now")
			assert.Equal(t, test.title+", judged at 2023-11-14T23:13:20Z.", report.Attempt, name)
			_, err = verify.Read([]byte(text), len(test.attempts)+1)
			assert.ErrorContains(t, err, fmt.Sprintf("--attempt takes a number from 1 to %d, got %d", len(test.attempts), len(test.attempts)+1))
		}
	}
	text, err := json.Marshal(map[string]any{"payload": body, "payloadSize": len(body), "attempts": []attempt{at(400, right), at(200, right)}})
	require.NoError(t, err)
	for number, want := range map[int]func(assert.TestingT, any, any, ...any) bool{1: assert.Contains, 2: assert.NotContains} {
		d, err := verify.Read(text, number)
		require.NoError(t, err)
		report := verify.Check(d, []string{secret}, now(0))
		assert.True(t, report.Verifies(), "%s", report)
		want(t, report.String(), "The delivery is right, so the reason for the answer is in the receiver")
	}
	late := at(400, right)
	late["time"] = now(time.Hour)
	text, err = json.Marshal(map[string]any{"id": "\x1b[31m", "payload": body, "payloadSize": len(body), "attempts": []attempt{late}})
	require.NoError(t, err)
	d, err := verify.Read(text, 0)
	require.NoError(t, err)
	assert.Equal(t, "Attempt 1 of 1, answered 400", d.Attempt, "of an id that is none nothing is shown")
	report := verify.Check(d, []string{secret}, time.Time{})
	assert.Contains(t, report.AboutTime, "1 hour before the attempt; a receiver refuses it then")
	_, err = verify.Read([]byte(onTheWire(t)), 1)
	assert.ErrorContains(t, err, "--attempt is for its JSON alone")
}

// FuzzCheck looks for a text that ends the program, for a signature that is taken and is none, and for a report that tells what it must not.
func FuzzCheck(f *testing.F) {
	const key = "whsec_c2VjcmV0LXRoYXQtbm9ib2R5LXNheXM"
	header := fmt.Sprintf("%s: evt_1\n%s: customer.created\n%s: %d\n%s: t=%d,v1=", gen.WebhookIDHeader, gen.WebhookEventHeader, gen.WebhookTimestampHeader, sent, gen.WebhookSignatureHeader, sent)
	for _, text := range []string{
		"", "{", body, header + signed(key, body) + "\n\n" + body, header + signed(key, body) + "\r\n\r\n" + body + "\n", header + "00\n\n" + `"\ud800\u2028"`,
		"> POST / HTTP/1.1\n> A: b\n>\n", "Transfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n", `{"payload":"{}","payloadSize":2,"attempts":[{"headers":{"A":["b"]}}]}`,
		`{"data":[{"id":"delivery_1","state":"SKIPPED","reason":"\u001b","attempts":[]}]}`, header + strings.ToUpper(signed(key, body)) + "\n\n" + body,
		header + signed(key, `[1e400,-0,1.50]`) + "\n\n[1e400, -0, 1.50]", header + strings.Repeat("a", 64) + "\n\n" + `{"data": {"id": null, "id": "\/"}}`,
		strings.Replace(header, "t=", `"t=`, 1) + signed(key, body) + "\"\n\n" + body, strings.Replace(header, "t=", "''t=", 1) + signed(key, body) + "\n\n" + body,
		strings.Replace(header, "customer.created", key, 1) + "00\n\n" + body, gen.WebhookEventHeader + ": \xc2" + key[8:] + "\n\n",
		`{"payload":"{}","payloadSize":2,"attempts":[{"fault":"c2Vj\u0063mV0LXRoYXQtbm9ib2R5LXNheXM"}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := verify.Read(text, 0)
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		report := verify.Check(d, []string{key}, now(0))
		told := report.String()
		if !strings.Contains(fmt.Sprint(d.Header, d.Attempt), key[8:]) { // what was pasted is told; "c2" may come of how a character is written
			assert.NotContains(t, told, key[6:])
		}
		for line := range strings.Lines(told) {
			for _, c := range strings.TrimSuffix(line, "\n") {
				require.False(t, c < ' ' || c == 0x7f, "%q", line)
			}
		}
		if !report.Signature {
			return
		}
		signature := strings.Join(d.Header.Values(gen.WebhookSignatureHeader), ",")
		if unquoted := strings.Trim(signature, `"'`); len(unquoted) < len(signature)-1 { // a fault of the header: what is in the quotes may be right
			assert.False(t, report.Headers)
			signature = unquoted
		}
		for item := range strings.SplitSeq(signature, ",") {
			if when, ok := strings.CutPrefix(strings.TrimSpace(item), "t="); ok {
				assert.Contains(t, strings.ToLower(signature), "v1="+sign(key, when+"."+string(d.Body)))
				return
			}
		}
		require.Fail(t, "a signature without a time")
	})
}
