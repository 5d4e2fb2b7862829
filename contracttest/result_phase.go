package contracttest

// Phase is one part of the suite.
type Phase string

// The phases, in their order.
const (
	Examples Phase = "examples" // the contract's own examples
	Coverage Phase = "coverage" // each constraint kept and broken, deterministic
	Fuzz     Phase = "fuzz"     // random bodies, repeatable by seed
)
