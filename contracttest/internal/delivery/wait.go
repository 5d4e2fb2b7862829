package delivery

import (
	"context"
	"slices"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// Wait waits until everything has arrived that the customers of a run make expect, until the time for it is over, or until ctx ends.
func (r *Receiver) Wait(ctx context.Context, done []*check.Verdict) {
	if r == nil {
		return
	}
	begun := time.Now()
	r.mu.Lock()
	r.until = begun.Add(r.Options.Wait)
	r.mu.Unlock()
	expected := r.expected(done)
	for {
		now := time.Now()
		missing, until := r.missing(expected, now)
		if missing == 0 {
			break
		}
		if r.OnWait != nil {
			r.OnWait(missing, until.Sub(now))
		}
		timer := time.NewTimer(until.Sub(now))
		select {
		case <-r.news:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waited, r.cut = time.Since(begun), ctx.Err() != nil
}

// expected are the creates of which a delivery has to come, by the id of their customer: those that a right server must carry out, and
// whose answer came. A customer of which a payload may be too large, with every property that it does not have as null, is none of them.
func (r *Receiver) expected(done []*check.Verdict) map[string]*check.Verdict {
	expected := map[string]*check.Verdict{}
	for _, v := range done {
		if !r.createdBy(v.Exchange) {
			continue
		}
		if customer, id := r.customer(v.Value); id != "" && len(v.Answer.Body)+nulls(r.schema, customer) <= r.mostBytes {
			expected[id] = v
		}
	}
	return expected
}

// nulls is how many bytes it takes to say of each property that a value does not have, in objects at any depth, that it is null.
func nulls(schema *openapi3.Schema, value any) (size int) {
	switch value := value.(type) {
	case map[string]any:
		for name, property := range exchange.Properties(schema) {
			if inner, there := value[name]; there {
				size += nulls(property.Value, inner)
			} else {
				size += len(name) + len(`"":null,`)
			}
		}
	case []any:
		for _, item := range value {
			if schema.Items != nil {
				size += nulls(schema.Items.Value, item)
			}
		}
	}
	return size
}

// createdBy reports whether an exchange created a customer of which webhooks tell.
func (w *webhook) createdBy(x *exchange.Exchange) bool {
	return x.Created() && x.Class.Op.ID == w.creates
}

// missing counts the deliveries that can still come in time, and says until when.
func (r *Receiver) missing(expected map[string]*check.Verdict, now time.Time) (missing int, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range expected {
		end := r.until
		if s := r.stories[id]; s != nil && slices.ContainsFunc(s.arrivals, r.ofTheType) {
			if s.refused == nil || s.follower() != nil {
				continue
			}
			if retry := s.retry(r.webhook); retry != nil && r.value(retry, partID) == r.value(s.refused, partID) {
				continue
			}
			end = s.refused.at.Add(r.longestRetry())
		}
		if end.After(now) {
			missing++
			if end.After(until) {
				until = end
			}
		}
	}
	return missing, until
}

// retry is what came after the delivery that was refused on purpose: the one with its id, or else the first that is not of another
// type; nil where none came.
func (s *story) retry(w *webhook) (retry *arrival) {
	after := false
	for _, a := range s.arrivals {
		switch {
		case a == s.refused:
			after = true
		case !after || a.followed != "" || !w.ofTheType(a):
		case w.value(a, partID) == w.value(s.refused, partID):
			return a
		case retry == nil:
			retry = a
		}
	}
	return retry
}

// follower is the request that followed a redirect; nil where none did.
func (s *story) follower() *arrival {
	for _, a := range s.arrivals {
		if a.followed != "" {
			return a
		}
	}
	return nil
}
