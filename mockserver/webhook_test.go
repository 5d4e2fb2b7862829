package mockserver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	receive "github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	secret   = "whsec_1234567890abcdef"
	patience = 10 * time.Second
)

// arrived is a webhook that a receiver got.
type arrived struct {
	header http.Header
	body   []byte
}

// receiver is a server that webhooks are sent to.
type receiver struct {
	url string
	got chan arrived
}

// listen starts a receiver. It answers each request with the next of the statuses, and with 200 where there are none left.
func listen(t testing.TB, statuses ...int) *receiver {
	t.Helper()
	next := make(chan int, len(statuses))
	for _, status := range statuses {
		next <- status
	}
	r := &receiver{got: make(chan arrived, 1_000)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		assert.NoError(t, err)
		select {
		case status := <-next:
			w.WriteHeader(status)
		default:
		}
		r.got <- arrived{request.Header, body}
	}))
	t.Cleanup(server.Close)
	r.url = server.URL + "/webhooks"
	return r
}

// next is the next webhook that arrives.
func (r *receiver) next(t testing.TB) arrived {
	t.Helper()
	select {
	case got := <-r.got:
		return got
	case <-time.After(patience):
		require.Fail(t, "no webhook came")
		return arrived{}
	}
}

func addWebhook(t testing.TB, mock *mockserver.Running, endpoint webhook.Endpoint) webhook.Endpoint {
	t.Helper()
	added, err := mock.AddWebhook(endpoint)
	require.NoError(t, err)
	return added
}

func addWebhookFault(t testing.TB, mock *mockserver.Running, f webhook.Fault) webhook.Fault {
	t.Helper()
	set, err := mock.AddWebhookFault(f)
	require.NoError(t, err)
	return set
}

// settled waits until no delivery is on its way, and gives all of them, the newest first.
func settled(t testing.TB, mock *mockserver.Running) []webhook.Delivery {
	t.Helper()
	require.Eventually(t, func() bool {
		return len(mock.Deliveries(webhook.Filter{State: webhook.Pending})) == 0
	}, patience, time.Millisecond)
	return mock.Deliveries(webhook.Filter{})
}

// What is stored is told, with the customer as it was answered, also where the answer is lost.
func TestWhatIsStoredIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults []fault.Fault
		header []string
		body   string
		stored bool
	}{
		"created":              {nil, nil, vendorsBody, true},
		"the answer lost":      {[]fault.Fault{{Connection: fault.Reset, Store: true}}, nil, valid, true},
		"a proxy's answer":     {[]fault.Fault{{Status: 502, Store: true}}, nil, valid, true},
		"lost before":          {[]fault.Fault{{Connection: fault.Reset}}, nil, valid, false},
		"an error before":      {[]fault.Fault{{Status: 503}}, nil, valid, false},
		"asked for by Prefer":  {nil, []string{"Prefer", "code=201"}, valid, false},
		"a magic value":        {nil, nil, `{"email":"` + mockserver.Triggers()[0].Email + `"}`, false},
		"a body that is wrong": {nil, nil, `{"email":"plain"}`, false},
		"a key that is none":   {nil, []string{keyHeader, "none"}, valid, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := listen(t)
			mock := mockserver.Start(t, mockserver.WithWebhook(to.url, secret))
			for _, f := range test.faults {
				add(t, mock, f)
			}
			got, _ := try(t, mock, test.body, test.header...)
			deliveries := settled(t, mock)
			if !test.stored {
				assert.Empty(t, deliveries)
				assert.Empty(t, to.got)
				return
			}
			require.Len(t, deliveries, 1, "it is there before the answer leaves")
			came := to.next(t)
			stored := mock.Customers(mock.Key)
			require.Len(t, stored, 1)
			assert.Equal(t, stored[0].ID, deliveries[0].Customer)
			assert.Equal(t, webhook.Delivered, deliveries[0].State)
			assert.Equal(t, string(came.body), string(deliveries[0].Payload))
			if got.status == http.StatusCreated {
				var answered struct{ Data json.RawMessage }
				require.NoError(t, json.Unmarshal([]byte(got.body), &answered))
				assert.JSONEq(t, string(answered.Data), string(came.body))
			}
			verifier, err := receive.New([]string{secret}, receive.WithClock(mock.Now))
			require.NoError(t, err)
			event, err := verifier.Verify(came.body, came.header)
			require.NoError(t, err)
			assert.Equal(t, stored[0].ID, event.Customer.ID)
			assert.Equal(t, deliveries[0].EventID, event.ID)
		})
	}
}

