package mockserver

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Server is the mock. It is an http.Handler, and safe for concurrent use.
type Server struct {
	config
	judge    *judge.Judge
	tenants  *tenants
	journal  *journal
	inFlight *pool
	aside    *pool
	faults   faults
	corridor http.Handler
	control  http.Handler
	started  time.Time
	broken   atomic.Int64 // requests that broke the contract

	ending
}

// New makes a server that holds no customers. The first option that cannot be carried out is the error.
func New(options ...Option) (*Server, error) {
	s := &Server{config: defaults(), judge: judge.Contract(), journal: newJournal(), ending: newEnding()}
	for i, option := range options {
		if option == nil {
			return nil, fmt.Errorf("mockserver: option %d must not be nil", i+1)
		}
		if err := option(&s.config); err != nil {
			return nil, fmt.Errorf("mockserver: %w", err)
		}
	}
	if err := s.checkSeeds(); err != nil {
		return nil, fmt.Errorf("mockserver: %w", err)
	}
	s.seedArray = nil
	seeds := s.seeds()
	if int64(seeds.bytes) >= s.storeSize {
		return nil, fmt.Errorf("mockserver: WithSeed: must leave room in a store of %d bytes (WithStoreSize) for a customer, got %d bytes",
			s.storeSize, seeds.bytes)
	}
	s.tenants = newTenants(s.maxCustomers-len(s.seed), int(min(s.storeSize, math.MaxInt))-seeds.bytes, seeds)
	s.inFlight, s.aside = newPool(max(mostInFlight, s.maxBody)), newPool(max(mostAside, s.maxBody))
	s.corridor = through(s.operation(),
		s.reply,
		s.record,
		s.wait,
		s.recover,
		s.cors,
		s.route,
		s.contractResponse,
		s.prefer,
		s.fault,
		s.key,
		s.address,
		s.limit,
		s.scope,
		s.contractRequest,
		s.trigger,
	)
	s.control, s.started = s.newControl(), s.now()
	return s, nil
}

// ServeHTTP answers one request: of the API, of the control API under /_mock/, or of a person who looks at "/".
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isControl(r.URL.Path) {
		s.control.ServeHTTP(w, r)
		return
	}
	if isFrontPage(r) {
		s.frontPage(w, r)
		return
	}
	s.corridor.ServeHTTP(w, r)
}

type door func(next http.Handler) http.Handler

// through puts the doors before the room, the first one outermost.
func through(room http.Handler, doors ...door) http.Handler {
	for _, door := range slices.Backward(doors) {
		room = door(room)
	}
	return room
}
