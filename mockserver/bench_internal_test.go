package mockserver

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// bare is what the mock is measured against: net/http and encoding/json over the same structs, and a map behind a
// mutex. No key, no limit, no journal, no contract.
type bare struct {
	mu        sync.Mutex
	customers map[string]*gen.Customer
}

func newBare() *bare { return &bare{customers: map[string]*gen.Customer{}} }

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input gen.CustomerInput
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	now := time.Now().UTC()
	customer := &gen.Customer{
		ID: "cust_" + rand.Text(), Email: input.Email, PhoneNumber: input.PhoneNumber, FirstName: input.FirstName,
		LastName: input.LastName, ImageURL: input.ImageURL, Tags: input.Tags, CreatedAt: now, UpdatedAt: now,
	}
	for _, a := range input.Addresses {
		customer.Addresses = append(customer.Addresses, gen.Address{
			ID: "addr_" + rand.Text(), Address1: a.Address1, Address2: a.Address2, City: a.City, Country: a.Country,
			FirstName: a.FirstName, LastName: a.LastName, Phone: a.Phone, Province: a.Province, Zip: a.Zip,
		})
	}
	b.mu.Lock()
	b.customers[customer.ID] = customer
	b.mu.Unlock()
	body, err := json.Marshal(gen.CustomerResponse{Data: *customer})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_, _ = w.Write(body)
}

// unlimitedServer is the mock as it is by default, but for the rate limit.
func unlimitedServer(b *testing.B, options ...Option) *Server {
	server, err := New(append(options, WithRateLimit(0))...)
	require.NoError(b, err)
	return server
}

func documentedRequest() *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers", strings.NewReader(VendorsBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(apikey.Header, "bbb_test_1")
	return r
}

// creates calls a handler with the documented request so many times.
func creates(b *testing.B, handler http.Handler, times int) {
	for range times {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, documentedRequest())
		if recorder.Code != http.StatusCreated {
			b.Fatal(recorder.Code, recorder.Body)
		}
	}
}

// sideBySide times functions in turns, round by round, so that a machine that slows down slows them all. It returns, for
// each, the median over the rounds of its time over the first one's.
func sideBySide(rounds int, functions ...func()) []float64 {
	for _, f := range functions {
		f()
	}
	ratios := make([][]float64, len(functions))
	times := make([]float64, len(functions))
	for round := range rounds {
		for i := range functions {
			i = (i + round) % len(functions) // the one that goes first changes, too
			start := time.Now()
			functions[i]()
			times[i] = float64(time.Since(start))
		}
		for i := range functions {
			ratios[i] = append(ratios[i], times[i]/times[0])
		}
	}
	medians := make([]float64, len(functions))
	for i := range functions {
		slices.Sort(ratios[i])
		medians[i] = ratios[i][rounds/2]
	}
	return medians
}

// reportOnly keeps the time of a whole benchmark, which says nothing, out of its line.
func reportOnly(b *testing.B, metrics map[string]float64) {
	b.ReportMetric(0, "ns/op")
	for unit, value := range metrics {
		b.ReportMetric(value, unit)
	}
}

// BenchmarkInProcess is a create without a network: its time over the bare handler's, and what it allocates beyond a
// handler that reads the body and answers with fixed bytes.
func BenchmarkInProcess(b *testing.B) {
	mock, plain := unlimitedServer(b), newBare()
	transfers := transfer.New()
	fixed := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = transfers.ReadBody(w, r, 1<<20, func(int64) error { return nil })
		w.WriteHeader(http.StatusCreated)
	})
	var ratios []float64
	for b.Loop() {
		ratios = sideBySide(101,
			func() { creates(b, plain, 200) },
			func() { creates(b, mock, 200) },
		)
	}
	allocations := func(handler http.Handler) float64 {
		return testing.AllocsPerRun(1_000, func() { creates(b, handler, 1) })
	}
	reportOnly(b, map[string]float64{
		"create/bare":          ratios[1],
		"net-allocations":      allocations(mock) - allocations(fixed),
		"net-allocations-bare": allocations(plain) - allocations(fixed),
	})
}
