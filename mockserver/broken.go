package mockserver

// BrokenRequests is how many requests broke the contract since the server was made: those that [Request.Broken]
// reports, and as many as the journal has dropped meanwhile.
func (s *Server) BrokenRequests() int { return int(s.broken.Load()) }

// Broken reports whether the request broke the contract: it has violations, or it means no operation. One that was
// turned away before its body was looked at, for its key or for the rate limit, has not.
func (r Request) Broken() bool { return len(r.Violations) > 0 || r.Operation == "" && r.Status >= 400 }

func (x *exchange) broken() bool {
	return len(x.violations) > 0 || x.operation == nil && x.status >= 400
}
