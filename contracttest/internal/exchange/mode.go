package exchange

// mode says what a suite is used for.
type mode int

// The modes.
const (
	AnyServer mode = iota // a server that is not known
	Mock                  // bitbybit-mock, which does more than the contract asks
	Planning              // nothing is sent; whether the target is the mock is not known
	Watching              // the exchanges are somebody else's; which keys are good is not known
)

// AsksTheMock reports whether cases that only the mock understands are planned.
func (m mode) AsksTheMock() bool { return m == Mock || m == Planning }
