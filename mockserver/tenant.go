package mockserver

import (
	"container/list"
	"sync/atomic"
)

// tenant is what one API key has of its own: customers, their ids and a rate limit. Two developers, or forty parallel
// tests, share a server without meeting as long as their keys differ.
//
// A tenant without customers can be forgotten (see tenants): what must outlast that does not belong here.
type tenant struct {
	key    digest
	masked string // for logs and the journal
	window window
	ids    ids
	warned atomic.Bool // that a production key is sent here

	// Guarded by tenants.mu.
	customers sequence
	emptied   bool          // the customers that every key starts with are gone
	idle      *list.Element // its place in tenants.idle; nil while it holds customers
	holding   int           // its place in tenants.holding while it holds customers
}
