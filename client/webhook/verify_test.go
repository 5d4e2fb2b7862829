package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// digest is what
//
//	printf '%s' '1700000000.{"id":"cust_1","email":"a&b@example.com"}' | openssl dgst -sha256 -hmac whsec_test
//
// prints.
const digest = "e252ddd3de8974e43c99957ea3794e37d6d5f4d3a7dd4ca227b633e24abb5825"

func TestSignatureIsOpensslsHMAC(t *testing.T) {
	t.Parallel()
	at := time.Unix(1700000000, 0)
	payload := []byte(`{"id":"cust_1","email":"a&b@example.com"}`)
	assert.Equal(t, "t=1700000000,v1="+digest, webhooktest.Sign(payload, at, "whsec_test"))
	r, err := webhook.New([]string{"whsec_test"}, clockAt(at))
	require.NoError(t, err)
	header := http.Header{}
	header.Set(gen.WebhookIDHeader, "evt_1")
	header.Set(gen.WebhookEventHeader, gen.WebhookEventCustomerCreated)
	header.Set(gen.WebhookTimestampHeader, "1700000000")
	header.Set(gen.WebhookSignatureHeader, "t=1700000000,v1="+digest)
	e, err := r.Verify(payload, header)
	require.NoError(t, err)
	assert.Equal(t, "evt_1", e.ID)
	assert.Equal(t, gen.WebhookEventCustomerCreated, e.Type)
	assert.Equal(t, at.UTC(), e.Timestamp)
	assert.Equal(t, "cust_1", e.Customer.ID)
	assert.Equal(t, "a&b@example.com", *e.Customer.Email)
	assert.Equal(t, payload, e.Payload)
}

// macOf is the v1 of a delivery that has one secret.
func macOf(d webhooktest.Delivery) string {
	_, mac, _ := strings.Cut(webhooktest.Sign(d.Payload, d.Timestamp, d.Secrets[0]), "v1=")
	return mac
}

