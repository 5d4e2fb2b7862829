package mockserver

import "github.com/bitbybit-go/bitbybit-go/mockserver/journal"

// Arrived is what an entry of the journal is of, credentials included, which nothing outside shows.
func (s *Server) Arrived(id string) journal.Exchange {
	x, _, _ := s.journal.Arrived("", id)
	return x
}
