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
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// WithSeed sets the customers that every key starts with, and has again after a reset: a JSON array of request bodies
// of createCustomer. Each is judged as a request would be, and New's error names every violation in all of them.
// They count towards WithMaxCustomers and WithStoreSize once, and are never dropped for others.
func WithSeed(array []byte) Option {
	return func(c *config) error {
		c.seed = append([]byte{}, array...) // not nil, so that nothing at all is an error of New
		return nil
	}
}

// seeds are the customers of [WithSeed].
func (c *config) seeds() ([]gen.CustomerInput, error) {
	if c.seed == nil {
		return nil, nil
	}
	inputs, err := readSeed(c.seed, c.strict)
	if err != nil {
		return nil, fmt.Errorf("WithSeed: %w", err)
	}
	return inputs, nil
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
	inputs, err := readSeed(array, s.strict)
	if err != nil {
		return fmt.Errorf("mockserver: Seed: %w", err)
	}
	for _, input := range inputs {
		s.create(apikey.DigestOf(key), input, s.now())
	}
	return nil
}

// mostSeedViolations is how many are looked for among all seeds, as many as the judge looks for in one.
const mostSeedViolations = 1_000

// readSeed decodes an array of request bodies, and judges each of them; where it is strict, properties that the contract does not
// list are violations too.
func readSeed(array []byte, strict bool) ([]gen.CustomerInput, error) {
	value, violations := judge.ReadJSON(array)
	if len(violations) > 0 {
		return nil, errors.New(untrusted.Violations(violations).String())
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
		if len(violations) >= mostSeedViolations {
			break
		}
		violations = append(violations, readSeedCustomer(body, strict, "["+strconv.Itoa(i)+"]", &inputs[i])...)
	}
	if len(violations) > 0 {
		return nil, errors.New(untrusted.Violations(violations).String())
	}
	return inputs, nil
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

func readSeedCustomer(body []byte, strict bool, place string, input *gen.CustomerInput) judge.Violations {
	createCustomer := judge.Contract().Operation(gen.OperationCreateCustomer)
	judged := createCustomer.RequestViolations
	if strict {
		judged = createCustomer.StrictRequestViolations
	}
	if violations := judged(jsonHeader, body); len(violations) > 0 {
		return placed(violations, place)
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
