package control

import gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"

// operations implements the generated server of control.yaml.
type operations struct {
	Mock
	start string // begins the ids of events
}

var _ gencontrol.StrictServerInterface = operations{}

// key is the whole API key that a parameter means; empty for all keys. An id of no key means a key that nobody has: contract turned it away.
func (o operations) key(parameter *gencontrol.Key) string { return o.Limiter.KeyOf(given(parameter)) }

// given is a parameter's value; the zero value where it was not given.
func given[T any](parameter *T) (value T) {
	if parameter != nil {
		value = *parameter
	}
	return value
}
