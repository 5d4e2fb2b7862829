package mockserver

import "time"

// Close ends the waits of faults: calls that a fault keeps waiting, now or later, end without an answer. Bodies that are
// still arriving, and large answers that are still being written, have two seconds left. [Server.CloseWithin] leaves
// short waits their time.
func (s *Server) Close() { s.transfers.Close() }

// CloseWithin is Close for a server that stops in a while: waits that are over by then go on and are answered, those
// that would last longer end at once. Hand it to [http.Server.RegisterOnShutdown], whose Shutdown would else wait as
// long as the faults do. The first call counts; Close ends the rest.
func (s *Server) CloseWithin(d time.Duration) { s.transfers.CloseWithin(d) }
