package mockserver

// BrokenRequests is how many requests broke the contract since the server was made: those that [Request.Broken]
// reports, and as many as the journal has dropped meanwhile.
func (s *Server) BrokenRequests() int { return int(s.broken.Load()) }

// Broken reports whether the request broke the contract: it has violations, or it means no operation (404, 405; a
// preflight is answered and means none). One that was turned away before its body was looked at, for its key or for the
// rate limit, has not; nor has one whose Prefer header the mock refused, which is no matter of the contract.
// [Filter.Violating] and [Server.BrokenRequests] mean the same.
func (r Request) Broken() bool { return breaksContract(len(r.Violations), r.Operation, r.Status) }

func (x *exchange) broken() bool { return breaksContract(len(x.violations), operationID(x), x.status) }

func breaksContract(violations int, operation string, status int) bool {
	return violations > 0 || operation == "" && status >= 400
}
