package verify_test

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/verify"
)

const (
	secret = "whsec_Zm9vYmFyYmF6cXV4"
	// body has what printers of JSON disagree on.
	body = `{"id":"cust_1","email":"a&b@example.com","firstName":"<Siti> \"é😀` + "\u2028" + `","imageUrl":null,"tags":[],"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"}`
	sent = 1_700_000_000
)

func sign(secret, message string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}

func signed(secret, body string) string { return sign(secret, fmt.Sprintf("%d.%s", sent, body)) }

// delivery is what the vendor would send, but for the body and what stands behind v1=.
func delivery(body, v1 string) verify.Delivery {
	header := http.Header{}
	header.Set(gen.WebhookIDHeader, "evt_1")
	header.Set(gen.WebhookEventHeader, gen.WebhookEventCustomerCreated)
	header.Set(gen.WebhookTimestampHeader, fmt.Sprint(sent))
	header.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=%d,v1=%s", sent, v1))
	return verify.Delivery{Header: header, Body: []byte(body)}
}

func now(after time.Duration) time.Time { return time.Unix(sent, 0).Add(after) }

func TestARightDeliveryVerifies(t *testing.T) {
	t.Parallel()
	right := signed(secret, body)
	for name, v1 := range map[string]string{
		"alone": right, "the second of two": signed("another", body) + ",v1=" + right, "the first of two": right + ",v1=" + signed("another", body),
		"beside another scheme": right + ",v0=abc", "beside a short one": "abc,v1=" + right, "beside a comma": right + ",",
	} {
		report := verify.Check(delivery(body, v1), []string{secret}, now(4*time.Second))
		assert.True(t, report.Verifies(), "%s: %s", name, report)
		assert.Contains(t, report.String(), "It verifies.\n")
		assert.Contains(t, report.AboutTime, "It was sent at 2023-11-14T22:13:20Z, 4 seconds ago; a receiver takes 5 minutes both ways.")
	}
	report := verify.Check(delivery(body, right), []string{"another", secret}, now(0))
	assert.True(t, report.Verifies())
	assert.Contains(t, report.AboutSignature[0], "with secret 2 of 2")
}

// What is right counts before what explains something that is wrong.
func TestTheRightSecretCountsFirst(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{{" " + secret, secret}, {"another", `"` + secret + `"`, secret}, {"x", secret}} {
		d := delivery(body, signed(secret, body)+",v0="+signed("x", body))
		assert.True(t, verify.Check(d, secrets, now(0)).Signature, "%q", secrets)
	}
}