// A seed is nothing that the API created; a request that is sent again creates.
func TestSeedsAreNotToldAndResentRequestsAre(t *testing.T) {
	t.Parallel()
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url, secret), mockserver.WithSeed([]byte(`[{"email":"seed@example.com"}]`)))
	require.NoError(t, mock.Seed(mock.Key, gen.CustomerInput{Email: new("seed@example.com")}))
	assert.Empty(t, mock.Deliveries(webhook.Filter{}))
	create(t, mock, valid)
	require.Equal(t, http.StatusOK, callControl(t, mock, http.MethodPost, "/_mock/requests/req_1/resend", `{}`).status)
	deliveries := settled(t, mock)
	require.Len(t, deliveries, 2)
	assert.NotEqual(t, deliveries[0].EventID, deliveries[1].EventID)
}

// A test moves the clock of the mock over the vendor's retries: nothing waits for hours, nor for real time.
func TestRetriesFollowTheClockThatATestMoves(t *testing.T) {
	t.Parallel()
	to := listen(t, 500, 301, 404, 503, 500)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url, secret))
	created := create(t, mock, valid).customer()
	first := to.next(t)
	for _, after := range gen.WebhookRetries() {
		require.Eventually(t, func() bool {
			return !mock.Deliveries(webhook.Filter{})[0].Next.IsZero()
		}, patience, time.Millisecond)
		assert.Empty(t, to.got)
		mock.Advance(after)
		again := to.next(t)
		assert.Equal(t, first.body, again.body)
		assert.Equal(t, first.header.Get(gen.WebhookIDHeader), again.header.Get(gen.WebhookIDHeader))
		assert.NotEqual(t, first.header.Get(gen.WebhookSignatureHeader), again.header.Get(gen.WebhookSignatureHeader), "signed anew")
	}
	given := settled(t, mock)[0]
	assert.Equal(t, webhook.Failed, given.State)
	assert.Len(t, given.Attempts, 1+len(gen.WebhookRetries()))
	assert.Equal(t, created.ID, given.Customer)
	assert.Equal(t, 1, mock.Webhooks("")[0].Failing)

	again, err := mock.Redeliver(given.ID)
	require.NoError(t, err)
	assert.Equal(t, given.ID, again.RedeliveryOf)
	assert.Equal(t, first.header.Get(gen.WebhookIDHeader), to.next(t).header.Get(gen.WebhookIDHeader))
	assert.Equal(t, webhook.Delivered, settled(t, mock)[0].State)
	assert.Zero(t, mock.Webhooks("")[0].Failing, "it is well again")
}

// An endpoint of a key is told of that key's customers; one without a key of all keys'.
func TestEndpointsOfAKey(t *testing.T) {
	t.Parallel()
	all, one := listen(t), listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(all.url, secret))
	added := addWebhook(t, mock, webhook.Endpoint{URL: one.url, Key: goodKey})
	assert.Regexp(t, "^whsec_.{20}", string(added.Secret), "one is generated")
	create(t, mock, valid, keyHeader, "bbb_test_other")
	create(t, mock, valid, keyHeader, goodKey)
	assert.Len(t, settled(t, mock), 3)
	require.Len(t, one.got, 1)
	assert.Len(t, all.got, 2)
	assert.Len(t, mock.Deliveries(webhook.Filter{Key: goodKey}), 2)

	_, err := mock.SuspendWebhook(added.ID)
	require.NoError(t, err)
	create(t, mock, valid, keyHeader, goodKey)
	assert.Equal(t, webhook.Skipped, mock.Deliveries(webhook.Filter{EndpointID: added.ID})[0].State)
	_, err = mock.ReactivateWebhook(added.ID)
	require.NoError(t, err)
	create(t, mock, valid, keyHeader, goodKey)
	settled(t, mock)
	assert.Len(t, one.got, 2, "the one before was not told")

	require.NoError(t, mock.RemoveWebhook(added.ID))
	require.ErrorIs(t, mock.RemoveWebhook(added.ID), webhook.ErrNotFound)
}

