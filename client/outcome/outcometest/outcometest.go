// Package outcometest tests implementations of outcome.Store.
package outcometest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client/outcome"
)

// Test reports to t what is wrong with a Store. It is given two Stores that use the same data, as two processes have them, or the same Store twice; they are to be empty, and
// are left so. It cannot show that a change is there after the machine has lost its power.
func Test(t testing.TB, one, other outcome.Store) {
	t.Helper()
	s := &stores{TB: t, one: one, other: other}
	for _, check := range []func(*stores){
		(*stores).values, (*stores).removal, (*stores).failure, (*stores).ended, (*stores).large, (*stores).due, (*stores).transactions,
	} {
		check(s)
	}
}

type stores struct {
	testing.TB
	one, other outcome.Store
}

// now is any time. Stores do not look at the clock.
var now = time.Date(2026, 11, 28, 9, 0, 0, 123_000_000, time.UTC)

// key is one of those that a Tracker uses.
func key(i int) string { return fmt.Sprintf("%064x", i) }

// set replaces an entry and returns what was there.
func (s *stores) set(in outcome.Store, key string, e outcome.Entry) (old []byte) {
	s.Helper()
	err := in.Change(s.Context(), key, func(value []byte) (outcome.Entry, error) {
		old = bytes.Clone(value)
		return e, nil
	})
	if err != nil {
		s.Errorf("Change: %v", err)
	}
	return old
}

func (s *stores) expect(in outcome.Store, what, key, want string) {
	s.Helper()
	old := s.set(in, key, outcome.Entry{})
	if want == "" && old != nil {
		s.Errorf("%s: Change must be given nil, got %.80q", what, old)
	}
	if string(old) != want {
		s.Errorf("%s: Change must be given what the last one left, %.80q, got %.80q", what, want, old)
	}
}

func entry(value string) outcome.Entry {
	return outcome.Entry{Value: []byte(value), Due: now, Calls: 1}
}

func (s *stores) values() {
	s.expect(s.one, "no entry", key(1), "")
	s.set(s.one, key(1), entry(`{"a": "é\u0000"}`))
	s.set(s.other, "receiver", entry(`{"b":1}`))
	s.expect(s.other, "an entry of the other Store", key(1), `{"a": "é\u0000"}`)
	s.expect(s.one, "an entry of another key", "receiver", `{"b":1}`)
}

func (s *stores) removal() {
	s.set(s.one, key(1), entry(`{}`))
	s.set(s.one, key(1), outcome.Entry{})
	if due := s.dueAt(now.AddDate(1000, 0, 0)); len(due) != 0 {
		s.Errorf("an entry with a nil Value is none, and Due must not return its key: %q", due)
	}
	s.expect(s.other, "a removed entry", key(1), "")
}

func (s *stores) failure() {
	s.set(s.one, key(1), entry(`{"old":1}`))
	failed := errors.New("failed")
	err := s.one.Change(s.Context(), key(1), func([]byte) (outcome.Entry, error) { return entry(`{"new":1}`), failed })
	if !errors.Is(err, failed) {
		s.Errorf("Change must return the error of the function, as it is or wrapped, got %v", err)
	}
	s.expect(s.other, "a change that failed", key(1), `{"old":1}`)
}

func (s *stores) ended() {
	s.set(s.one, key(1), entry(`{"old":1}`))
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	err := s.one.Change(ctx, key(1), func([]byte) (outcome.Entry, error) { return entry(`{"new":1}`), nil })
	want := `{"old":1}`
	if err == nil {
		want = `{"new":1}`
	}
	s.expect(s.other, fmt.Sprintf("a Change whose context had ended, with the error %v", err), key(1), want)
}

func (s *stores) large() {
	large := `{"a":"` + strings.Repeat("x", 256<<10) + `"}`
	s.set(s.one, key(1), entry(large))
	s.expect(s.one, "256 KiB", key(1), large)
}

func (s *stores) dueAt(at time.Time) []string {
	s.Helper()
	keys, err := s.one.Due(s.Context(), at)
	if err != nil {
		s.Errorf("Due: %v", err)
	}
	slices.Sort(keys)
	return keys
}

func (s *stores) due() {
	for i, due := range []time.Time{now, now.Add(time.Millisecond), now.AddDate(100, 0, 0), now.In(time.FixedZone("", 7*3600)).Add(-time.Hour), now} {
		s.set(s.other, key(i), outcome.Entry{Value: []byte(`{}`), Due: due, Calls: 1})
	}
	s.set(s.other, key(4), outcome.Entry{Value: []byte(`{}`), Due: now.Add(time.Hour), Calls: 1}) // no longer due
	for _, test := range []struct {
		at   time.Time
		want []string
	}{
		{now.Add(-2 * time.Hour), nil},
		{now.Add(-time.Millisecond), []string{key(3)}},
		{now, []string{key(0), key(3)}},
		{now.Add(time.Millisecond), []string{key(0), key(1), key(3)}},
		{now.AddDate(101, 0, 0), []string{key(0), key(1), key(2), key(3), key(4)}},
	} {
		if due := s.dueAt(test.at); !slices.Equal(due, test.want) {
			s.Errorf("Due at %v must return the keys of the entries that are due then or were before, %q, got %q", test.at, test.want, due)
		}
	}
	for i := range 5 {
		s.set(s.one, key(i), outcome.Entry{})
	}
}

// transactions has both Stores count under the same key, and under others meanwhile.
func (s *stores) transactions() {
	const each = 50
	count := func(value []byte) (outcome.Entry, error) {
		var n int
		if value != nil {
			if err := json.Unmarshal(value, &n); err != nil {
				return outcome.Entry{}, err
			}
		}
		value, err := json.Marshal(n + 1)
		return outcome.Entry{Value: value, Due: now, Calls: 1}, err
	}
	var wg sync.WaitGroup
	for i := range 4 {
		in := []outcome.Store{s.one, s.other}[i%2]
		wg.Go(func() {
			for range each {
				if err := errors.Join(in.Change(s.Context(), key(1), count), in.Change(s.Context(), key(2+i), count)); err != nil {
					s.Errorf("Change, of several at once: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	s.expect(s.one, "200 Changes at once, each of which adds 1", key(1), strconv.Itoa(4*each))
	for i := range 4 {
		s.expect(s.one, "50 Changes that add 1, with others at once", key(2+i), strconv.Itoa(each))
	}
}
