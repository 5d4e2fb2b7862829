package store

import (
	"slices"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// Count is how many customers a key has.
func (s *Store) Count(key string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, emptied, own := s.byKey[apikey.DigestOf(key)], s.emptied, 0
	if t != nil {
		emptied, own = t.emptied, t.customers.len
	}
	if emptied {
		return own
	}
	return s.seeds.len + own
}

// Page lists at most so many customers of a key with ids above the given one, in order of creation; of all keys for "", where what
// every key starts with is listed once.
func (s *Store) Page(key string, after ID, most int) []Customer {
	if key == "" {
		return s.pageOfAll(after, most)
	}
	t := s.named(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []Customer
	if !t.emptied {
		page = appendPage(page, s.seeds, after, most)
	}
	return appendPage(page, &t.customers, after, most-len(page))
}

func (s *Store) pageOfAll(after ID, most int) []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []Customer
	if !s.emptied {
		page = appendPage(page, s.seeds, after, most)
	}
	for _, t := range s.holding {
		page = appendPage(page, &t.customers, after, most)
	}
	slices.SortFunc(page, func(a, b Customer) int { return a.ID.compare(b.ID) })
	return page[:min(len(page), most)]
}

func appendPage(page []Customer, from *sequence, after ID, most int) []Customer {
	for i, end := from.after(after), most; i < from.len && end > 0; i, end = i+1, end-1 {
		page = append(page, *from.at(i))
	}
	return page
}

// Find is the customer of a key with an id, in JSON; of whatever key for "". It is nil where there is none.
func (s *Store) Find(key, id string) []byte {
	parsed, ok := ParseID(id)
	switch {
	case !ok:
		return nil
	case key == "":
		return s.find(parsed)
	}
	if found := s.Page(key, parsed.Before(), 1); len(found) > 0 && found[0].ID == parsed {
		return found[0].JSON
	}
	return nil
}

func (s *Store) find(id ID) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.seeds.find(id); r != nil && !s.emptied {
		return r.JSON
	}
	for _, t := range s.holding {
		if r := t.customers.find(id); r != nil {
			return r.JSON
		}
	}
	return nil
}
