package result

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
)

// Webhooks says how the webhooks of a run came.
type Webhooks struct {
	// Address is where they were received, e.g. "127.0.0.1:4011".
	Address string `json:"address"`
	// Customers is how many customers the run created that had to be told of, Told how many of them were.
	Customers int `json:"customers"`
	Told      int `json:"told"`
	// Deliveries is how many deliveries told of these customers, those that were refused on purpose and duplicates included.
	Deliveries int `json:"deliveries"`
	// Refused is how many of them were refused on purpose.
	Refused int `json:"refused"`
	// Others is how many requests told of no customer of the run, or of something else than its creation. They are not judged.
	Others int `json:"others"`
	// TurnedAway is how many requests and connections were beyond what a run takes. They are not judged either.
	TurnedAway int `json:"turnedAway,omitempty"`
	// Wait is how long the run would have waited for deliveries after its last request, in nanoseconds.
	Wait time.Duration `json:"wait"`
	// Waited is how long the run waited for deliveries after its last request, in nanoseconds.
	Waited time.Duration `json:"waited"`
}

// String is all of it in one line.
func (w Webhooks) String() string {
	text := fmt.Sprintf("webhooks at %s: %d of %s told of, by %s", w.Address, w.Told, wording.Plural(w.Customers, "customer"), deliveries(w.Deliveries))
	if w.Refused > 0 {
		text += fmt.Sprintf(", %d refused on purpose", w.Refused)
	}
	if w.Others > 0 {
		text += fmt.Sprintf("; %s of other customers or types, not judged", wording.Plural(w.Others, "request"))
	}
	if w.TurnedAway > 0 {
		text += fmt.Sprintf("; %d turned away, beyond what a run takes", w.TurnedAway)
	}
	return fmt.Sprintf("%s; waited %v", text, w.Waited.Round(100*time.Millisecond))
}

func deliveries(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return fmt.Sprintf("%d deliveries", n)
}

// Delivery is a webhook as reports show it. API keys and secrets, should they occur, are masked.
type Delivery struct {
	// Method and Target are those of the request.
	Method string `json:"method"`
	Target string `json:"target"`
	// Header are its headers.
	Header http.Header `json:"header"`
	// Body is its body, cut to 4 KiB.
	Body string `json:"body"`
	// Received is when it came, and Answered with which status it was answered.
	Received time.Time `json:"received"`
	Answered int       `json:"answered"`
	// Digest is a command that computes the signature of these bytes anew, with the secret as $BITBYBIT_WEBHOOK_SECRET; empty where the
	// body is longer than 4 KiB or no text.
	Digest string `json:"digest,omitempty"`
}

// String is the delivery in lines: what was asked and answered, then headers and body, each line marked as the server's.
func (d *Delivery) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s at %s, answered %d", wording.OneLine(d.Method), wording.OneLine(d.Target), d.Received.UTC().Format(time.RFC3339Nano), d.Answered)
	for _, name := range slices.Sorted(maps.Keys(d.Header)) {
		for _, value := range d.Header[name] {
			b.WriteString("\n  | " + wording.OneLine(name+": "+value))
		}
	}
	b.WriteString("\n  |")
	for line := range strings.SplitSeq(d.Body, "\n") {
		b.WriteString("\n  | " + line)
	}
	return b.String()
}
