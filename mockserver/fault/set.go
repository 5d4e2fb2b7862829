package fault

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// mostFaults is how many faults can be set at once.
const mostFaults = 1000

// Set is the faults that are set, in the order in which they were. The zero value has none. It is safe for concurrent use.
type Set struct {
	mu   sync.Mutex
	last int
	set  []*armed
	any  atomic.Bool // whether there are any, for the requests of a server without faults
}

// armed is a fault that is set.
type armed struct {
	Fault
	random *rand.Rand
}

// Hit is a fault that hits a call, with what was drawn for it.
type Hit struct {
	// Fault is the fault; its Hits is the number of this hit.
	Fault *Fault
	// Wait is the delay that was drawn.
	Wait    time.Duration
	garbage uint64
}

// Add sets a fault, and returns it with its ID. Faults that were set before it come first: a call is hit by one
// fault at most. A fault that says nothing, or what cannot be carried out, is an error that says what was expected; so
// is one more than 1,000.
func (s *Set) Add(fault Fault) (Fault, error) {
	if err := fault.check(); err != nil {
		return Fault{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.set) == mostFaults {
		return Fault{}, fmt.Errorf("fault: at most %d can be set at once: clear some", mostFaults)
	}
	s.last++
	fault.ID, fault.Hits = "fault_"+strconv.Itoa(s.last), 0
	s.set = append(s.set, &armed{Fault: fault, random: rand.New(rand.NewPCG(fault.Seed, 0))})
	s.any.Store(true)
	return fault, nil
}

// List lists the faults that are set for one API key, or all of them with "". Those that have hit as many calls as
// they should are gone.
func (s *Set) List(key string) []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Fault
	for _, f := range s.set {
		if key == "" || f.Key == key {
			list = append(list, f.Fault)
		}
	}
	return list
}

// Clear takes away the faults that are set for one API key, or all of them with "".
func (s *Set) Clear(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set = slices.DeleteFunc(s.set, func(f *armed) bool { return key == "" || f.Key == key })
	s.any.Store(len(s.set) > 0)
}

// Remove takes away the fault with an id, if it is set for an API key; for whatever key with "". It is false where there is none.
func (s *Set) Remove(key, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.set)
	s.set = slices.DeleteFunc(s.set, func(f *armed) bool { return f.ID == id && (key == "" || f.Key == key) })
	s.any.Store(len(s.set) > 0)
	return len(s.set) < before
}

// Draw finds the fault that hits the next call of a key and an operation. Every fault that could have draws in its turn, so that what it
// hits depends on its own calls alone.
func (s *Set) Draw(key string, operation *judge.Operation) (Hit, bool) {
	if !s.any.Load() {
		return Hit{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.set {
		if f.Key != "" && f.Key != key || !f.fits(operation) || f.Probability > 0 && f.random.Float64() >= f.Probability {
			continue
		}
		f.Hits++
		played := f.Fault
		h := Hit{Fault: &played, Wait: f.Delay.draw(f.random), garbage: f.random.Uint64()}
		if f.Hits == f.Times {
			s.set = slices.Delete(s.set, i, i+1)
			s.any.Store(len(s.set) > 0)
		}
		return h, true
	}
	return Hit{}, false
}
