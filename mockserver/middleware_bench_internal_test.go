package mockserver

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkMiddleware shows where the time of a create goes: each middleware alone, over the bare handler's whole
// create. Behind it is nothing; in front of it is the exchange as it is after a create.
func BenchmarkMiddleware(b *testing.B) {
	s := unlimitedServer(b)
	inner := []struct {
		name       string
		middleware middleware
	}{
		{"record", s.record}, {"recover", s.recover}, {"cors", s.cors}, {"route", s.route},
		{"contractResponse", s.contractResponse}, {"prefer", s.prefer}, {"fault", s.fault}, {"key", s.key},
		{"address", s.address}, {"limit", s.limit}, {"scope", s.scope}, {"contractRequest", s.contractRequest},
	}
	var x *exchange
	var created exchange // reply lets go of the body
	handlers := []middleware{s.reply, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			x = exchangeOf(r.Context())
			created = *x
		})
	}}
	for _, d := range inner {
		handlers = append(handlers, d.middleware)
	}
	creates(b, chain(s.operation(), handlers...), 1)
	created.entry = nil

	const times = 200
	nothing := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	plain, reply, operation := newBare(), s.reply(nothing), s.operation()
	names := []string{"bare", "reply", "operation"}
	functions := []func(){
		func() { creates(b, plain, times) },
		func() {
			r := documentedRequest()
			body := strings.NewReader(VendorsBody)
			r.Body = io.NopCloser(body)
			for range times {
				body.Reset(VendorsBody)
				reply.ServeHTTP(answered{}, r) // reads the body, and sends an answer without one
			}
		},
		func() {
			for range times {
				*x = created
				operation.ServeHTTP(x, x.request)
			}
		},
	}
	for _, d := range inner {
		handler := d.middleware(nothing)
		names = append(names, d.name)
		functions = append(functions, func() {
			for range times {
				*x = created
				handler.ServeHTTP(x, x.request)
			}
		})
	}
	var ratios []float64
	for b.Loop() {
		ratios = sideBySide(101, functions...)
	}
	metrics := map[string]float64{}
	for i, name := range names[1:] {
		metrics[name+"/bare"] = ratios[i+1]
	}
	reportOnly(b, metrics)
}

// answered takes an answer and forgets it.
type answered struct{}

func (answered) Header() http.Header         { return http.Header{} }
func (answered) WriteHeader(int)             {}
func (answered) Write(b []byte) (int, error) { return len(b), nil }