func TestTheReasonIsTold(t *testing.T) {
	t.Parallel()
	var parsed any
	require.NoError(t, json.Unmarshal([]byte(body), &parsed))
	goBytes, err := json.Marshal(parsed)
	require.NoError(t, err)
	pretty, err := json.MarshalIndent(json.RawMessage(body), "", "  ")
	require.NoError(t, err)
	asString := string(mustJSON(t, body))
	latin1 := ""
	for _, b := range []byte(body) {
		latin1 += string(rune(b))
	}
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	require.NoError(t, err)
	digest, err := hex.DecodeString(signed(secret, body))
	require.NoError(t, err)
	right := signed(secret, body)

	for name, test := range map[string]struct {
		pasted, v1, secret string
		want               []string
	}{
		"a line break was added":   {body + "\n", right, secret, []string{"for the body without the white space at its end (178 bytes), and not for the 179 bytes"}},
		"CRLF was added":           {body + "\r\n", right, secret, []string{"without the white space at its end"}},
		"a line break was lost":    {body, signed(secret, body+"\n"), secret, []string{"with a line break (LF) at its end"}},
		"CRLF was lost":            {body, signed(secret, body+"\r\n"), secret, []string{"with a line break (CRLF) at its end"}},
		"LF became CRLF":           {strings.ReplaceAll(string(pretty), "\n", "\r\n"), signed(secret, string(pretty)), secret, []string{"with LF in the place of CRLF"}},
		"CRLF became LF":           {string(pretty), signed(secret, strings.ReplaceAll(string(pretty), "\n", "\r\n")), secret, []string{"with CRLF in the place of LF"}},
		"a byte order mark came":   {"\ufeff" + body, right, secret, []string{"without the byte order mark"}},
		"a byte order mark went":   {body, signed(secret, "\ufeff"+body), secret, []string{"with a byte order mark before it"}},
		"it was indented":          {string(pretty), right, secret, []string{"printed as JSON.stringify prints it, without white space"}},
		"it was not indented":      {body, signed(secret, string(pretty)), secret, []string{"indented by 2 spaces"}},
		"it came from Go":          {body, signed(secret, string(goBytes)), secret, []string{"printed as Go's encoding/json prints it, without white space, members sorted by name"}},
		"it was encoded once more": {asString, right, secret, []string{"taken out of the JSON string that it is"}},
		"it was escaped in a log":  {asString[1 : len(asString)-1], right, secret, []string{"with its JSON escapes undone"}},
		"a string was signed":      {body, signed(secret, asString), secret, []string{"as a JSON string, encoded once more"}},
		"it got an envelope":       {`{"data": ` + body + " }\n", right, secret, []string{`without {"data": …} around it`}},
		"the envelope was signed":  {body, signed(secret, `{"data":`+body+`}`), secret, []string{`in {"data": …}`}},
		"it was read as Latin-1":   {latin1, right, secret, []string{"with its UTF-8 not read as Latin-1"}},
		"null was left out":        {strings.Replace(body, `"imageUrl":null,`, "", 1), signed(secret, inContractOrder(t)), secret, []string{"in the order of the contract, null where one is missing"}},
		"members were sorted":      {string(goBytes), right, secret, []string{"members in the order of the contract"}},
		"the mock's were sorted": {
			`{"createdAt":"2026-11-23T08:30:00.000Z","email":"siti@example.com","id":"cust_1","tags":["a"],"updatedAt":"2026-11-23T08:30:00.000Z"}`,
			signed(secret, `{"email":"siti@example.com","id":"cust_1","tags":["a"],"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"}`),
			secret, []string{"printed as JSON.stringify prints it, without white space, members in the order of the mock"},
		},
		"the time is not signed": {body, sign(secret, body), secret, []string{"over the body alone, without the time"}},
		"no full stop":           {body, sign(secret, fmt.Sprint(sent)+body), secret, []string{"without a full stop"}},
		"Standard Webhooks":      {body, sign(secret, fmt.Sprintf("evt_1.%d.%s", sent, body)), secret, []string{"as Standard Webhooks has it"}},
		"white space in secret":  {body, right, " " + secret + "\n", []string{"another form of the secret: without the white space around it"}},
		"quotes in secret":       {body, right, `"` + secret + `"`, []string{"without the quotes around it"}},
		"quotes and white space": {body, right, "'" + secret + "'\n", []string{"without the quotes around it"}},
		"a line break in theirs": {body, signed(secret+"\n", body), secret, []string{"with a line break at its end"}},
		"without whsec_":         {body, signed(strings.TrimPrefix(secret, "whsec_"), body), secret, []string{"the secret: without whsec_."}},
		"with whsec_":            {body, right, strings.TrimPrefix(secret, "whsec_"), []string{"with whsec_ before it"}},
		"base64, without whsec_": {body, signed(string(key), body), secret, []string{"without whsec_, decoded from base64"}},
		"base64":                 {body, signed("foo>>?", body), "Zm9vPj4/", []string{"decoded from base64"}},
		"base64 of URLs":         {body, signed("foo>>?", body), "Zm9vPj4_", []string{"decoded from base64"}},
		"hexadecimal":            {body, signed("\xde\xad\xbe\xef", body), "deadbeef", []string{"decoded from hexadecimal"}},
		"two secrets in one":     {body, right, "another," + secret, []string{"one of those in it that commas separate"}},
		"in base64":              {body, base64.StdEncoding.EncodeToString(digest), secret, []string{"in base64 instead of hexadecimal"}},
		"in base64 of URLs":      {body, base64.RawURLEncoding.EncodeToString(digest), secret, []string{"in base64"}},
		"half a signature":       {body, right[:32], secret, []string{"cut to its first 32 characters of 64"}},
		"an odd part of it":      {body, right[:33], secret, []string{"cut to its first 33 characters of 64"}},
		"in quotes":              {body, `"` + right + `"`, secret, []string{"It is in quotes."}},
		"a blank before it":      {body, " " + right, secret, []string{"It is with white space around it."}},
		"another scheme":         {body, ",v0=" + right, secret, []string{"under another name than v1="}},
		"two things at once":     {body + "\n", strings.ToUpper(sign(secret, body)), secret + " ", []string{"white space around it", "body alone", "at its end", "in capitals"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := verify.Check(delivery(test.pasted, test.v1), []string{test.secret}, now(0))
			assert.False(t, report.Verifies())
			assert.False(t, report.Signature)
			assert.True(t, report.Time)
			for _, want := range test.want {
				assert.Contains(t, report.String(), want)
			}
			assert.NotContains(t, report.String(), "Nothing that was tried")
			assert.NotContains(t, report.String(), "Zm9v", "the secret")
			assert.NotContains(t, report.String(), "example.com", "the body")
		})
	}
}

