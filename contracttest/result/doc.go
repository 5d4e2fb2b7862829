// Package result is what a run of contracttest found, as values: a [Report] with its findings, the cases that ran and
// the coverage of the contract, and the [Baseline] of findings that are known. Package contracttest makes them, package
// report writes them.
//
//	for _, f := range outcome.Open(result.Error) {
//		fmt.Println(f)
//	}
//
// A [Finding] is one cause: what one [Check] found of one [Rule]. Its [Severity] is decided by [SeverityOf] alone. Values
// are not changed after they were handed over; reading them is safe for concurrent use.
package result
