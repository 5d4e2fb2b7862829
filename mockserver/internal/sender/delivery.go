package sender

import (
	"container/heap"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// event is what happened. It never changes, and its deliveries share it.
type event struct {
	id, key, customer string
	payload           []byte // nil where it is too large to be sent
	size              int    // of the payload, in bytes
	created           time.Time
	test              bool
}

// delivery is an event on its way to an endpoint. Guarded by Sender.mu, but for what never changes: event, to, sequence, repeats.
type delivery struct {
	*event
	to       *endpoint
	sequence uint64 // of the events of the endpoint; for the draws of faults
	repeats  uint64 // the number of the delivery that this one redelivers; 0 where it does not

	number   uint64
	state    webhook.State
	admitted bool // counts as pending
	reason   string
	retrying bool      // failed once, and counts as such
	tries    int       // attempts so far, the copy of a duplicate not counted
	attempts []attempt // only appended to: readers share it
	due      time.Time // while it waits
	place    int       // in Sender.waiting; -1 while it does not wait
	drawn    bool      // its next attempt is not drawn for again: a fault has held it
	fault    mark      // of what held it
	begun    uint64    // when its last attempt or its hold began, in Sender.begins
	texts    int       // of the attempts, in bytes
	size     int       // in the history, in bytes
	gone     bool      // forgotten, wherever it still stands
}

// What a delivery and an attempt take in memory beside the payload and texts, at most.
const (
	deliverySize = 512
	attemptSize  = 208
)

// charge is what a delivery is counted with while it is pending, an attempt included from the start: each has one.
func (d *delivery) charge() int {
	return d.event.size + deliverySize + max(1, len(d.attempts))*attemptSize
}

// ended is what it is counted with in the history.
func (d *delivery) ended() int {
	return len(d.payload) + deliverySize + len(d.attempts)*attemptSize + d.texts
}

// byDue is a heap (container/heap) of the deliveries that wait.
type byDue []*delivery

func (h byDue) Len() int           { return len(h) }
func (h byDue) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h byDue) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *byDue) Push(d any) {
	d.(*delivery).place = len(*h)
	*h = append(*h, d.(*delivery))
}

func (h *byDue) Pop() any {
	last := len(*h) - 1
	d := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	d.place = -1
	return d
}

// wait keeps a delivery until a time of the mock's clock.
func (s *Sender) wait(d *delivery, due time.Time) {
	d.due = due
	heap.Push(&s.waiting, d)
}

// queue puts a delivery that waited into the queue of its endpoint.
func (s *Sender) queue(d *delivery) {
	if d.place >= 0 {
		heap.Remove(&s.waiting, d.place)
	}
	d.due = time.Time{}
	if d.to.held == d {
		d.to.held = nil
	}
	d.to.ready = append(d.to.ready, d)
}

// releaseHeld lets go what a fault holds until another delivery was sent.
func (s *Sender) releaseHeld(e *endpoint) {
	if e.held != nil {
		s.queue(e.held)
	}
}
