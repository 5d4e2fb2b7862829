package result

// Phase is one part of the suite.
type Phase string

// The phases, in their order.
const (
	PhaseExamples Phase = "examples" // the contract's own examples
	PhaseCoverage Phase = "coverage" // each constraint kept and broken, deterministic
	PhaseFuzz     Phase = "fuzz"     // random bodies, repeatable by seed
)
