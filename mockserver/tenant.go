package mockserver

import "sync"

// tenant is what one API key has of its own: customers and a rate limit. Two developers, or forty parallel tests, share a server without
// meeting as long as their keys differ.
type tenant struct {
	window window
	store  store
}

// tenants has the tenant of every key that was seen.
type tenants struct {
	mu    sync.Mutex
	byKey map[string]*tenant
}

func newTenants(config) *tenants { return &tenants{byKey: map[string]*tenant{}} }

func (ts *tenants) of(key string) *tenant {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.byKey[key]
	if t == nil {
		t = &tenant{}
		ts.byKey[key] = t
	}
	return t
}
