package mockserver

import "sync"

// firsts tells what it has not seen before, so that a warning is logged once. Its memory is bounded: past the bound it
// forgets everything.
type firsts struct {
	mu   sync.Mutex
	seen map[string]bool
}

const mostFirsts = 1_000

func (f *firsts) first(s string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[s] {
		return false
	}
	if len(f.seen) == mostFirsts {
		clear(f.seen)
	}
	f.seen[s] = true
	return true
}
