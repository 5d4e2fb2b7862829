package client_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// store is a vendor that keeps what it creates.
type store struct {
	mu        sync.Mutex
	customers []client.Customer
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in client.CustomerInput
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Email == nil {
		reply(w, 400, envelope("VALIDATION_ERROR"))
		return
	}
	s.mu.Lock()
	now := time.Now().UTC()
	created := client.Customer{ID: fmt.Sprint("cust_", len(s.customers)), Email: in.Email, CreatedAt: now, UpdatedAt: now}
	s.customers = append(s.customers, created)
	s.mu.Unlock()
	body, _ := json.Marshal(gen.CustomerResponse{Data: created})
	reply(w, 201, string(body))
}

func (s *store) all() []client.Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.customers
}
