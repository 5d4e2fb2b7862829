package outcome

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

const (
	// receiverKey is where the Store has the receiver. No digest is like it.
	receiverKey = "receiver"
	// maxPause is how far apart two calls of Settle are at most for the receiver to count as alive in between.
	maxPause = 2 * time.Minute
	// maxOutage is how long the receiver may have been down, in sum, for the absence of an event to mean something. That is how long the vendor waits
	// between the second delivery of an event and the third: all five can only be missed in less if four outages meet them by chance.
	maxOutage = 5 * time.Minute
	// maxOutages bounds the outages that are kept apart.
	maxOutages = 100
	// remembered is how long outages are kept: for longer than any call is waited for.
	remembered = 48 * time.Hour
)

// receiver is what is known of the receiver of events, over the last hours.
type receiver struct {
	Alive   time.Time `json:"alive"`             // up to when it was
	Heard   []int64   `json:"heard,omitempty"`   // the minutes since 1970 in which events came, in order, of the last 2*Wait: at most 677
	Outages []outage  `json:"outages,omitempty"` // in which it may not have been, in order
}

type outage struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// lives notes that the receiver was alive from since to now, and when it last got an event.
func (r *receiver) lives(since, now, heard time.Time) {
	latest := now.Add(skew) // of the clocks of several processes
	if r.Alive.After(latest) {
		// The clock was set back: of the calls that it timed, which began before the next Settle was due by it, nothing is certain.
		r.Outages = append(r.Outages, outage{now, r.Alive.Add(maxPause + maxOutage + time.Second)})
		r.Alive, since = now, now
	}
	if since.After(r.Alive) {
		r.Outages = append(r.Outages, outage{r.Alive, since})
	}
	if now.After(r.Alive) {
		r.Alive = now
	}
	if i, known := slices.BinarySearch(r.Heard, minute(heard)); !known && !heard.IsZero() {
		r.Heard = slices.Insert(r.Heard, i, minute(heard))
	}
	first := minute(now.Add(-2 * Wait()))
	r.Heard = slices.DeleteFunc(r.Heard, func(m int64) bool { return m < first || m > minute(latest) })
	r.Outages = slices.DeleteFunc(r.Outages, func(o outage) bool { return o.To.Before(now.Add(-remembered)) })
	if extra := len(r.Outages) - maxOutages; extra > 0 { // the oldest become one, which is longer than they are
		r.Outages[extra].From = r.Outages[0].From
		r.Outages = r.Outages[extra:]
	}
}

// minute is the one that a time is in.
func minute(t time.Time) int64 { return t.Unix() / 60 }

// doubts says why the absence of an event for a call says nothing, "" if it says that there is no customer.
func (r *receiver) doubts(c *call) string {
	var down time.Duration
	for _, o := range r.Outages {
		if o.From.Before(c.Begun) {
			o.From = c.Begun
		}
		down += max(0, o.To.Sub(o.From))
	}
	switch {
	case c.TooLarge:
		return "the vendor may send no event for a customer of this size"
	case down > maxOutage:
		return "the receiver was down for " + down.Round(time.Second).String() + ", or its clock was wrong"
	case c.Ended.Before(c.Begun.Add(-skew)):
		return "the clock was set back during the call"
	case c.Earlier != "":
		return "the event of the customer " + c.Earlier + " has the same content, and came after the call began; by the clocks, the customer was created before it"
	}
	return r.silence(c)
}

// silence says between which two attempts to deliver the event of a call no event of anything came, "" if one came between all that are further apart than maxOutage:
// then no outage that the receiver did not notice, as of the network before it, met all of the attempts, unless there was one more before each of these events.
func (r *receiver) silence(c *call) string {
	var pauses, answers time.Duration // up to an attempt
	for _, pause := range gen.WebhookRetries() {
		answers += gen.WebhookAnswerTime
		from, to := c.Ended.Add(pauses+answers), c.Begun.Add(pauses+pause) // after the one at the latest, before the next at the earliest
		pauses += pause
		heard := slices.ContainsFunc(r.Heard, func(m int64) bool { return m*60 >= from.Unix() && (m+1)*60 <= to.Unix() })
		if pause > maxOutage && !heard {
			return fmt.Sprintf("no event came between %s and %s, so that it is not certain that the vendor reached the receiver",
				from.Format(time.RFC3339), to.Format(time.RFC3339))
		}
	}
	return ""
}

func (r *receiver) entry(now time.Time) (Entry, error) {
	value, err := json.Marshal(r)
	return Entry{Value: value, Due: now.AddDate(100, 0, 0)}, err // never due
}
