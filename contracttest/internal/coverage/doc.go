// Package coverage counts what of the contract the exchanges of a run exhibited: operations, statuses, headers,
// properties and the keywords of their schemas. The contract is drawn once as sketches, schemas with tallies, so that
// reading an answer costs no more than a walk through it.
package coverage