// Each reason for which a delivery is refused has its own error, and what is said of it has no secret, no signature and nothing of the customer.
func TestRefused(t *testing.T) {
	t.Parallel()
	now := fmt.Sprint(sent.Unix())
	d := delivery()
	mac := macOf(d)
	signature := func(text string) func(http.Header) {
		return func(h http.Header) { h.Set(gen.WebhookSignatureHeader, text) }
	}
	header := func(name, value string) func(http.Header) { return func(h http.Header) { h.Set(name, value) } }
	missing := func(name string) func(http.Header) { return func(h http.Header) { h.Del(name) } }
	twice := func(name string) func(http.Header) { return func(h http.Header) { h.Add(name, h.Get(name)) } }
	old, future := with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(-tolerance - time.Second) }),
		with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(tolerance + time.Second) })
	payload := func(text string) webhooktest.Delivery {
		return with(d, func(d *webhooktest.Delivery) { d.Payload = []byte(text) })
	}
	for name, tc := range map[string]struct {
		delivery webhooktest.Delivery
		change   func(http.Header)
		want     error
		say      string
	}{
		"no id":                      {d, missing(gen.WebhookIDHeader), webhook.ErrMissingHeader, gen.WebhookIDHeader},
		"no event":                   {d, missing(gen.WebhookEventHeader), webhook.ErrMissingHeader, gen.WebhookEventHeader},
		"no timestamp":               {d, missing(gen.WebhookTimestampHeader), webhook.ErrMissingHeader, gen.WebhookTimestampHeader},
		"no signature":               {d, missing(gen.WebhookSignatureHeader), webhook.ErrMissingHeader, gen.WebhookSignatureHeader},
		"empty id":                   {d, header(gen.WebhookIDHeader, ""), webhook.ErrMissingHeader, gen.WebhookIDHeader},
		"empty event":                {d, header(gen.WebhookEventHeader, ""), webhook.ErrMissingHeader, gen.WebhookEventHeader},
		"empty signature":            {d, signature(""), webhook.ErrMissingHeader, gen.WebhookSignatureHeader},
		"header without a value":     {d, func(h http.Header) { h[http.CanonicalHeaderKey(gen.WebhookIDHeader)] = nil }, webhook.ErrMissingHeader, gen.WebhookIDHeader},
		"two ids":                    {d, twice(gen.WebhookIDHeader), webhook.ErrRepeatedHeader, gen.WebhookIDHeader + ", 2 times"},
		"two events":                 {d, twice(gen.WebhookEventHeader), webhook.ErrRepeatedHeader, gen.WebhookEventHeader},
		"two timestamps":             {d, twice(gen.WebhookTimestampHeader), webhook.ErrRepeatedHeader, gen.WebhookTimestampHeader},
		"two signatures":             {d, twice(gen.WebhookSignatureHeader), webhook.ErrRepeatedHeader, gen.WebhookSignatureHeader},
		"two signatures, two cases":  {d, func(h http.Header) { h[strings.ToLower(gen.WebhookSignatureHeader)] = []string{"t=1,v1=00"} }, webhook.ErrRepeatedHeader, ""},
		"empty timestamp":            {d, header(gen.WebhookTimestampHeader, ""), webhook.ErrMalformedTimestamp, gen.WebhookTimestampHeader},
		"timestamp is no number":     {d, header(gen.WebhookTimestampHeader, "2026-11-28T09:30:00Z"), webhook.ErrMalformedTimestamp, "seconds since 1970"},
		"timestamp is a fraction":    {d, header(gen.WebhookTimestampHeader, now+".5"), webhook.ErrMalformedTimestamp, ""},
		"timestamp is too long":      {d, header(gen.WebhookTimestampHeader, strings.Repeat("9", 100)), webhook.ErrMalformedTimestamp, ""},
		"t is no number":             {d, signature("t=now,v1=" + mac), webhook.ErrMalformedTimestamp, "got 3 bytes"},
		"t is empty":                 {d, signature("t=,v1=" + mac), webhook.ErrMalformedTimestamp, ""},
		"t has a sign":               {d, signature("t=+" + now + ",v1=" + mac), webhook.ErrMalformedTimestamp, ""},
		"t is negative":              {d, signature("t=-1,v1=" + mac), webhook.ErrMalformedTimestamp, ""},
		"t has a zero first":         {d, signature("t=0" + now + ",v1=" + mac), webhook.ErrMalformedTimestamp, ""},
		"t is too long":              {d, signature("t=" + strings.Repeat("9", 100) + ",v1=" + mac), webhook.ErrMalformedTimestamp, ""},
		"no t":                       {d, signature("v1=" + mac), webhook.ErrMalformedSignature, "t= once, got it 0 times"},
		"two t":                      {d, signature("t=" + now + ",t=" + now + ",v1=" + mac), webhook.ErrMalformedSignature, "got it 2 times"},
		"no v1":                      {d, signature("t=" + now), webhook.ErrMalformedSignature, "expected v1="},
		"only another scheme":        {d, signature("t=" + now + ",v2=" + mac + ",v0=" + mac), webhook.ErrMalformedSignature, "expected v1="},
		"short v1":                   {d, signature("t=" + now + ",v1=" + mac[:10]), webhook.ErrMalformedSignature, "64 hexadecimal digits"},
		"empty v1":                   {d, signature("t=" + now + ",v1="), webhook.ErrMalformedSignature, "64 hexadecimal digits"},
		"long v1":                    {d, signature("t=" + now + ",v1=" + mac + "00"), webhook.ErrMalformedSignature, "64 hexadecimal digits"},
		"v1 is no hex":               {d, signature("t=" + now + ",v1=" + strings.Repeat("g", 64)), webhook.ErrMalformedSignature, "64 hexadecimal digits"},
		"17 v1":                      {d, signature("t=" + now + strings.Repeat(",v1="+mac, 17)), webhook.ErrMalformedSignature, "at most 16 v1=, got 17"},
		"17 v1 of any length":        {d, signature("t=" + now + strings.Repeat(",v1=", 16) + ",v1=" + mac), webhook.ErrMalformedSignature, "at most 16"},
		"a header above its bound":   {d, signature("t=" + now + ",v1=" + mac + strings.Repeat(",", 4096)), webhook.ErrMalformedSignature, "at most 4096"},
		"a word":                     {d, signature("hello"), webhook.ErrMalformedSignature, ""},
		"schemes in capitals":        {d, signature("T=" + now + ",V1=" + mac), webhook.ErrMalformedSignature, ""},
		"the header is another time": {d, header(gen.WebhookTimestampHeader, fmt.Sprint(sent.Unix()+1)), webhook.ErrTimestampsDisagree, gen.WebhookTimestampHeader},
		"t is another time":          {d, signature("t=" + fmt.Sprint(sent.Unix()-1) + ",v1=" + mac), webhook.ErrTimestampsDisagree, gen.WebhookSignatureHeader},
		"another secret":             {delivery("another"), nil, webhook.ErrSignatureMismatch, "secret"},
		"the secret with a line end": {delivery(secret + "\n"), nil, webhook.ErrSignatureMismatch, "line end"},
		"another mac":                {d, signature("t=" + now + ",v1=" + strings.Repeat("0", 64)), webhook.ErrSignatureMismatch, ""},
		"another body":               {payload(`{"id":"cust_2"}`), signature("t=" + now + ",v1=" + mac), webhook.ErrSignatureMismatch, "reformat"},
		"too old":                    {old, nil, webhook.ErrTooOld, fmt.Sprintf("by %d s, expected at most %d", toleranceSeconds+1, toleranceSeconds)},
		"in the future":              {future, nil, webhook.ErrInFuture, fmt.Sprintf("by %d s, expected at most %d", toleranceSeconds+1, toleranceSeconds)},
		"the first second":           {with(d, func(d *webhooktest.Delivery) { d.Timestamp = time.Unix(0, 0) }), nil, webhook.ErrTooOld, ""},
		"the last second":            {with(d, func(d *webhooktest.Delivery) { d.Timestamp = time.Unix(1<<63-1, 0) }), nil, webhook.ErrInFuture, ""},
		"too large":                  {payload(`{"id":"` + strings.Repeat("x", gen.WebhookMaxPayload) + `"}`), nil, webhook.ErrTooLarge, fmt.Sprint("at most ", gen.WebhookMaxPayload)},
		"empty":                      {payload(""), nil, webhook.ErrPayload, "not JSON"},
		"not JSON":                   {payload("id=cust_1"), nil, webhook.ErrPayload, "not JSON, or more or less than one value, at byte 0"},
		"cut off":                    {payload(`{"id":"cust_1"`), nil, webhook.ErrPayload, "not JSON"},
		"two values":                 {payload(`{"id":"cust_1"}{}`), nil, webhook.ErrPayload, "not JSON"},
		"a list":                     {payload(`[{"id":"cust_1"}]`), nil, webhook.ErrPayload, "not an object"},
		"null":                       {payload(`null`), nil, webhook.ErrPayload, "no id"},
		"in an envelope":             {payload(`{"data":{"id":"cust_1"}}`), nil, webhook.ErrPayload, "no id"},
		"an id that is no text":      {payload(`{"id":1}`), nil, webhook.ErrPayload, "id has the wrong type"},
		"an empty id":                {payload(`{"id":""}`), nil, webhook.ErrPayload, "no id"},
		"two ids of a customer":      {payload(`{"id":"cust_1","id":"cust_2"}`), nil, webhook.ErrPayload, "more than once"},
		"an id in capitals":          {payload(`{"ID":"cust_1"}`), nil, webhook.ErrPayload, "another case"},
		"a time that is none":        {payload(`{"id":"cust_1","createdAt":"yesterday"}`), nil, webhook.ErrPayload, "RFC 3339"},
		"nested too deep":            {payload(strings.Repeat("[", 20_000)), nil, webhook.ErrPayload, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := tc.delivery.Request("/")
			if tc.change != nil {
				tc.change(request.Header)
			}
			_, err := receiver(t).Verify(tc.delivery.Payload, request.Header)
			require.ErrorIs(t, err, tc.want)
			assert.ErrorContains(t, err, tc.say)
			assert.Equal(t, http.StatusBadRequest, webhook.StatusCode(err))
			for _, private := range []string{secret, mac, "jane.doe", "cust_"} {
				assert.NotContains(t, err.Error(), private)
			}
			assert.Less(t, len(err.Error()), 300)

			_, fromRequest := receiver(t).Read(request)
			if name == "too large" { // its length is not known to Read
				assert.ErrorIs(t, fromRequest, tc.want)
			} else {
				assert.EqualError(t, fromRequest, err.Error(), "Read says what Verify says")
			}
		})
	}
}

