package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
)

// WithSeed sets the customers that every key starts with, and has again after a reset: a JSON array of request bodies
// of createCustomer. Each is judged as a request would be, and New's error names every violation in all of them.
// They count towards WithMaxCustomers and WithStoreSize once, and are never dropped for others.
func WithSeed(array []byte) Option {
	return func(c *config) (err error) {
		if c.seed, err = readSeed(array); err != nil {
			return fmt.Errorf("WithSeed: %w", err)
		}
		c.seedArray = array
		return nil
	}
}

// checkSeeds looks at what the other options say of the seeds, once all of them are known.
func (c *config) checkSeeds() error {
	if c.strict && len(c.seed) > 0 {
		value, _ := judge.ReadJSON(c.seedArray) // WithSeed has read it before
		var undocumented judge.Violations
		for i, customer := range value.([]any) {
			of := createCustomer().UndocumentedInRequest(customer)
			undocumented = append(undocumented, placed(of, "["+strconv.Itoa(i)+"]")...)
		}
		if len(undocumented) > 0 {
			return fmt.Errorf("WithSeed: %s", undocumented)
		}
	}
	return nil
}

// createCustomer is the operation whose requests seeds are.
func createCustomer() *judge.Operation {
	return judge.Contract().Operation(gen.OperationCreateCustomer)
}

// Seed creates customers for a key, as if they had been posted, but for the rate limit and the journal. An input that
// breaks the contract is an error that names every violation; then none is created.
func (s *Server) Seed(key string, customers ...gen.CustomerInput) error {
	if s.keys.Grant(key) == nil {
		return errors.New("mockserver: Seed: the key must be one that the server takes: " +
			"one of WithKeys, or without it one that starts with " + gen.KeyPrefixLive + " or " + gen.KeyPrefixTest)
	}
	array, err := json.Marshal(customers, store.Legacy)
	if err != nil {
		return fmt.Errorf("mockserver: Seed: %w", err)
	}
	inputs, err := readSeed(array)
	if err != nil {
		return fmt.Errorf("mockserver: Seed: %w", err)
	}
	for _, input := range inputs {
		s.create(apikey.DigestOf(key), input, s.now())
	}
	return nil
}

// readSeed decodes an array of request bodies, and judges each of them.
func readSeed(array []byte) ([]gen.CustomerInput, error) {
	value, violations := judge.ReadJSON(array)
	if len(violations) > 0 {
		return nil, errors.New(violations.String())
	}
	if _, ok := value.([]any); !ok {
		return nil, errors.New("body: must be an array of customers")
	}
	var bodies []jsontext.Value
	if err := json.Unmarshal(array, &bodies); err != nil {
		return nil, err
	}
	inputs := make([]gen.CustomerInput, len(bodies))
	for i, body := range bodies {
		violations = append(violations, readSeedCustomer(body, "["+strconv.Itoa(i)+"]", &inputs[i])...)
	}
	if len(violations) > 0 {
		return nil, errors.New(violations.String())
	}
	return inputs, nil
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

func readSeedCustomer(body []byte, place string, input *gen.CustomerInput) judge.Violations {
	_, violations := createCustomer().Request(jsonHeader, body)
	violations = placed(violations, place)
	if len(violations) > 0 {
		return violations
	}
	if err := json.Unmarshal(body, input); err != nil {
		return judge.Violations{{Check: judge.SingleJSONValue, Path: place,
			Expected: "must be a customer: " + err.Error()}}
	}
	return nil
}

// placed names the customer among the seeds that violations are of.
func placed(violations judge.Violations, place string) judge.Violations {
	for i := range violations {
		switch path := violations[i].Path; {
		case path == "body":
			violations[i].Path = place
		case path[0] == '[':
			violations[i].Path = place + path
		default:
			violations[i].Path = place + "." + path
		}
	}
	return violations
}
