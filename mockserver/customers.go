package mockserver

import (
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
)

// WithMaxCustomers sets how many customers the server holds, over all keys. One more drops the oldest, which the log
// says. The default is 1,000,000. [WithStoreSize] bounds their bytes.
func WithMaxCustomers(n int) Option {
	return func(c *config) error {
		if n < 1 {
			return fmt.Errorf("WithMaxCustomers: must be at least 1, got %d", n)
		}
		c.maxCustomers = n
		return nil
	}
}

// WithStoreSize sets how many bytes of customers the server holds, over all keys, counted as the JSON that was answered
// for them; what they take in memory is up to twice that. Beyond it the oldest ones are dropped, which the log says; the
// newest one stays however large it is. The default is 256 MiB.
func WithStoreSize(bytes int64) Option {
	return func(c *config) error {
		if bytes < 1 {
			return fmt.Errorf("WithStoreSize: must be at least 1 byte, got %d", bytes)
		}
		c.storeSize = bytes
		return nil
	}
}

// WithIDSeed makes what is random about a customer repeat: two servers with the same seed give the same ids to the same
// requests, in the same order and with the same key. Unless [WithClock] says otherwise createdAt repeats too: the first
// customer of a key is created at 2024-01-15T10:30:00.000Z, each further one a second later. It is meant for golden
// files.
func WithIDSeed(seed uint64) Option {
	return func(c *config) error {
		c.idSeed = &seed
		return nil
	}
}

// Customers are the customers of a key in the order of their creation; of all keys for "". They are as the API answered
// them.
func (s *Server) Customers(key string) []gen.Customer {
	page := s.store.Page(key, store.ID{}, math.MaxInt)
	customers := make([]gen.Customer, len(page))
	for i, customer := range page {
		customers[i] = store.Decode(customer.JSON)
	}
	return customers
}

// Customer is the customer with an id, whatever key created it; ok is false where there is none.
func (s *Server) Customer(id string) (customer gen.Customer, ok bool) {
	encoded := s.store.Find("", id)
	if encoded == nil {
		return gen.Customer{}, false
	}
	return store.Decode(encoded), true
}

// EmptyCustomers drops the customers of a key, those of [WithSeed] included; of all keys for "". Rate limits stay as
// they are.
func (s *Server) EmptyCustomers(key string) { s.store.Empty(key, false) }

// create stores a customer for a key.
func (s *Server) create(key apikey.Digest, input gen.CustomerInput, now time.Time) store.Created {
	created := s.store.Create(key, input, now)
	if created.Dropped > 0 {
		s.logger.Warn("the store is full: the oldest customers are being dropped",
			slog.Int("maxCustomers", s.maxCustomers), slog.Int64("storeSize", s.storeSize), slog.Int("dropped", created.Dropped))
	}
	return created
}
