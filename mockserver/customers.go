package mockserver

import (
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
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

// Customers are the customers of a key in the order of their creation; of all keys for "". They are as the API answered
// them.
func (s *Server) Customers(key string) []gen.Customer {
	page := s.customersAfter(key, ulid{}, math.MaxInt)
	customers := make([]gen.Customer, len(page))
	for i, r := range page {
		customers[i] = decode(r.encoded)
	}
	return customers
}

// Customer is the customer with an id, whatever key created it; ok is false where there is none.
func (s *Server) Customer(id string) (customer gen.Customer, ok bool) {
	encoded := s.encodedCustomer(id)
	if encoded == nil {
		return gen.Customer{}, false
	}
	return decode(encoded), true
}

// EmptyCustomers drops the customers of a key, those of [WithSeed] included; of all keys for "". Rate limits stay as
// they are.
func (s *Server) EmptyCustomers(key string) { s.tenants.empty(key, false) }

// customersAfter is one page of customers with ids above the given one, in the order of creation.
func (s *Server) customersAfter(key string, after ulid, most int) []record {
	if key == "" {
		return s.tenants.pageOfAll(after, most)
	}
	return s.tenants.page(s.tenants.named(key), after, most)
}

// encodedCustomer is the customer with an id in JSON; nil where there is none.
func (s *Server) encodedCustomer(id string) []byte {
	u, ok := parseCustomerID(id)
	if !ok {
		return nil
	}
	return s.tenants.find(u)
}

// create stores a customer for a key, and returns its id and the answer. Ids are taken and the customer is encoded before
// the store is locked.
func (s *Server) create(t *tenant, input gen.CustomerInput, now time.Time) (ulid, []byte) {
	id, now := t.ids.take(&s.config, t.key, 1+len(input.Addresses), now)
	answer := encode(newCustomer(input, id), now)
	if dropped := s.tenants.add(t, id, inEnvelope(answer)); dropped > 0 {
		s.logger.Warn("the store is full: the oldest customers are being dropped",
			slog.Int("maxCustomers", s.maxCustomers), slog.Int64("storeSize", s.storeSize), slog.Int("dropped", dropped))
	}
	return id, answer
}

// newCustomer is the customer that the vendor would make of the input, but for the times (see answer).
func newCustomer(input gen.CustomerInput, id ulid) gen.Customer {
	return gen.Customer{
		ID:          id.id(customerPrefix),
		Email:       input.Email,
		PhoneNumber: input.PhoneNumber,
		FirstName:   input.FirstName,
		LastName:    input.LastName,
		ImageURL:    input.ImageURL,
		Tags:        input.Tags,
		Addresses:   addresses(input.Addresses, id),
	}
}

// addresses have the ids that follow their customer's.
func addresses(inputs []gen.AddressInput, customer ulid) []gen.Address {
	if inputs == nil {
		return nil
	}
	addresses := make([]gen.Address, len(inputs))
	for i, a := range inputs {
		addresses[i] = gen.Address{
			ID:        customer.plus(i + 1).id(addressPrefix),
			Address1:  a.Address1,
			Address2:  a.Address2,
			City:      a.City,
			Country:   a.Country,
			FirstName: a.FirstName,
			LastName:  a.LastName,
			Phone:     a.Phone,
			Province:  a.Province,
			Zip:       a.Zip,
		}
	}
	return addresses
}
