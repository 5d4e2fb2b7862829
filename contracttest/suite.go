package contracttest

import (
	"fmt"
	"net/url"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
)

// suite is one run: the contract, the target, and what both mean for the cases.
type suite struct {
	*exchange.Contract
	config Config
	root   *url.URL // the server's root
	tag    string   // marks the customers that the run creates
}

func newSuite(config Config) (*suite, error) {
	config, api, err := config.settle()
	if err != nil {
		return nil, err
	}
	s := &suite{
		Contract: exchange.NewContract(config.Judge, api.EscapedPath(), config.APIKey, exchange.AnyServer),
		config:   config,
		root:     &url.URL{Scheme: api.Scheme, Host: api.Host},
		tag:      fmt.Sprintf("contracttest-%08x", scramble(config.Seed)),
	}
	for _, op := range s.Judge.Operations() {
		if why := plan.Unsupported(s.Contract, op); why != "" {
			return nil, fmt.Errorf("%w: %s", ErrUnsupported, why)
		}
		if config.APIKey == "" && exchange.CredentialOf(s.Judge.Document(), op.Spec) != nil {
			return nil, fmt.Errorf("contracttest: %s needs an API key; set Config.APIKey", op.ID)
		}
	}
	return s, nil
}

// strict reports whether assumed rules are errors too: as the configuration says, or at the mock.
func (s *suite) strict() bool {
	if s.config.Strict != nil {
		return *s.config.Strict
	}
	return s.Mode == exchange.Mock
}

// exchangeOf begins the exchange of a case with the server of the run.
func (s *suite) exchangeOf(c exchange.Case) *exchange.Exchange { return s.Exchange(c, s.root.String()) }

// planOptions are what the configuration says of the plan.
func (s *suite) planOptions() plan.Options {
	return plan.Options{Phases: s.config.Phases, Only: s.config.Case, Safe: s.config.Safe, Seed: s.config.Seed, Tag: s.tag}
}

// scramble spreads a seed over 32 bits, so that the tags of the seeds 1 and 2 do not look alike.
func scramble(seed uint64) uint32 {
	seed = (seed + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return uint32(seed >> 32)
}

// replayable says why the one case that was asked for cannot be run.
func (s *suite) replayable(cases []exchange.Case) error {
	id := s.config.Case
	switch {
	case id == "":
		return nil
	case len(cases) == 0:
		return fmt.Errorf("contracttest: there is no case %q for this server", id)
	case s.config.Safe && (cases[0].Asked != nil || !s.Classify(cases[0].Written().Request).Valid()):
		return fmt.Errorf("contracttest: the case %q is not safe: its request is not valid", id)
	}
	return nil
}
