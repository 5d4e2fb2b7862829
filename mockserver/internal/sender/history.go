package sender

import (
	"iter"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

// history holds every delivery that can be listed: the pending ones, and the ended ones within bounds. Guarded by Sender.mu.
type history struct {
	last      uint64
	inOrder   []numbered  // by number; the places of those that are gone stay until they are many
	gone      int         // of those
	byEnd     []*delivery // the ended ones, the one that ended first in front
	ended     int
	bytes     int // of the ended ones
	forgotten int
}

// numbered is the place of a delivery; nil where it is gone.
type numbered struct {
	number uint64
	*delivery
}

// add gives a delivery its number.
func (h *history) add(d *delivery) {
	h.last++
	d.number = h.last
	h.inOrder = append(h.inOrder, numbered{d.number, d})
}

// end counts a delivery among the ended ones, and forgets the oldest of those if they are too many.
func (h *history) end(d *delivery) {
	d.size = d.ended()
	h.ended++
	h.bytes += d.size
	h.byEnd = append(h.byEnd, d)
	for h.ended > maxHistory || h.bytes > maxHistoryBytes {
		oldest := h.byEnd[0]
		h.byEnd[0] = nil
		h.byEnd = h.byEnd[1:]
		if !oldest.gone {
			h.forget(oldest)
			h.forgotten++
		}
	}
}

// resize counts an ended delivery anew.
func (h *history) resize(d *delivery) {
	if d.size > 0 && !d.gone {
		h.bytes += d.ended() - d.size
		d.size = d.ended()
	}
}

// forget takes a delivery out.
func (h *history) forget(d *delivery) {
	d.gone = true
	if d.size > 0 {
		h.ended--
		h.bytes -= d.size
	}
	h.inOrder[h.before(d.number)].delivery = nil
	h.gone++
	if h.gone > 64 && h.gone > len(h.inOrder)/2 { // into a new slice: the old one may be walked
		left := make([]numbered, 0, len(h.inOrder)-h.gone)
		for d := range h.all() {
			left = append(left, numbered{d.number, d})
		}
		h.inOrder, h.gone = left, 0
	}
}

// sweep drops from byEnd what is gone.
func (h *history) sweep() {
	h.byEnd = slices.DeleteFunc(h.byEnd, func(d *delivery) bool { return d.gone })
}

func (h *history) all() iter.Seq[*delivery] {
	return func(yield func(*delivery) bool) {
		for _, n := range h.inOrder {
			if n.delivery != nil && !yield(n.delivery) {
				return
			}
		}
	}
}

// before is the index of the first delivery that does not have a lower number.
func (h *history) before(number uint64) int {
	return sort.Search(len(h.inOrder), func(i int) bool { return h.inOrder[i].number >= number })
}

const (
	idPrefix     = "delivery_"
	defaultLimit = 100
	mostLimit    = 1000
	stride       = 512 // deliveries that are looked at under one lock
)

func idOf(number uint64) string { return idPrefix + strconv.FormatUint(number, 10) }

func (d *delivery) id() string { return idOf(d.number) }

// numberOf reads what idOf wrote; 0 for anything else.
func numberOf(id string) uint64 {
	digits, ok := strings.CutPrefix(id, idPrefix)
	number, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || idOf(number) != id {
		return 0
	}
	return number
}

// Deliveries lists deliveries, the newest first. They are copied outside the lock that creates and attempts need, and looked for in strides.
func (s *Sender) Deliveries(filter webhook.Filter) []webhook.Delivery {
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, mostLimit)
	below := ^uint64(0)
	if filter.Before != "" {
		below = numberOf(filter.Before)
	}
	list := []webhook.Delivery{}
	for below > 0 && len(list) < limit {
		var found []found
		found, below = s.look(&filter, below, limit-len(list))
		for _, f := range found {
			list = append(list, f.shown(filter.InShort))
		}
	}
	return list
}

// found is what is read of a delivery under the lock.
type found struct {
	*delivery // only what never changes is read of it
	what      webhook.Delivery
	attempts  []attempt
}

// look gives up to most deliveries that a filter means, of those with a number below the given one, and below which number to look next: 0 for none.
func (s *Sender) look(filter *webhook.Filter, below uint64, most int) (list []found, next uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.history
	at := h.before(below)
	for looked := 0; looked < stride && len(list) < most; looked++ {
		at--
		if at < 0 {
			return list, 0
		}
		if d := h.inOrder[at].delivery; d != nil && d.meant(filter) {
			list = append(list, d.found())
		}
	}
	return list, h.inOrder[at].number
}

func (d *delivery) meant(f *webhook.Filter) bool {
	return (f.Key == "" || f.Key == d.key) && (f.EndpointID == "" || f.EndpointID == d.to.ID) && (f.EventID == "" || f.EventID == d.event.id) &&
		(f.Customer == "" || f.Customer == d.customer) && (f.State == "" || f.State == d.state)
}

// found reads a delivery. The lock is held.
func (d *delivery) found() found {
	shown := webhook.Delivery{
		ID: d.id(), EventID: d.event.id, Event: gen.WebhookEventCustomerCreated, Key: d.key, EndpointID: d.to.ID, URL: d.to.URL,
		Customer: d.customer, Test: d.test, State: d.state, Reason: d.reason, Created: d.created, Next: d.due, PayloadSize: d.event.size,
	}
	if d.repeats > 0 {
		shown.RedeliveryOf = idOf(d.repeats)
	}
	return found{d, shown, d.attempts}
}

// shown is the delivery for its reader, who may change it.
func (f found) shown(inShort bool) webhook.Delivery {
	shown := f.what
	if !inShort {
		shown.Payload = slices.Clone(f.payload)
	}
	shown.Attempts = make([]webhook.Attempt, len(f.attempts))
	for i := range f.attempts {
		a := &f.attempts[i]
		made := webhook.Attempt{Time: a.sent, Duration: a.took, Status: a.status, More: a.more, Error: a.err, FaultID: a.fault.id, Fault: a.fault.kind}
		if !inShort {
			made.Answer = []byte(a.answer)
			made.Header = http.Header{"Content-Type": {contentType}}
			for _, field := range headerOf(f.event.id, a) {
				made.Header.Set(field.name, field.value)
			}
			if a.fault.kind == webhook.OversizedBody || a.fault.kind == webhook.ReformattedBody {
				made.Body = sentBody(a.fault.kind, f.payload)
			}
		}
		shown.Attempts[i] = made
	}
	return shown
}

// Delivery is the delivery with an id, of a customer of an API key; of whatever key with "".
func (s *Sender) Delivery(key, id string) (webhook.Delivery, error) {
	s.mu.Lock()
	d, err := s.delivery(key, id)
	if err != nil {
		s.mu.Unlock()
		return webhook.Delivery{}, err
	}
	f := d.found()
	s.mu.Unlock()
	return f.shown(false), nil
}

func (s *Sender) delivery(key, id string) (*delivery, error) {
	number, h := numberOf(id), &s.history
	if at := h.before(number); number > 0 && at < len(h.inOrder) && h.inOrder[at].number == number {
		if d := h.inOrder[at].delivery; d != nil && (key == "" || key == d.key) {
			return d, nil
		}
	}
	return nil, webhook.ErrNotFound
}
