package mockserver

import (
	"net/http"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Trigger is a magic value: a customer whose email or phone number it is gets the documented answer that it stands for,
// and is not stored. openapi.yaml lists them beside the examples (x-mock-trigger).
type Trigger struct {
	// Email and PhoneNumber are the values, either of which is enough; where a customer has those of two triggers, the
	// email counts.
	Email, PhoneNumber string
	// Status is the status of the answer.
	Status int
	// Example is the name of the contract's example that is answered.
	Example string
	// Code is the error code in the answer, as the vendor spells it.
	Code gen.ErrorCode
	// Summary says what the example stands for.
	Summary string
}

// Triggers lists the magic values, by status.
func Triggers() []Trigger {
	var triggers []Trigger
	for _, e := range contractExamples() {
		if e.email != "" || e.phoneNumber != "" {
			triggers = append(triggers, Trigger{
				Email: e.email, PhoneNumber: e.phoneNumber, Status: e.status, Example: e.name, Code: gen.ErrorCode(e.code),
				Summary: e.summary,
			})
		}
	}
	return triggers
}

// WithoutTriggers makes the magic values ordinary ones.
func WithoutTriggers() Option {
	return func(c *config) error {
		c.noTriggers = true
		return nil
	}
}

// magic finds the example that a value of the two fields asks for.
var magic = sync.OnceValue(func() (found struct{ email, phoneNumber map[string]*example }) {
	found.email, found.phoneNumber = map[string]*example{}, map[string]*example{}
	for _, e := range contractExamples() {
		if e.email != "" {
			found.email[e.email] = e
		}
		if e.phoneNumber != "" {
			found.phoneNumber[e.phoneNumber] = e
		}
	}
	return found
})

// trigger answers a valid request that has a magic value in it.
func (s *Server) trigger(next http.Handler) http.Handler {
	if s.noTriggers {
		return next
	}
	values := magic()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		var e *example
		if x.input.Email != nil {
			e = values.email[*x.input.Email]
		}
		if e == nil && x.input.PhoneNumber != nil {
			e = values.phoneNumber[*x.input.PhoneNumber]
		}
		if e == nil {
			next.ServeHTTP(w, r)
			return
		}
		x.trigger = e.name
		e.answer(x)
	})
}
