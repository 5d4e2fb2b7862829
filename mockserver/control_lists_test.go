package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// stuck is the ResponseWriter of a client that reads no more than the first piece of an answer until goOn is closed.
type stuck struct {
	*httptest.ResponseRecorder
	once  sync.Once
	begun *sync.WaitGroup
	goOn  <-chan struct{}
}

func (s *stuck) Write(b []byte) (int, error) {
	s.once.Do(s.begun.Done)
	<-s.goOn
	return len(b), nil
}

// However many lists are read at once, and however slowly: what they hold is a piece of each. It does not run beside other tests, whose memory it
// would count.
func TestListsAreNotHeldWhole(t *testing.T) {
	mock := mockserver.Start(t, mockserver.WithRateLimit(0), mockserver.WithWebhook("http://127.0.0.1:9/", secret))
	addWebhookFault(t, mock, webhook.Fault{Kind: webhook.Never})
	for range 80 {
		create(t, mock, `{"email":"a@example.com","firstName":"`+strings.Repeat(`\"`, 30_000)+`"}`)
	}
	for path, most := range map[string]uint64{"/webhooks/deliveries": 2 << 20, "/customers": 1 << 20} {
		const clients = 10
		var begun, ended sync.WaitGroup
		goOn := make(chan struct{})
		before := heap()
		for range clients {
			begun.Add(1)
			ended.Go(func() {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/_mock"+path+"?limit=1000", nil)
				r.RemoteAddr = "127.0.0.1:1"
				mock.ServeHTTP(&stuck{httptest.NewRecorder(), sync.Once{}, &begun, goOn}, r)
			})
		}
		begun.Wait()
		during := heap()
		close(goOn)
		ended.Wait()
		assert.Less(t, during, before+clients*most, "%s: bytes held for %d clients", path, clients)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A key in the URL of an endpoint is shown nowhere, and the names of the headers are shown as they are sent.
func TestDeliveriesAreShownMaskedAndAsTheyAreSent(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef0123"
	to := listen(t)
	mock := mockserver.Start(t, mockserver.WithWebhook(to.url+"?key="+key, secret))
	create(t, mock, valid)
	to.next(t)
	settled(t, mock)
	added := callControl(t, mock, http.MethodPost, "/_mock/webhooks/endpoints", `{"url":"`+to.url+`/other?key=`+key+`"}`, "Content-Type", "application/json")
	assert.Equal(t, http.StatusCreated, added.status, added.body)
	assert.NotContains(t, added.body, key)
	for _, path := range []string{"/webhooks", "/webhooks/endpoints", "/webhooks/endpoints/endpoint_1", "/webhooks/deliveries", "/webhooks/deliveries/delivery_1"} {
		got := callControl(t, mock, http.MethodGet, "/_mock"+path, "")
		assert.NotContains(t, got.body, key, path)
		assert.Contains(t, got.body, to.url+"?key=bbb_test_…", path)
	}
	for _, query := range []string{"?webhooks=all", "?delivery=delivery_1"} {
		got := seePage(t, mock, query)
		assert.NotContains(t, got.body, key, query)
		assert.Contains(t, got.body, "?key=bbb_test_…", query)
	}
	delivery := callControl(t, mock, http.MethodGet, "/_mock/webhooks/deliveries/delivery_1", "").body
	page := seePage(t, mock, "?delivery=delivery_1").body
	for _, name := range []string{gen.WebhookIDHeader, gen.WebhookEventHeader, gen.WebhookTimestampHeader, gen.WebhookSignatureHeader} {
		assert.Contains(t, delivery, `"`+name+`":`)
		assert.Contains(t, page, name+": ")
		if canonical := http.CanonicalHeaderKey(name); canonical != name {
			assert.NotContains(t, delivery+page, canonical)
		}
	}
}
