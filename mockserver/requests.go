package mockserver

import "github.com/bitbybit-go/bitbybit-go/mockserver/journal"

// Requests lists the journal's entries that pass every filter, in the order in which they were recorded. An entry is
// there before its answer leaves, so that whoever has the answer finds it. The journal keeps up to 1,000 entries or 8
// MiB of each key, and 32 MiB of all.
func (s *Server) Requests(filters ...journal.Filter) []journal.Request {
	return s.journal.Requests(filters...)
}

// Request is the journal's entry with an id, e.g. "req_17". It is false where there is none, or none any more.
func (s *Server) Request(id string) (journal.Request, bool) { return s.journal.Request("", id) }

// ForgetRequests empties the journal of one API key, or of all with "".
func (s *Server) ForgetRequests(key string) { s.journal.Forget(key) }

// BrokenRequests is how many requests broke the contract since the server was made: those that [journal.Request.Broken]
// reports, and as many as the journal has dropped meanwhile.
func (s *Server) BrokenRequests() int { return int(s.broken.Load()) }
