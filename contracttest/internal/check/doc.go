// Package check holds the checks: what is asked of an answer, and of all answers of a run. Each is one file, with what it
// asks, the rules of x-rules that it rests on, and the function that looks. [Judge] makes those that look at one exchange,
// a [Ledger] those that look at the run as a whole.
//
// # Adding a check
//
// Give it an id and a sentence in result.Checks, write it, and name it in the list checks; a test holds the three
// together, and asks for each rule in openapi.yaml. A check of one exchange is this much:
//
//	// serverHeaderCheck asks whether an answer tells the version of the server's software.
//	var serverHeaderCheck = check{
//		ids: []result.Check{result.ServerHeader}, rules: []string{"internals"}, needs: anAnswer, exchange: (*Verdict).serverHeader,
//	}
//
//	func (v *Verdict) serverHeader() {
//		name := v.Answer.Header.Get("Server")
//		if !v.makes(result.ServerHeader) || !strings.ContainsAny(name, "0123456789") {
//			return
//		}
//		v.fail(Problem{
//			Check: result.ServerHeader, Rule: v.Contract.Rules.Of("internals"), Place: "header Server", Variant: "version",
//			Message: "expected no version of the server's software, got " + short(name),
//		})
//	}
//
// What a check says must rest on a rule, whose provenance decides how much it weighs; where a right server could look the
// same, Problem.Sure says so. Place and Variant must not depend on what a server makes up: a baseline is made of them.
//
// A check of a run sets the field run instead: a function that makes a watcher, which is given each exchange in the order
// in which the answers came. What it remembers must be bounded, for the exchanges can be those of anybody.
package check
