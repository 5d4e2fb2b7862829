package mockserver

// Reset puts a key back to how it was at start: its customers, ids and rate limit, its requests in the journal and its faults. With "" it does so
// for all keys.
func (s *Server) Reset(key string) {
	s.store.Reset(key)
	s.limiter.Reset(key)
	s.ForgetRequests(key)
	s.ClearFaults(key)
}
