package contracttest

// PlannedCase is a case that a run would send.
type PlannedCase struct {
	// ID names the case.
	ID string
	// Phase is the phase that it belongs to.
	Phase Phase
	// Class is what the contract says of the request; see [CaseResult.Class].
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
	s.mode = planning
	cases := s.plan()
	planned := make([]PlannedCase, 0, len(cases))
	for _, c := range cases {
		x := s.exchange(c)
		planned = append(
			planned,
			PlannedCase{ID: c.id, Phase: c.phase, Class: x.className(), MockOnly: c.mockOnly, Curl: curlOf(x)},
		)
	}
	return planned, nil
}