// inContractOrder is body with every member that the contract knows, in its order.
func inContractOrder(t *testing.T) string {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(body), &members))
	names := slices.Collect(maps.Keys(spec.Document().Components.Schemas["Customer"].Value.Properties))
	line := func(name string) int { return spec.Line("/components/schemas/Customer/properties/" + name) }
	slices.SortFunc(names, func(a, b string) int { return line(a) - line(b) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%q:%s", name, cmp.Or(string(members[name]), "null"))
	}
	return "{" + strings.Join(names, ",") + "}"
}

func mustJSON(t *testing.T, text string) []byte {
	t.Helper()
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	require.NoError(t, encoder.Encode(text))
	return []byte(strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), `\u2028`, "\u2028"))
}

// What nothing explains is not explained.
func TestNothingIsGuessed(t *testing.T) {
	t.Parallel()
	right := signed(secret, body)
	for name, test := range map[string]struct{ pasted, v1 string }{
		"another secret":          {body, signed("another", body)},
		"another body":            {strings.Replace(body, "Siti", "Sita", 1), right},
		"another body and a line": {strings.Replace(body, "Siti", "Sita", 1) + "\n", right},
		"the end of a signature":  {body, right[32:]},
		"some of it is wrong":     {body, right[:40] + strings.Repeat("0", 24)},
		"no JSON":                 {"hello", right},
	} {
		report := verify.Check(delivery(test.pasted, test.v1), []string{secret}, now(0))
		assert.False(t, report.Signature, name)
		assert.Contains(t, report.AboutSignature[len(report.AboutSignature)-2], "Nothing that was tried gives it, in ", name)
		assert.Contains(t, report.String(), "So the secret is another one, or the body was changed in a way that is none of these.", name)
	}
	for _, v1 := range []string{"", "abc", right[:12], "no signature at all", right + right} {
		report := verify.Check(delivery(body, v1), []string{secret}, now(0))
		assert.False(t, report.Signature)
		assert.Contains(t, report.String(), fmt.Sprintf("v1= has %d characters, expected 64 hexadecimal digits.", len(v1)))
		assert.Contains(t, report.String(), "can be one: expected t=<seconds>,v1=<64 hexadecimal digits>.")
	}
}

func TestTimeIsJudgedApart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		after time.Duration
		right bool
		want  string
	}{
		{0, true, "Z, now; "}, {gen.WebhookTolerance, true, "5 minutes ago"}, {-gen.WebhookTolerance, true, "5 minutes in the future"},
		{gen.WebhookTolerance + time.Second, false, "5 minutes 1 second ago; a receiver refuses it now, since it takes 5 minutes both ways."},
		{-gen.WebhookTolerance - time.Second, false, "5 minutes 1 second in the future; a receiver refuses it now"},
		{49 * time.Hour, false, "2 days 1 hour ago"}, {48*time.Hour + time.Minute, false, "2 days ago"}, {time.Hour + time.Second, false, "1 hour ago"},
	} {
		report := verify.Check(delivery(body, signed(secret, body)), []string{secret}, now(test.after))
		assert.True(t, report.Signature)
		assert.Equal(t, test.right, report.Time, "%s", test.after)
		assert.Equal(t, test.right, report.Verifies())
		assert.Contains(t, report.AboutTime, test.want)
		assert.Equal(t, !test.right, strings.HasPrefix(report.String(), "The signature is right; a receiver refuses the delivery for its time.\n"))
	}
}

func TestTimesThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":              "There is no time in the signature.",
		"soon":          `t must be whole seconds since 1970, got "soon".`,
		"-5":            `got "-5"`,
		"01700000000":   `got "01700000000"`,
		"1.7e9":         `got "1.7e9"`,
		" 1700000000":   `got " 1700000000"`,
		"\u202e\x1b[31": `got "\u202e\x1b[31"`,
		"1700000000000": "t=1700000000000 is beyond the year 2200. Read as milliseconds it is 2023-11-14T22:13:20Z; it must be seconds.",
		"18446744073709551616000000000000000000000000000000000000000000": `got "1844674407370955161600000000000000000000…"`,
		"0": "It was sent at 1970-01-01T00:00:00Z, 19675 days 22 hours ago",
	} {
		d := delivery(body, "")
		d.Header.Set(gen.WebhookSignatureHeader, "t="+text+",v1="+sign(secret, text+"."+body))
		d.Header.Set(gen.WebhookTimestampHeader, text)
		report := verify.Check(d, []string{secret}, now(0))
		assert.False(t, report.Time)
		assert.Equal(t, text != "", report.Signature, "the signature is what it should be, whatever the time says: %s", report)
		assert.Contains(t, report.AboutTime, want)
	}
}

func TestHeadersAreJudged(t *testing.T) {
	t.Parallel()
	right := signed(secret, body)
	for name, test := range map[string]struct {
		change    func(http.Header)
		signature bool
		want      string
	}{
		"no id":              {func(h http.Header) { h.Del(gen.WebhookIDHeader) }, true, gen.WebhookIDHeader + " is missing."},
		"no event":           {func(h http.Header) { h.Del(gen.WebhookEventHeader) }, true, gen.WebhookEventHeader + " is missing."},
		"no timestamp":       {func(h http.Header) { h.Del(gen.WebhookTimestampHeader) }, true, gen.WebhookTimestampHeader + " is missing."},
		"no signature":       {func(h http.Header) { h.Del(gen.WebhookSignatureHeader) }, false, "There is none: " + gen.WebhookSignatureHeader + " is missing."},
		"an empty signature": {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, "") }, false, gen.WebhookSignatureHeader + " is empty."},
		"two ids":            {func(h http.Header) { h.Add(gen.WebhookIDHeader, "evt_2") }, true, gen.WebhookIDHeader + " is there 2 times, expected once"},
		"two signatures":     {func(h http.Header) { h.Add(gen.WebhookSignatureHeader, "v1=00") }, true, gen.WebhookSignatureHeader + " is there 2 times"},
		"two times":          {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=%d,t=1,v1=%s", sent, right)) }, true, "it has t= 2 times."},
		"the second of two": {func(h http.Header) {
			h.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=1,t=%d,v1=%s", sent, right))
			h.Set(gen.WebhookTimestampHeader, "1")
		}, false, "another time of those"},
		"no time":              {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, "v1="+right) }, false, "it has no t=."},
		"in quotes, all of it": {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, `"`+h.Get(gen.WebhookSignatureHeader)+`"`) }, true, "it is in quotes."},
		"too many signatures": {func(h http.Header) {
			h.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=%d%s,v1=%s", sent, strings.Repeat(",v1=zz", 16), right))
		}, true, "it has v1= 17 times, of which receivers may look at the first 16 alone, or refuse it."},
		"a long signature": {func(h http.Header) {
			h.Set(gen.WebhookSignatureHeader, h.Get(gen.WebhookSignatureHeader)+",v0="+strings.Repeat("a", 5000))
		}, true, "of which receivers may take 4096 at most."},
		"no scheme":            {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, right) }, false, "It is without v1= before it."},
		"sha256":               {func(h http.Header) { h.Set(gen.WebhookSignatureHeader, "sha256="+right) }, false, "it has no v1=."},
		"disagreement":         {func(h http.Header) { h.Set(gen.WebhookTimestampHeader, "1700000001") }, true, `says "1700000001" and the signature t="1700000000": only t is signed.`},
		"a timestamp in words": {func(h http.Header) { h.Set(gen.WebhookTimestampHeader, "now") }, true, gen.WebhookTimestampHeader + ` must be whole seconds since 1970, got "now".`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := delivery(body, right)
			test.change(d.Header)
			report := verify.Check(d, []string{secret}, now(0))
			assert.False(t, report.Headers)
			assert.False(t, report.Verifies())
			assert.Equal(t, test.signature, report.Signature)
			assert.Contains(t, report.String(), test.want)
		})
	}
	d := delivery(body, "")
	d.Header.Set(gen.WebhookTimestampHeader, "5")
	d.Header.Set(gen.WebhookSignatureHeader, fmt.Sprintf("t=%d,v1=%s", sent, sign(secret, "5."+body)))
	assert.Contains(t, verify.Check(d, []string{secret}, now(0)).String(), "It was made over the time of "+gen.WebhookTimestampHeader+" in the place of t.")
}

