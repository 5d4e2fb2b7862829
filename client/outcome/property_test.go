package outcome_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// fate is what becomes of a call in the model.
type fate int

const (
	answered fate = iota
	refused
	neverArrived // and unknown
	answerLost   // and unknown
	named        // created, with an answer that can be read no further than to the id
	unnamed      // created, with an answer without an id
	fates
)

// model is a vendor by itself: it decides by chance what becomes of a call, when its answer comes, and when its event.
type model struct {
	t       *testing.T
	tracker *outcome.Tracker
	client  *client.Client

	mu        sync.Mutex
	random    *rand.Rand
	customers int
	unknown   map[string][]string // by content, the customers of calls that are to be told of
	others    map[string]bool     // customers of calls that are not
	fates     map[string]fate     // by ref
	told      map[string]outcome.Outcome
	wg        sync.WaitGroup
}

type fateKey struct{}

func (m *model) chance(n int) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.random.IntN(n)
}

func (m *model) some(d time.Duration) time.Duration { return time.Duration(m.chance(int(d))) }

func (m *model) settled(_ context.Context, o outcome.Outcome) error {
	if m.chance(4) == 0 {
		return fmt.Errorf("not now")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	assert.NotContains(m.t, m.told, o.Ref, "told twice")
	m.told[o.Ref] = o
	return nil
}

// RoundTrip answers a call.
func (m *model) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	require.NoError(m.t, err)
	f := r.Context().Value(fateKey{}).(fate)
	time.Sleep(m.some(10 * time.Second))
	if f == neverArrived {
		return nil, errLost
	}
	if f == refused {
		return m.answer(http.StatusBadRequest, `{"error":{"code":"`+string(gen.CodeValidationError)+`","message":""}}`), nil
	}
	id, text := m.create(string(body), f)
	time.Sleep(m.some(15 * time.Second))
	switch f {
	case answered:
		return m.answer(http.StatusCreated, `{"data":`+text+`}`), nil
	case named:
		return m.answer(http.StatusCreated, `{"data":{"id":"`+id+`","tags":7}}`), nil
	case unnamed:
		return m.answer(http.StatusCreated, `{"data":{"id":7}}`), nil
	}
	return nil, errLost
}

func (m *model) answer(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func (m *model) create(content string, f fate) (id, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.customers++
	id = "cust_" + strconv.Itoa(m.customers)
	now := time.Now()
	var input client.CustomerInput
	for _, one := range contents {
		if strings.Contains(content, *one.Email) {
			input = one
		}
	}
	if f == answerLost || f == unnamed {
		m.unknown[*input.Email] = append(m.unknown[*input.Email], id)
	} else {
		m.others[id] = true
	}
	m.wg.Go(func() { m.deliver(client.Customer{ID: id, Email: input.Email, CreatedAt: now, UpdatedAt: now}) })
	return id, strings.Replace(content, "{", `{"id":"`+id+`","createdAt":"2026-11-23T08:30:00Z","updatedAt":"2026-11-23T08:30:00Z",`, 1)
}

// deliver sends an event as the vendor does: some attempts fail, and some deliveries come twice.
func (m *model) deliver(customer client.Customer) {
	failing := m.chance(len(gen.WebhookRetries()) + 1)
	if m.chance(2) == 0 {
		failing = 0
	}
	for i, pause := range append([]time.Duration{0}, gen.WebhookRetries()...) {
		time.Sleep(pause + m.some(gen.WebhookAnswerTime))
		if i < failing {
			continue
		}
		if err := m.tracker.Created(context.Background(), customer); err == nil && m.chance(3) > 0 {
			return // else the answer is lost, so that it comes again
		}
	}
}

var contents = []client.CustomerInput{{Email: new("a@example.com")}, {Email: new("b@example.com")}, {Email: new("c@example.com")}}

// Whatever becomes of calls, in whatever order answers and events come: each unknown call is told once, those that created a customer with the id of one that
// an unknown call with the same content created, and no other.
func TestProperty(t *testing.T) {
	t.Parallel()
	seeds := uint64(40)
	if n, err := strconv.ParseUint(os.Getenv("BITBYBIT_SEEDS"), 10, 32); err == nil {
		seeds = n
	}
	for seed := range seeds {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { property(t, seed) })
		})
	}
}

func property(t *testing.T, seed uint64) {
	m := &model{
		t: t, random: rand.New(rand.NewPCG(seed, 0)), unknown: map[string][]string{}, others: map[string]bool{}, fates: map[string]fate{},
		told: map[string]outcome.Outcome{},
	}
	var err error
	m.tracker, err = outcome.New(nil, m.settled)
	require.NoError(t, err)
	m.client, err = client.New(key, client.WithBaseURL("http://127.0.0.1"), client.WithHTTPClient(&http.Client{Transport: m}))
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	m.wg.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(time.Minute) {
			_ = m.tracker.Settle(ctx) // some outcomes are not taken
		}
	})

	m.wg.Go(func() {
		for ; ctx.Err() == nil; time.Sleep(10 * time.Minute) {
			assert.NoError(t, m.tracker.Created(context.WithoutCancel(ctx), client.Customer{ID: "cust_else", Email: new("else@example.com")}))
		}
	})

	refs := map[string]client.CustomerInput{}
	burst := 1 + m.chance(3600)
	var calls sync.WaitGroup
	for i := range 40 {
		time.Sleep(m.some(time.Duration(burst) * time.Second)) // so that they follow at once, or over hours
		ref, input, f := strconv.Itoa(i), contents[m.chance(len(contents))], fate(m.chance(int(fates)))
		refs[ref], m.fates[ref] = input, f
		calls.Go(func() {
			_, _ = m.tracker.CreateCustomer(context.WithValue(ctx, fateKey{}, f), m.client, input, ref)
		})
	}
	calls.Wait()
	time.Sleep(outcome.Wait() + outcome.Wait()/2)
	stop()
	m.wg.Wait()

	created := map[string]int{}
	ids := map[string]bool{}
	for ref, f := range m.fates {
		o, told := m.told[ref]
		assert.Equal(t, f == neverArrived || f == answerLost || f == unnamed, told, "call %s, fate %d", ref, f)
		if o.Status != outcome.Created {
			assert.Empty(t, o.CustomerID)
			continue
		}
		email := *refs[ref].Email
		created[email]++
		assert.Contains(t, m.unknown[email], o.CustomerID, "call %s", ref)
		assert.False(t, ids[o.CustomerID], "two calls are told the same customer")
		ids[o.CustomerID] = true
	}
	for email, customers := range m.unknown {
		assert.Equal(t, len(customers), created[email], "customers of unknown calls with %s", email)
	}
	for ref, f := range m.fates {
		if f == unnamed {
			assert.Equal(t, outcome.Created, m.told[ref].Status, "call %s is known to have created a customer", ref)
		}
	}
}
