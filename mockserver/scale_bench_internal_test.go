package mockserver

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
)

const few, many = 1_000, 1_000_000

// fill stores customers made of the documented request, without the chain.
func fill(b *testing.B, s *Server, customers int) {
	var input gen.CustomerInput
	require.NoError(b, json.Unmarshal([]byte(VendorsBody), &input))
	key := apikey.DigestOf("bbb_test_1")
	for range customers {
		s.create(key, input, s.now())
	}
	creates(b, s, 2*1000) // the journal is full, as it is before long
}

// BenchmarkScale compares a server that holds a million customers with one that holds a thousand: creating one, and
// reading the store and the journal over the control API.
func BenchmarkScale(b *testing.B) {
	small, large := unlimitedServer(b, WithMaxCustomers(2*many), WithStoreSize(8<<30)),
		unlimitedServer(b, WithMaxCustomers(2*many), WithStoreSize(8<<30))
	fill(b, small, few)
	fill(b, large, many)
	read := func(s *Server, target string) func() {
		return func() {
			for range 20 {
				recorder := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1"+target, http.NoBody)
				if s.ServeHTTP(recorder, r); recorder.Code != http.StatusOK {
					b.Fatal(recorder.Code, recorder.Body)
				}
			}
		}
	}
	metrics := map[string]float64{}
	for b.Loop() {
		for name, on := range map[string]func(s *Server) func(){
			"create": func(s *Server) func() { return func() { creates(b, s, 200) } },
			"customer": func(s *Server) func() {
				last := s.store.Page("", store.ID{}, many*2)
				return read(s, "/_mock/customers/"+last[len(last)-1].ID.String())
			},
			"page":     func(s *Server) func() { return read(s, "/_mock/customers?limit=10") },
			"requests": func(s *Server) func() { return read(s, "/_mock/requests?limit=10") },
		} {
			metrics[name+"-at-1000000/at-1000"] = sideBySide(101, on(small), on(large))[1]
		}
	}
	reportOnly(b, metrics)
}

// BenchmarkMemory is what a stored customer keeps in memory, over what it keeps in the bare handler's map.
func BenchmarkMemory(b *testing.B) {
	const customers = 100_000
	held := func(make func()) float64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		make()
		runtime.GC()
		runtime.ReadMemStats(&after)
		return float64(after.HeapAlloc-before.HeapAlloc) / customers
	}
	var ours, theirs float64
	for b.Loop() {
		s, plain := unlimitedServer(b), newBare()
		fill(b, s, few) // what is there once is none of a customer's
		ours = held(func() { fill(b, s, customers) })
		theirs = held(func() { creates(b, plain, customers) })
		runtime.KeepAlive(s)
		runtime.KeepAlive(plain)
	}
	reportOnly(b, map[string]float64{"bytes-per-customer/bare": ours / theirs, "bytes-per-customer": ours})
}
