// Package fakevendor is a small stand-in for the vendor, for the tests and examples of this module: mockserver is of another module, which
// this one must not require. It answers creates as the contract's examples do and keeps what was created. That the client works with the mock
// as well is shown by mockserver/internal/clienttest.
package fakevendor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Vendor is an http.Handler that creates customers. Its zero value has none.
type Vendor struct {
	// Created, where it is set, is called with each customer that was created, before the answer is written.
	Created func(client.Customer)

	mu        sync.Mutex
	requests  int
	created   int
	lose      int
	customers map[string][]client.Customer // by key
}

// Requests returns how many requests have arrived.
func (v *Vendor) Requests() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.requests
}

// Customers returns what was created with a key, in order.
func (v *Vendor) Customers(key string) []client.Customer {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.customers[key])
}

// LoseAnswers has the next n creates end without an answer, on a connection that is closed. The customers are created.
func (v *Vendor) LoseAnswers(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.lose = n
}

func (v *Vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("RateLimit-Limit", "100")
	w.Header().Set("RateLimit-Remaining", "99")
	w.Header().Set("RateLimit-Reset", "42")
	v.mu.Lock()
	v.requests++
	v.mu.Unlock()
	key := r.Header.Get(gen.KeyHeader)
	var properties map[string]any
	switch {
	case r.Method != http.MethodPost || r.URL.Path != gen.BasePath+gen.PathCreateCustomer:
		refuse(w, http.StatusNotFound, gen.CodeNotFound, "there is no "+r.Method+" "+r.URL.Path)
		return
	case key == "":
		refuse(w, http.StatusUnauthorized, gen.CodeMissingAPIKey, "no key in "+gen.KeyHeader)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&properties); err != nil {
		refuse(w, http.StatusBadRequest, gen.CodeValidationError, "the body: "+err.Error())
		return
	}
	if email, ok := properties["email"].(string); ok && !strings.Contains(email, "@") {
		refuse(w, http.StatusBadRequest, gen.CodeValidationError, fmt.Sprintf("email: must be an email address, got %q", email))
		return
	}
	customer, lost := v.create(key, properties)
	if v.Created != nil {
		v.Created(customer)
	}
	if lost {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusCreated, map[string]any{"data": properties})
}

// create adds to the properties what the vendor does, and keeps them: whatever properties the contract has.
func (v *Vendor) create(key string, properties map[string]any) (customer client.Customer, lost bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now().UTC().Truncate(time.Millisecond)
	v.created++
	id := fmt.Sprintf("%026d", v.created)
	properties["id"], properties["createdAt"], properties["updatedAt"] = "cust_"+id, now, now
	addresses, _ := properties["addresses"].([]any)
	for i, address := range addresses {
		if address, ok := address.(map[string]any); ok {
			address["id"] = fmt.Sprintf("addr_%s_%d", id, i)
		}
	}
	text, err := json.Marshal(properties)
	if err == nil {
		err = json.Unmarshal(text, &customer)
	}
	if err != nil {
		panic("fakevendor: the request is not of the contract: " + err.Error())
	}
	if v.customers == nil {
		v.customers = map[string][]client.Customer{}
	}
	v.customers[key] = append(v.customers[key], customer)
	lost = v.lose > 0
	v.lose = max(0, v.lose-1)
	return customer, lost
}

func refuse(w http.ResponseWriter, status int, code gen.ErrorCode, message string) {
	answer(w, status, map[string]any{"error": map[string]any{"code": code, "message": message}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error is the caller's, who is gone
}
