package mockserver

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// mostFaults is how many faults can be set at once.
const mostFaults = 1000

// faults are those that are set, in the order in which they were.
type faults struct {
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

// hit is a fault that a call was hit by, with what was drawn for it.
type hit struct {
	fault   *Fault
	wait    time.Duration
	garbage uint64
}

// AddFault sets a fault, and returns it with its ID. Faults that were set before it come first: a call is hit by one
// fault at most. A fault that says nothing, or what cannot be carried out, is an error that says what was expected; so
// is one more than 1,000.
func (s *Server) AddFault(fault Fault) (Fault, error) {
	if err := fault.check(); err != nil {
		return Fault{}, err
	}
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if len(fs.set) == mostFaults {
		return Fault{}, fmt.Errorf("fault: at most %d can be set at once: clear some", mostFaults)
	}
	fs.last++
	fault.ID, fault.Hits = "fault_"+strconv.Itoa(fs.last), 0
	fs.set = append(fs.set, &armed{Fault: fault, random: rand.New(rand.NewPCG(fault.Seed, 0))})
	fs.any.Store(true)
	return fault, nil
}

// Faults lists the faults that are set for one API key, or all of them with "". Those that have hit as many calls as
// they should are gone.
func (s *Server) Faults(key string) []Fault {
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	var list []Fault
	for _, f := range fs.set {
		if key == "" || f.Key == key {
			list = append(list, f.Fault)
		}
	}
	return list
}

// ClearFaults takes away the faults that are set for one API key, or all of them with "".
func (s *Server) ClearFaults(key string) {
	fs := &s.faults
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.set = slices.DeleteFunc(fs.set, func(f *armed) bool { return key == "" || f.Key == key })
	fs.any.Store(len(fs.set) > 0)
}

// draw finds the fault that hits the next call of a key. Every fault that could have draws in its turn, so that what it
// hits depends on its own calls alone.
func (fs *faults) draw(key string) (hit, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i, f := range fs.set {
		if f.Key != "" && f.Key != key || f.Probability > 0 && f.random.Float64() >= f.Probability {
			continue
		}
		f.Hits++
		played := f.Fault
		h := hit{fault: &played, wait: f.Delay.draw(f.random), garbage: f.random.Uint64()}
		if f.Hits == f.Times {
			fs.set = slices.Delete(fs.set, i, i+1)
			fs.any.Store(len(fs.set) > 0)
		}
		return h, true
	}
	return hit{}, false
}
