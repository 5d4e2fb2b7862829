package mockserver_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// documented is the vendor's request, as the "Create Customer" page prints it.
const documented = `
{
  "email": "jsmith@example.com",
  "phoneNumber": "<string>",
  "firstName": "<string>",
  "lastName": "<string>",
  "imageUrl": "<string>",
  "tags": ["<string>"],
  "addresses": [
    {
      "address1": "<string>",
      "firstName": "<string>",
      "lastName": "<string>",
      "phone": "<string>",
      "address2": "<string>",
      "city": "<string>",
      "province": "<string>",
      "country": "<string>",
      "zip": "<string>",
      "mainAddress": false
    }
  ]
}
`

// bare is what the mock is measured against: net/http and encoding/json over the same structs, and a map behind a mutex. No key, no limit, no
// journal, no contract.
type bare struct {
	mu        sync.Mutex
	customers map[string]*gen.Customer
}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var input gen.CustomerInput
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	now := time.Now().UTC()
	customer := &gen.Customer{
		ID: "cust_" + rand.Text(), Email: input.Email, PhoneNumber: input.PhoneNumber, FirstName: input.FirstName, LastName: input.LastName,
		ImageURL: input.ImageURL, Tags: input.Tags, CreatedAt: now, UpdatedAt: now,
	}
	for _, a := range input.Addresses {
		customer.Addresses = append(customer.Addresses, gen.Address{
			ID: "addr_" + rand.Text(), Address1: a.Address1, Address2: a.Address2, City: a.City, Country: a.Country, FirstName: a.FirstName,
			LastName: a.LastName, Phone: a.Phone, Province: a.Province, Zip: a.Zip,
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

func createIn(b *testing.B, handler http.Handler) {
	request := httptest.NewRequest(http.MethodPost, "/customer/open/v1/customers", strings.NewReader(documented))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Key", "bbb_test_1")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	require.Equal(b, http.StatusCreated, recorder.Code)
}

func BenchmarkCreateInProcess(b *testing.B) {
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(b, err)
	for name, handler := range map[string]http.Handler{"bare": &bare{customers: map[string]*gen.Customer{}}, "mock": mock} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				createIn(b, handler)
			}
		})
	}
}
