package contracttest

import (
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/plan"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// PlannedCase is a case that a run would send.
type PlannedCase struct {
	// ID names the case.
	ID string
	// Phase is the phase that it belongs to.
	Phase result.Phase
	// Class is what the contract says of the request; see [result.CaseResult.Class].
	Class string
	// MockOnly is set where only bitbybit-mock gets the case.
	MockOnly bool
	// Curl sends the request, with the key as $BITBYBIT_API_KEY.
	Curl string
}

// Plan lists the cases of a configuration in the order in which [Run] would send them, and sends nothing.
func Plan(config Config) ([]PlannedCase, error) {
	s, err := newSuite(config)
	if err != nil {
		return nil, err
	}
	s.Mode = exchange.Planning
	cases := plan.Cases(s.Contract, s.planOptions())
	planned := make([]PlannedCase, 0, len(cases))
	for _, c := range cases {
		x := s.exchangeOf(c)
		planned = append(
			planned,
			PlannedCase{ID: c.ID, Phase: c.Phase, Class: x.ClassName(), MockOnly: c.MockOnly, Curl: finding.Curl(x)},
		)
	}
	return planned, nil
}