// What is not documented, and does no harm, is accepted.
func TestAccepted(t *testing.T) {
	t.Parallel()
	now := fmt.Sprint(sent.Unix())
	d := delivery()
	mac := macOf(d)
	wrong := strings.Repeat("0", 64)
	at := func(shift time.Duration) webhooktest.Delivery {
		return with(d, func(d *webhooktest.Delivery) { d.Timestamp = sent.Add(shift) })
	}
	payload := func(text string) webhooktest.Delivery {
		return with(d, func(d *webhooktest.Delivery) { d.Payload = []byte(text) })
	}
	signature := func(text string) func(http.Header) {
		return func(h http.Header) { h.Set(gen.WebhookSignatureHeader, text) }
	}
	for name, tc := range map[string]struct {
		delivery webhooktest.Delivery
		change   func(http.Header)
	}{
		"as it is":                     {d, nil},
		"no User-Agent":                {d, func(h http.Header) { h.Del("User-Agent") }},
		"the User-Agents of proxies":   {d, func(h http.Header) { h["User-Agent"] = []string{"", "proxy/1"} }},
		"no Content-Type":              {d, func(h http.Header) { h.Del("Content-Type") }},
		"names in lower case":          {d, lowerCase},
		"the last second of tolerance": {at(-tolerance), nil},
		"the same in the future":       {at(tolerance), nil},
		"the right secret second":      {delivery("another", secret), nil},
		"the right secret first":       {delivery(secret, "another"), nil},
		"16 v1, the last is right":     {d, signature("t=" + now + strings.Repeat(",v1="+wrong, 15) + ",v1=" + mac)},
		"a short one beside it":        {d, signature("t=" + now + ",v1=00,v1=" + mac)},
		"unknown schemes":              {d, signature("v0=x,t=" + now + ",v2=" + wrong + ",word,,v1=" + mac + ",v3")},
		"v1 before t":                  {d, signature("v1=" + mac + ",t=" + now)},
		"spaces":                       {d, signature(" t=" + now + ", v1=" + mac + " ")},
		"capitals":                     {d, signature("t=" + now + ",v1=" + strings.ToUpper(mac))},
		"no properties but the id":     {payload(`{"id":"cust_1"}`), nil},
		"null for what is not there":   {payload(`{"id":"cust_1","imageUrl":null,"tags":null,"addresses":null,"createdAt":null}`), nil},
		"unknown properties":           {payload(`{"id":"cust_1","loyalty":{"id":1,"id":2},"":[]}`), nil},
		"space around it":              {payload(" {\"id\":\"cust_1\"}\n"), nil},
		"as large as it may be":        {payload(`{"id":"cust_1","x":"` + strings.Repeat("x", gen.WebhookMaxPayload-22) + `"}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := tc.delivery.Request("/")
			if tc.change != nil {
				tc.change(request.Header)
			}
			e, err := receiver(t).Verify(tc.delivery.Payload, request.Header)
			require.NoError(t, err)
			assert.Equal(t, "cust_1", e.Customer.ID)
			assert.Nil(t, e.Customer.ImageURL)
			assert.Empty(t, e.Customer.Tags)
			assert.Equal(t, tc.delivery.ID, e.ID)
			assert.Equal(t, tc.delivery.Timestamp, e.Timestamp)
			assert.Equal(t, tc.delivery.Payload, e.Payload)
			if name != "names in lower case" { // which a request never has
				fromRequest, err := receiver(t).Read(request)
				require.NoError(t, err)
				assert.Equal(t, e, fromRequest)
			}
		})
	}
}

func lowerCase(h http.Header) {
	for name, values := range h {
		delete(h, name)
		h[strings.ToLower(name)] = values
	}
}

// A receiver that knows the old secret and the new one takes deliveries of either, and no others.
func TestRotation(t *testing.T) {
	t.Parallel()
	r, err := webhook.New([]string{"old", "new"}, clockAt(sent))
	require.NoError(t, err)
	for _, secrets := range [][]string{{"old"}, {"new"}, {"old", "new"}, {"new", "old"}, {"other", "new"}} {
		d := delivery(secrets...)
		_, err := r.Verify(d.Payload, d.Header())
		assert.NoError(t, err, "%v", secrets)
	}
	for _, secrets := range [][]string{{"other"}, {"oldnew"}, {"old,new"}, {" old"}} {
		d := delivery(secrets...)
		_, err := r.Verify(d.Payload, d.Header())
		assert.ErrorIs(t, err, webhook.ErrSignatureMismatch, "%v", secrets)
	}
}

// An event of a type that is not known must verify, and its payload can be anything.
func TestUnknownType(t *testing.T) {
	t.Parallel()
	d := delivery()
	d.Type, d.Payload = "customer.deleted", []byte(`{"id":"cust_1"}`)
	e, err := receiver(t).Verify(d.Payload, d.Header())
	require.NoError(t, err)
	assert.Equal(t, "customer.deleted", e.Type)
	assert.Zero(t, e.Customer)
	assert.Equal(t, d.Payload, e.Payload)
	d.Secrets = []string{"another"}
	_, err = receiver(t).Verify(d.Payload, d.Header())
	assert.ErrorIs(t, err, webhook.ErrSignatureMismatch)
}

// What verified and cannot be read is there for whoever looks into it.
func TestUnreadablePayloadIsKept(t *testing.T) {
	t.Parallel()
	d := delivery()
	d.Payload = []byte(`{"id":1}`)
	e, err := receiver(t).Verify(d.Payload, d.Header())
	require.ErrorIs(t, err, webhook.ErrPayload)
	assert.Equal(t, d.ID, e.ID)
	assert.Equal(t, d.Payload, e.Payload)
	assert.Zero(t, e.Customer)
}

func TestNew(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		secrets []string
		options []webhook.Option
		say     string
	}{
		"no secret":    {nil, nil, "a signing secret is needed"},
		"an empty one": {[]string{"a", ""}, nil, "secret 2 of 2 is empty"},
		"nil":          {[]string{"a"}, []webhook.Option{nil}, "option 1 of 1 is nil"},
		"no clock":     {[]string{"a"}, []webhook.Option{webhook.WithClock(nil)}, "WithClock"},
		"no store":     {[]string{"a"}, []webhook.Option{webhook.WithStore(nil)}, "WithStore"},
		"no logger":    {[]string{"a"}, []webhook.Option{webhook.WithLogger(nil)}, "WithLogger"},
	} {
		_, err := webhook.New(tc.secrets, tc.options...)
		assert.ErrorContains(t, err, tc.say, name)
	}
	r, err := webhook.New([]string{secret})
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", r, r, r), secret, "a receiver that is printed shows no secret")
	now := webhooktest.New(jane(), secret) // the clock is the machine's
	e, err := r.Verify(now.Payload, now.Header())
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprint(e), "jane.doe", "nor does an event show the customer")
	assert.Contains(t, fmt.Sprint(e), e.ID)
}
