package fault

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// Fault is what calls get instead of the answer that they would have got: another status, the answer late or in drops,
// or a connection that breaks. [Set.Add] sets one. It hits calls of an operation only; a request with a Prefer
// header that is carried out is not counted.
type Fault struct {
	// ID names the fault; [Set.Add] gives it.
	ID string
	// Key is the API key whose calls are hit; empty for every call, also one without a key.
	Key string

	// Status is the status of the answer: one that the contract has for the operation, or 500, 502 or 504 as a proxy in
	// front of the vendor answers them, with a page of HTML. 0 leaves the answer as it would have been.
	Status int
	// Example is the name of the contract's example that is answered. Empty: the first one of the status.
	Example string
	// Delay is how much later the answer leaves.
	Delay Delay
	// Drip sends the body of the answer slowly.
	Drip Drip
	// Connection breaks the connection instead of answering.
	Connection Connection

	// Store carries the request out before its answer is lost: a valid one creates its customer, then comes the delay,
	// the status or the broken connection. Without it nothing is stored; a call that is only delayed or dripped is
	// carried out after the delay, if its caller is still there by then.
	Store bool

	// Times is how many calls are hit, exactly that many however many come at once; 0 for all until the fault is
	// cleared.
	Times int
	// Probability is how likely a call is hit, in (0, 1]; 0 means 1. Which calls are hit repeats exactly for the same
	// Seed: the fault decides in the order in which its calls arrive.
	Probability float64
	// Seed is where the random numbers of Probability, of a distribution of Delay and of garbage begin.
	Seed uint64

	// Hits is how many calls were hit so far, as [Set.List] tells. In the journal it is the number of the hit,
	// counted from 1.
	Hits int
}

var proxyStatuses = []int{500, 502, 504}

// ProxyStatuses are the statuses outside the contract that a fault may answer: those with which a proxy between a
// client and the vendor says that the vendor failed.
func ProxyStatuses() []int { return slices.Clone(proxyStatuses) }

// check says what is wrong with a fault that a caller made.
func (f Fault) check() error {
	switch {
	case f.Status == 0 && f.Connection == "" && f.Delay == (Delay{}) && f.Drip == (Drip{}):
		return errors.New("fault: must have a status, a delay, a drip or a connection fault")
	case f.Example != "" && f.Status == 0:
		return fmt.Errorf("fault: example %q needs the status that it is an example of", f.Example)
	case f.Times < 0:
		return fmt.Errorf("fault: times must not be negative, got %d", f.Times)
	case !(f.Probability >= 0 && f.Probability <= 1):
		return fmt.Errorf("fault: probability must be more than 0 and at most 1, got %v", f.Probability)
	case f.Connection != "" && f.Drip != (Drip{}):
		return fmt.Errorf("fault: must either drip the answer or break the connection (%s), not both", f.Connection)
	case f.Key != "" && !apikey.WellFormed(f.Key):
		return fmt.Errorf("fault: key must be an API key, %s or %s and up to %d printable ASCII characters in all, "+
			"or empty for every call; got %s", gen.KeyPrefixTest, gen.KeyPrefixLive, apikey.MaxLength, mask.Key(f.Key))
	}
	if f.Connection != "" && !slices.Contains(Connections(), f.Connection) {
		return fmt.Errorf("fault: connection must be one of %s, got %s",
			joined(Connections()), untrusted.Quote(string(f.Connection)))
	}
	if f.Status != 0 && !f.IsOfProxy() {
		if _, err := example.All().Find(f.Status, f.Example); err != nil {
			return fmt.Errorf("fault: %w; 500, 502 and 504 are a proxy's, without an example", err)
		}
	} else if f.Example != "" {
		return fmt.Errorf("fault: status %d is not in the contract and has no examples, got %s",
			f.Status, untrusted.Quote(f.Example))
	}
	if err := f.Drip.check(); err != nil {
		return err
	}
	return f.Delay.check()
}

// fits reports whether an operation has the answer that the fault asks for. A fault does not hit calls of an operation that has not.
func (f Fault) fits(operation *judge.Operation) bool {
	if f.Status == 0 || f.IsOfProxy() {
		return true
	}
	_, err := example.Of(operation).Find(f.Status, f.Example)
	return err == nil
}

// IsOfProxy reports whether the answer is that of a proxy in front of the vendor, which the contract does not have.
func (f Fault) IsOfProxy() bool { return slices.Contains(proxyStatuses, f.Status) }

// Answer is what the fault answers to a call of an operation, before a delay, a drip or a broken connection; nil where the answer
// stays as it would have been.
func (f Fault) Answer(operation *judge.Operation) *example.Example {
	switch {
	case f.IsOfProxy():
		title := strconv.Itoa(f.Status) + " " + http.StatusText(f.Status)
		return &example.Example{Status: f.Status, MediaType: "text/html; charset=utf-8", Body: []byte("<html>\n<head><title>" + title +
			"</title></head>\n<body>\n<center><h1>" + title + "</h1></center>\n</body>\n</html>\n")}
	case f.Status != 0:
		documented, _ := example.Of(operation).Find(f.Status, f.Example)
		return documented
	case f.Connection != "" && !f.Store:
		return example.Of(operation).FirstSuccess()
	}
	return nil
}

func joined[S ~string](names []S) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return strings.Join(texts, ", ")
}

// longestWait is the longest that a fault keeps a call waiting; a random delay beyond it is cut.
const longestWait = time.Hour
