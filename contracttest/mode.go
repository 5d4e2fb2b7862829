package contracttest

// mode says what a suite is used for.
type mode int

const (
	anyServer mode = iota // a server that is not known
	theMock               // bitbybit-mock, which does more than the contract asks
	planning              // nothing is sent; whether the target is the mock is not known
	watching              // the exchanges are somebody else's; which keys are good is not known
)

// asksTheMock reports whether cases that only the mock understands are planned.
func (m mode) asksTheMock() bool { return m == theMock || m == planning }
