package mockserver

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// store holds the customers of one key, encoded: the answer that was given for each, and far less for the garbage collector to walk than trees
// of pointers.
type store struct {
	mu        sync.Mutex
	customers [][]byte
}

func (s *store) create(input gen.CustomerInput, now time.Time) []byte {
	now = now.UTC().Truncate(time.Millisecond)
	customer := gen.Customer{
		ID:          "cust_" + rand.Text(),
		Email:       input.Email,
		PhoneNumber: input.PhoneNumber,
		FirstName:   input.FirstName,
		LastName:    input.LastName,
		ImageURL:    input.ImageURL,
		Tags:        input.Tags,
		Addresses:   addresses(input.Addresses),
		CreatedAt:   now,
		UpdatedAt:   now,
	}
	encoded := encode(customer)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.customers = append(s.customers, encoded)
	return encoded
}

func addresses(inputs []gen.AddressInput) []gen.Address {
	if inputs == nil {
		return nil
	}
	addresses := make([]gen.Address, len(inputs))
	for i, a := range inputs {
		addresses[i] = gen.Address{
			ID:        "addr_" + rand.Text(),
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
