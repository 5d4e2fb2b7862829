package sender

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const (
	mostFaults  = 1000
	longestLate = 24 * time.Hour
	longestHold = time.Minute // of REORDERED, where no other delivery is sent
)

// faults are those that are set, in the order in which they were.
type faults struct {
	last int
	set  []*webhook.Fault
}

// mark is a fault that hit an attempt.
type mark struct {
	id   string
	kind webhook.Kind
}

// AddFault sets a fault, and returns it with its ID. One that cannot be carried out is an error that says what was expected; one more than 1,000 is
// [webhook.ErrFull].
func (s *Sender) AddFault(f webhook.Fault) (webhook.Fault, error) {
	if err := checkFault(f); err != nil {
		return webhook.Fault{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.find("", f.EndpointID); err != nil && f.EndpointID != "" {
		return webhook.Fault{}, fmt.Errorf("webhook: there is no endpoint %s", untrusted.Quote(f.EndpointID))
	}
	if len(s.faults.set) == mostFaults {
		return webhook.Fault{}, fmt.Errorf("%w: at most %d faults can be set at once: clear some", webhook.ErrFull, mostFaults)
	}
	s.faults.last++
	f.ID, f.Hits = "fault_"+strconv.Itoa(s.faults.last), 0
	s.faults.set = append(s.faults.set, &f)
	return f, nil
}

func checkFault(f webhook.Fault) error {
	switch {
	case !slices.Contains(webhook.Kinds(), f.Kind):
		names := make([]string, 0, len(webhook.Kinds()))
		for _, kind := range webhook.Kinds() {
			names = append(names, string(kind))
		}
		return fmt.Errorf("webhook: kind must be one of %s, got %s", strings.Join(names, ", "), untrusted.Quote(string(f.Kind)))
	case f.Kind == webhook.Late && (f.Delay <= 0 || f.Delay > longestLate):
		return fmt.Errorf("webhook: %s needs a delay (delayMilliseconds) of more than 0 and at most %v, got %v", f.Kind, longestLate, f.Delay)
	case f.Kind != webhook.Late && f.Delay != 0:
		return fmt.Errorf("webhook: a delay is for %s alone, got %v with %s", webhook.Late, f.Delay, f.Kind)
	case f.Times < 0:
		return fmt.Errorf("webhook: times must not be negative, got %d", f.Times)
	case !(f.Probability >= 0 && f.Probability <= 1):
		return fmt.Errorf("webhook: probability must be more than 0 and at most 1, got %v", f.Probability)
	}
	return checkKey(f.Key)
}

func checkKey(key string) error {
	if key != "" && !apikey.WellFormed(key) {
		return fmt.Errorf("webhook: key must be an API key, %s or %s and up to %d printable ASCII characters in all, or empty for every key; got %s",
			gen.KeyPrefixTest, gen.KeyPrefixLive, apikey.MaxLength, mask.Key(key))
	}
	return nil
}

// Faults lists the faults that are set for one API key, or all of them with "". Those that have hit as many attempts as they should are gone.
func (s *Sender) Faults(key string) []webhook.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []webhook.Fault
	for _, f := range s.faults.set {
		if key == "" || f.Key == key {
			list = append(list, *f)
		}
	}
	return list
}

// ClearFaults takes away the faults that are set for one API key, or all of them with "". What they hold until another delivery was sent is let go.
func (s *Sender) ClearFaults(key string) {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removeFaults(now, ofKey(key))
}

func ofKey(key string) func(*webhook.Fault) bool {
	return func(f *webhook.Fault) bool { return key == "" || f.Key == key }
}

// RemoveFault takes away the fault with an id, if it is set for an API key; for whatever key with "". It is false where there is none.
func (s *Sender) RemoveFault(key, id string) bool {
	now := s.config.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeFaults(now, func(f *webhook.Fault) bool { return f.ID == id && ofKey(key)(f) })
}

// removeFaults takes away faults, and lets go what they hold, also where they have hit as often as they should.
func (s *Sender) removeFaults(now time.Time, unwanted func(*webhook.Fault) bool) (found bool) {
	before := len(s.faults.set)
	s.faults.set = slices.DeleteFunc(s.faults.set, unwanted)
	found = len(s.faults.set) < before
	for _, e := range s.endpoints {
		if e.held != nil && unwanted(&e.heldBy) {
			s.releaseHeld(e)
			found = true
		}
	}
	s.pump(now)
	return found
}

// draw finds the fault that hits the next attempt of a delivery; the zero mark where none does. Whether a fault does is a function of its seed and of
// the attempt alone, so that neither other faults nor the pace of receivers change it.
func (fs *faults) draw(d *delivery) (webhook.Fault, mark) {
	for i, f := range fs.set {
		if f.Key != "" && f.Key != d.key || f.EndpointID != "" && f.EndpointID != d.to.ID || f.Kind == webhook.Reordered && d.to.held != nil {
			continue
		}
		if f.Probability > 0 {
			random := rand.New(rand.NewPCG(f.Seed, uint64(d.to.number)<<48^d.sequence<<8^uint64(d.tries)))
			if random.Float64() >= f.Probability {
				continue
			}
		}
		f.Hits++
		if f.Hits == f.Times {
			fs.set = slices.Delete(fs.set, i, i+1)
		}
		return *f, mark{f.ID, f.Kind}
	}
	return webhook.Fault{}, mark{}
}
