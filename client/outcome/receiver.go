package outcome

import (
	"encoding/json"
	"slices"
	"time"
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
)

// receiver is what is known of the receiver of events, over the last day.
type receiver struct {
	Alive   time.Time `json:"alive"`             // up to when it was
	Heard   time.Time `json:"heard,omitzero"`    // when the last event came
	Outages []outage  `json:"outages,omitempty"` // in which it may not have been, in order
}

type outage struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// lives notes that the receiver was alive from since to now, and when it last got an event.
func (r *receiver) lives(since, now, heard time.Time) {
	if since.After(r.Alive) {
		r.Outages = append(r.Outages, outage{r.Alive, since})
	}
	if now.After(r.Alive) {
		r.Alive = now
	}
	if heard.After(r.Heard) {
		r.Heard = heard
	}
	r.Outages = slices.DeleteFunc(r.Outages, func(o outage) bool { return o.To.Before(now.Add(-2 * oldest)) })
	if extra := len(r.Outages) - maxOutages; extra > 0 { // the oldest become one, which is longer than they are
		r.Outages[extra].From = r.Outages[0].From
		r.Outages = r.Outages[extra:]
	}
}

// doubts says why the absence of an event for a call says nothing, "" if it says that there is no customer; and whether that can change.
func (r *receiver) doubts(c *call, now time.Time) (why string, later bool) {
	var down time.Duration
	for _, o := range r.Outages {
		if o.From.Before(c.Begun) {
			o.From = c.Begun
		}
		down += max(0, o.To.Sub(o.From))
	}
	switch {
	case c.TooLarge:
		return "the vendor may send no event for a customer of this size", false
	case down > maxOutage:
		return "the receiver was down for " + down.Round(time.Second).String(), false
	case r.Heard.Before(c.Ended):
		return "no event at all has come since the call, so that it is not certain that the vendor reaches the receiver", now.Before(c.Begun.Add(oldest))
	}
	return "", false
}

func (r *receiver) entry(now time.Time) (Entry, error) {
	value, err := json.Marshal(r)
	return Entry{Value: value, Due: now.AddDate(100, 0, 0)}, err // never due
}
