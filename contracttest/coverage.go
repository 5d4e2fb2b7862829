package contracttest

// CoverageReport says what of the contract a run saw and judged.
type CoverageReport struct{}
