package contracttest_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// webhookSecret signs the webhooks of these tests.
const webhookSecret = "whsec_0123456789abcdef"

// pipes is a listener whose connections are pipes, so that a bubble of synctest has its own time.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newPipes() *pipes { return &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4011} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.waiting <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// spelled are headers whose names are sent as they are written.
type spelled map[string][]string

func (s spelled) set(name, value string) { s[name] = []string{value} }

// webhook is one delivery on its way.
type webhook struct {
	turn, attempt int // from 1
	method        string
	header        spelled
	customer      map[string]any
	body          []byte
	time          string // that is signed
	secrets       []string
	signed        []byte // in place of time, full stop and body; nil is those
	stopped       bool   // it is not sent
	each          func() // before each copy
	wait          time.Duration
}

// webhookSender sends the webhooks of a right server, as the vendor's pages say. It shares no code with the mock. The functions change
// what it does; nil changes nothing.
type webhookSender struct {
	customer  func(w *webhook) // before the body is made
	body      func(w *webhook) // before it is signed
	signature func(w *webhook) // before it is sent
	retries   []time.Duration  // nil are those of the vendor
	follows   bool             // redirects
	copies    int              // of each delivery, beside the first
	large     bool             // it sends payloads of any size
	wait      time.Duration    // for what is missing, where it is not the run's
	refused   bool             // it tells of customers that were refused
	requests  int              // of the run, where they are not the run's
	protocols *http.Protocols

	events *pipes
	mu     sync.Mutex
	turns  int
	under  sync.WaitGroup
}

// behind is a server that sends webhooks of what a right one creates.
func (s *webhookSender) behind(right http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		request, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(request))
		right.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		body := answer.Body.Bytes()
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
		if answer.Code != http.StatusCreated && !s.refused {
			return
		}
		s.mu.Lock()
		s.turns++
		turn := s.turns
		s.mu.Unlock()
		if answer.Code != http.StatusCreated {
			var customer map[string]any
			if json.Unmarshal(request, &customer) != nil || customer == nil {
				return
			}
			customer["id"] = "cust_refused_" + strconv.Itoa(turn)
			body, _ = json.Marshal(map[string]any{"data": customer})
		}
		s.under.Go(func() { s.tell(turn, body) })
	})
}

// tell sends a webhook, and again as long as it is not answered 2xx.
func (s *webhookSender) tell(turn int, answer []byte) {
	client := &http.Client{
		Transport: &http.Transport{DialContext: s.events.dial, DisableKeepAlives: true, DisableCompression: true, Protocols: s.protocols},
		Timeout:   gen.WebhookAnswerTime,
	}
	if !s.follows {
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	retries := s.retries
	if retries == nil {
		retries = gen.WebhookRetries()
	}
	for attempt := 1; ; attempt++ {
		w := s.webhook(turn, attempt, answer)
		time.Sleep(w.wait)
		if w.stopped || s.send(client, w) || attempt > len(retries) {
			return
		}
		time.Sleep(retries[attempt-1])
	}
}

func (s *webhookSender) webhook(turn, attempt int, answer []byte) *webhook {
	var envelope struct{ Data map[string]any }
	_ = json.Unmarshal(answer, &envelope)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	w := &webhook{
		turn: turn, attempt: attempt, method: http.MethodPost, customer: envelope.Data, time: now, secrets: []string{webhookSecret},
		header: spelled{
			"Content-Type": {"application/json"}, "User-Agent": {gen.WebhookUserAgent},
			gen.WebhookIDHeader: {"evt_" + strconv.Itoa(turn)}, gen.WebhookEventHeader: {gen.WebhookEventCustomerCreated},
		},
	}
	w.header[gen.WebhookTimestampHeader] = []string{now}
	if s.customer != nil {
		s.customer(w)
	}
	w.body = asJavaScript(w.customer)
	if s.body != nil {
		s.body(w)
	}
	w.stopped = w.stopped || !s.large && len(w.body) > gen.WebhookMaxPayload
	if w.signed == nil {
		w.signed = []byte(w.time + "." + string(w.body))
	}
	signature := "t=" + w.time
	for _, secret := range w.secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write(w.signed)
		signature += ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	w.header[gen.WebhookSignatureHeader] = []string{signature}
	if s.signature != nil {
		s.signature(w)
	}
	return w
}

// send reports whether the answer was 2xx.
func (s *webhookSender) send(client *http.Client, w *webhook) (ok bool) {
	for range 1 + s.copies {
		if w.each != nil {
			w.each()
		}
		r, err := http.NewRequest(w.method, "http://webhooks.test/hook", bytes.NewReader(w.body))
		if err != nil {
			panic(err)
		}
		r.Header = http.Header(w.header)
		answer, err := client.Do(r)
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		ok = answer.StatusCode/100 == 2
	}
	return ok
}

// asJavaScript is what JSON.stringify makes of a value.
func asJavaScript(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	spelled := strings.NewReplacer(`\u2028`, "\u2028", `\u2029`, "\u2029", `\\`, `\\`).Replace(b.String())
	return []byte(strings.TrimSuffix(spelled, "\n"))
}

// webhookRun is how a run of these tests is made.
type webhookRun struct {
	strict   bool
	wait     time.Duration
	requests int
	checks   []result.Check
	secrets  []string
	contract func(c *contracttest.Config)
	may      *error          // what the run may end with
	ctx      context.Context // nil is that of the test
}

// toldBy is the report of a run against a right server whose webhooks a sender sends, in a time of its own.
func toldBy(t *testing.T, s *webhookSender, how webhookRun) (report result.Report) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s.events = newPipes()
		config := contracttest.Config{
			URL: testURL, APIKey: testKey, MaxRequests: cmp.Or(s.requests, how.requests), Strict: &how.strict, Checks: how.checks, HTTPClient: client(s.behind(newRightServer())),
			Webhooks: &contracttest.Webhooks{Listener: s.events, Secrets: []string{webhookSecret}, Wait: cmp.Or(s.wait, how.wait)},
		}
		if how.secrets != nil {
			config.Webhooks.Secrets = how.secrets
		}
		if how.contract != nil {
			how.contract(&config)
		}
		var err error
		ctx := t.Context()
		if how.ctx != nil {
			ctx = how.ctx
		}
		report, err = contracttest.Run(ctx, config)
		if how.may != nil {
			*how.may = err
		} else {
			require.NoError(t, err)
		}
		s.under.Wait()
	})
	return report
}

// aboutWebhooks are the findings of webhooks that are more than notices.
func aboutWebhooks(r result.Report) (found []result.Finding) {
	for _, f := range r.Findings {
		if strings.HasPrefix(string(f.Check), "webhook_") && f.Severity != result.Notice {
			found = append(found, f)
		}
	}
	return found
}

// secondsFromNow is a time as webhooks have it.
func secondsFromNow(d time.Duration) string { return strconv.FormatInt(time.Now().Add(d).Unix(), 10) }
