package contracttest

// Baseline is a list of known findings.
type Baseline struct{ known map[string]bool }