// A reset leaves the endpoints that were there from the start, and nothing of what was sent.
func TestResetOfWebhooks(t *testing.T) {
	t.Parallel()
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url, secret))
	fixed := mock.Webhooks("")[0].ID
	addWebhook(t, mock, webhook.Endpoint{URL: to.url, Key: goodKey})
	addWebhookFault(t, mock, webhook.Fault{Kind: webhook.Never, Key: goodKey})
	addWebhookFault(t, mock, webhook.Fault{Kind: webhook.Never})
	create(t, mock, valid)
	settled(t, mock)
	_, err := mock.SuspendWebhook(fixed)
	require.NoError(t, err)

	mock.Reset(goodKey)
	assert.Empty(t, mock.Webhooks(goodKey))
	assert.Empty(t, mock.Deliveries(webhook.Filter{Key: goodKey}))
	require.Len(t, mock.WebhookFaults(""), 1, "that of no key stays")
	require.Len(t, mock.Webhooks(""), 1)
	assert.True(t, mock.Webhooks("")[0].Suspended, "so does what was done to an endpoint of all keys")

	mock.Reset("")
	assert.Empty(t, mock.WebhookFaults(""))
	require.Len(t, mock.Webhooks(""), 1)
	assert.False(t, mock.Webhooks("")[0].Suspended)
	create(t, mock, valid)
	to.next(t)
}

// A webhook that is aimed at the mock's own control API does nothing there.
func TestAWebhookToTheControlAPIDoesNothing(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	addWebhook(t, mock, webhook.Endpoint{URL: root(t, mock).String() + "/_mock/reset"})
	created := create(t, mock, valid).customer()
	require.Eventually(t, func() bool {
		sent := mock.Deliveries(webhook.Filter{})
		return len(sent) == 1 && len(sent[0].Attempts) > 0
	}, patience, time.Millisecond, "a reset would have taken it away")
	attempt := mock.Deliveries(webhook.Filter{})[0].Attempts[0]
	assert.Equal(t, http.StatusForbidden, attempt.Status)
	assert.Contains(t, string(attempt.Answer), "WEBHOOK_TO_ITSELF")
	_, there := mock.Customer(created.ID)
	assert.True(t, there, "nothing was reset")
}

func TestOptionsOfWebhooksSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	for want, options := range map[string][]mockserver.Option{
		"WithWebhook: must have a secret":                            {mockserver.WithWebhook("http://127.0.0.1:1/", "")},
		"WithWebhook: webhook: url must begin with http:// or https": {mockserver.WithWebhook("ftp://127.0.0.1/", secret)},
		"--webhook-allow 192.0.2.1/32 adds it":                       {mockserver.WithWebhook("http://192.0.2.1/", secret)},
		`WithWebhookAllow: must be an address or a range like 10.1.`: {mockserver.WithWebhookAllow("10.1.0.0/16", "ten")},
		"WithWebhookSpeed: must be from 1 to 1,000,000, got 0":       {mockserver.WithWebhookSpeed(0)},
		"WithWebhookSpeed: must be from 1 to 1,000,000, got 1000001": {mockserver.WithWebhookSpeed(1_000_001)},
		fmt.Sprintf("a key has at most %d endpoints", gen.WebhookMaxEndpoints): func() (many []mockserver.Option) {
			for range gen.WebhookMaxEndpoints + 1 {
				many = append(many, mockserver.WithWebhook("http://127.0.0.1:1/", secret))
			}
			return many
		}(),
	} {
		_, err := mockserver.New(options...)
		assert.ErrorContains(t, err, want)
	}
	for _, allowed := range []string{"192.0.2.0/24", "192.0.2.1"} {
		mock, err := mockserver.New(mockserver.WithWebhookAllow(allowed), mockserver.WithWebhook("http://192.0.2.1/", secret))
		require.NoError(t, err, allowed)
		mock.Close()
	}
}

// What is in a header of a request is not put into a webhook, and no secret into anything that is shown.
func TestASecretIsShownOnce(t *testing.T) {
	t.Parallel()
	to := listen(t, 500)
	mock := mockserver.Start(t)
	added := callControl(t, mock, http.MethodPost, "/_mock/webhooks/endpoints", `{"url":"`+to.url+`","secret":"`+secret+`"}`)
	require.Equal(t, http.StatusCreated, added.status)
	assert.Contains(t, added.body, secret)
	create(t, mock, valid)
	to.next(t)
	for _, target := range []string{"", "/endpoints", "/endpoints/endpoint_1", "/deliveries", "/deliveries/delivery_1", "/faults"} {
		shown := callControl(t, mock, http.MethodGet, "/_mock/webhooks"+target, "")
		require.Equal(t, http.StatusOK, shown.status, target)
		assert.NotContains(t, shown.body, strings.TrimPrefix(secret, "whsec_"), target)
	}
}