func TestNotes(t *testing.T) {
	t.Parallel()
	d := delivery(body, signed(secret, body))
	d.Header.Set(gen.WebhookEventHeader, "customer.\x1bdeleted")
	assert.Contains(t, verify.Check(d, []string{secret}, now(0)).Notes, `The event is "customer.\x1bdeleted"; this contract covers `+gen.WebhookEventCustomerCreated+
		" alone. A receiver answers 2xx to what it does not know.")
	const stringify = "JSON.stringify of the parsed body gives other bytes: a receiver that signs those, as the vendor's Node sample does, refuses it."
	for _, text := range []string{`{"id":"\u0026"}`, body + "\n", `{"id":"b","1":2}`, `{"id":"a","n":1,"n":1}`, `{"id":"a","n":1.0}`} {
		report := verify.Check(delivery(text, signed(secret, text)), []string{secret}, now(0))
		assert.True(t, report.Verifies())
		assert.Contains(t, report.Notes, stringify)
	}
	assert.NotContains(t, verify.Check(delivery(body, signed(secret, body)), []string{secret}, now(0)).Notes, stringify)
}

// Hexadecimal digits mean the same in capitals: receivers that compare bytes take them.
func TestCapitalsVerify(t *testing.T) {
	t.Parallel()
	right := signed(secret, body)
	report := verify.Check(delivery(body, strings.ToUpper(right)), []string{secret}, now(0))
	assert.True(t, report.Verifies(), "%s", report)
	const note = "The signature is in capitals: a receiver that compares bytes takes it, one that compares texts refuses it."
	assert.Contains(t, report.Notes, note)
	assert.NotContains(t, verify.Check(delivery(body, right), []string{secret}, now(0)).Notes, note)
}

func TestTheBodyIsJudged(t *testing.T) {
	t.Parallel()
	large := `{"id":"` + strings.Repeat("x", gen.WebhookMaxPayload) + `"}`
	for text, want := range map[string]string{
		"hello": "It is not JSON.", body + body: "It is not JSON.", "[]": "It is no customer: it must be an object with an id.", `{"id":1}`: "It is no customer", `{"id":""}`: "It is no customer",
		large: fmt.Sprintf("It has %d bytes; a payload has at most %d.", len(large), gen.WebhookMaxPayload),
	} {
		d := delivery(text, signed(secret, text))
		report := verify.Check(d, []string{secret}, now(0))
		assert.True(t, report.Signature)
		assert.False(t, report.Body)
		assert.False(t, report.Verifies())
		assert.Contains(t, strings.Join(report.AboutBody, "\n"), want)
		assert.Contains(t, report.String(), "The signature is right; a receiver refuses the delivery for its body.")
	}
	for _, text := range []string{"[]", "hello"} {
		d := delivery(text, signed(secret, text))
		d.Header.Set(gen.WebhookEventHeader, "order.created")
		report := verify.Check(d, []string{secret}, now(0))
		assert.True(t, report.Verifies(), "of another event nothing is known")
		assert.Equal(t, text == "hello", slices.Contains(report.Notes, "The body is not JSON."))
	}
}

// The largest bodies, and those that grow when they are indented, end in time that is bounded by what is hashed.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"letters": strings.Repeat("x", verify.MaxSize), "a string": `"` + strings.Repeat("é", 100_000) + `"`,
		"deep": strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "deeper": strings.Repeat("[", 100_000),
		"members": "{" + strings.Repeat(`"a":1,`, 40_000) + `"b":1}`, "escapes": strings.Repeat(`\"`, 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := verify.Check(delivery(text, signed("another", text)), []string{secret}, now(0))
			assert.Contains(t, report.String(), "Nothing that was tried gives it")
		})
	}
	many := delivery(body, strings.TrimSuffix(strings.Repeat(signed("another", body)+",v1=", 10_000), ",v1="))
	report := verify.Check(many, []string{secret}, now(0)).String()
	assert.Contains(t, report, "There are more than 16 of them")
	assert.NotContains(t, report, "the secret is another one")
}
