package mockserver

import (
	"fmt"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Server is the mock. It is an http.Handler; it needs no closing, and is safe for concurrent use.
type Server struct {
	config
	judge    *judge.Judge
	tenants  *tenants
	corridor http.Handler
}

// New makes a server that holds no customers. The first option that cannot be carried out is the error.
func New(options ...Option) (*Server, error) {
	s := &Server{config: defaults(), judge: judge.Contract()}
	for _, option := range options {
		if err := option(&s.config); err != nil {
			return nil, fmt.Errorf("mockserver: %w", err)
		}
	}
	s.tenants = newTenants(s.maxCustomers, s.seeds())
	s.corridor = through(s.operation(),
		s.reply,
		s.record,
		s.recover,
		s.contractResponse,
		s.route,
		s.key,
		s.address,
		s.limit,
		s.scope,
		s.contractRequest,
	)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.corridor.ServeHTTP(w, r) }

type door func(next http.Handler) http.Handler

// through puts the doors before the room, the first one outermost.
func through(room http.Handler, doors ...door) http.Handler {
	for i := len(doors) - 1; i >= 0; i-- {
		room = doors[i](room)
	}
	return room
}
