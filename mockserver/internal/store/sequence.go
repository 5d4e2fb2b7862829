package store

import "sort"

// Customer is one stored customer, encoded as it was answered: far less for the garbage collector to walk than a tree of pointers.
type Customer struct {
	ID   ID
	JSON []byte // shared: not to be changed

	number uint64 // the sequence number of the customer in the store
}

// sequence holds the customers of one key, sorted by id, which is the order of creation: an id is found by binary
// search, and no map is needed. It is kept in chunks, so that it grows and shrinks at its ends without being copied,
// however long it is.
type sequence struct {
	chunks [][]Customer
	gone   int // how many records at the beginning of the first chunk have been dropped
	len    int
	bytes  int // of what is encoded
}

const chunkSize = 512

func (s *sequence) at(i int) *Customer {
	i += s.gone
	return &s.chunks[i/chunkSize][i%chunkSize]
}

// add puts a record at the end. Where customers are created at the same time, one with a lower id can come later; it
// moves forward to its place.
func (s *sequence) add(r Customer) {
	last := len(s.chunks) - 1
	if last < 0 || len(s.chunks[last]) == chunkSize {
		s.chunks = append(s.chunks, nil)
		last++
	}
	s.chunks[last] = append(s.chunks[last], r)
	s.len++
	s.bytes += len(r.JSON)
	for i := s.len - 1; i > 0; i-- {
		a, b := s.at(i-1), s.at(i)
		if a.ID.compare(b.ID) < 0 {
			return
		}
		a.ID, a.JSON, b.ID, b.JSON = b.ID, b.JSON, a.ID, a.JSON
	}
}

func (s *sequence) dropOldest() {
	s.bytes -= len(s.at(0).JSON)
	*s.at(0) = Customer{}
	s.gone++
	s.len--
	if s.gone == chunkSize {
		s.chunks, s.gone = s.chunks[1:], 0
	}
	if s.len == 0 {
		*s = sequence{}
	}
}

// after is the index of the first record with an id above the given one.
func (s *sequence) after(id ID) int {
	return sort.Search(s.len, func(i int) bool { return s.at(i).ID.compare(id) > 0 })
}

// find is the record with an id; nil where there is none.
func (s *sequence) find(id ID) *Customer {
	if i := s.after(id.Before()); i < s.len && s.at(i).ID == id {
		return s.at(i)
	}
	return nil
}
