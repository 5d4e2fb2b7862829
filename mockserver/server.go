package mockserver

import (
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/sender"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// Server is the mock. It is an http.Handler, and safe for concurrent use.
type Server struct {
	config
	judge     *judge.Judge
	store     *store.Store
	limiter   *access.Limiter
	journal   *journal.Journal
	faults    fault.Set
	sender    *sender.Sender
	triggers  map[*judge.Operation]*triggers
	transfers *transfer.Transfers
	inFlight  *transfer.Pool
	waiting   *transfer.Pool
	api       http.Handler
	control   http.Handler
	started   time.Time
	broken    atomic.Int64 // requests that broke the contract
	draining  atomic.Bool
}

// New makes a server that holds no customers but those of [WithSeed]. The first option that cannot be carried out is the error.
func New(options ...Option) (*Server, error) {
	s := &Server{
		config: defaults(), judge: judge.Contract(), journal: journal.New(), transfers: transfer.New(),
		triggers: map[*judge.Operation]*triggers{},
	}
	for i, option := range options {
		if option == nil {
			return nil, fmt.Errorf("mockserver: option %d must not be nil", i+1)
		}
		if err := option(&s.config); err != nil {
			return nil, fmt.Errorf("mockserver: %w", err)
		}
	}
	seeds, err := s.seeds()
	if err != nil {
		return nil, fmt.Errorf("mockserver: %w", err)
	}
	if s.store, err = store.New(store.Config{
		MaxCustomers: s.maxCustomers, MaxBytes: int(min(s.storeSize, math.MaxInt)),
		Seeds: seeds, IDSeed: s.idSeed, OwnClock: s.clockSet,
	}, s.now()); err != nil {
		return nil, fmt.Errorf("mockserver: %w", err)
	}
	s.seed = nil
	if s.sender, err = s.newSender(); err != nil {
		return nil, fmt.Errorf("mockserver: WithWebhook: %w", err)
	}
	s.limiter = access.NewLimiter(s.rateLimit)
	for _, key := range s.namedKeys {
		s.limiter.Window(key, apikey.DigestOf(key))
	}
	s.inFlight = transfer.NewPool(max(mostInFlight, s.maxBody))
	s.waiting = transfer.NewPool(max(mostWaiting, s.maxBody))
	s.api = chain(s.operation(),
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
	)
	s.started = s.now()
	s.control = control.New(s.controlled())
	return s, nil
}

// ServeHTTP answers one request: of the API, of the control API under /_mock/, or of a person who looks at "/".
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		w.Header().Set("Connection", "close")
	}
	switch {
	case control.Serves(r.URL.Path):
		s.control.ServeHTTP(w, r)
	case isFrontPage(r):
		s.frontPage(w, r)
	default:
		s.api.ServeHTTP(w, r)
	}
}

// Reset puts a key back to how it was at start: its customers, ids and rate limit, its requests in the journal, its faults, and its webhooks:
// their deliveries, endpoints and faults. With "" it does so for all keys, and the endpoints are those of [WithWebhook] again.
func (s *Server) Reset(key string) {
	s.store.Reset(key)
	s.limiter.Reset(key)
	s.ForgetRequests(key)
	s.ClearFaults(key)
	s.sender.Reset(key)
}

// Close ends the waits of faults: calls that a fault keeps waiting, now or later, end without an answer. Bodies that are
// still arriving, and large answers that are still being written, have two seconds left. [Server.CloseWithin] leaves
// short waits their time. Webhooks are not sent any more.
func (s *Server) Close() {
	s.transfers.Close()
	s.sender.Close()
}

// Drain has GET /_mock/health say 503 from now on, with the status draining: a load balancer that asks it sends new requests
// elsewhere. What still arrives is served as before, but each answer closes its connection (HTTP/2: once its calls have ended), so that few
// are left open for a request to be lost on when the listener closes. It does not stop the server: after the time that the load balancer needs,
// call [http.Server.Shutdown].
func (s *Server) Drain() { s.draining.Store(true) }

// CloseWithin is Close for a server that stops in a while: waits that are over by then go on and are answered, those
// that would last longer end at once. Hand it to [http.Server.RegisterOnShutdown], whose Shutdown would else wait as
// long as the faults do. The first call counts; Close ends the rest.
func (s *Server) CloseWithin(d time.Duration) { s.transfers.CloseWithin(d) }

type middleware func(next http.Handler) http.Handler

// chain puts middleware before a handler, the first one outermost.
func chain(handler http.Handler, middlewares ...middleware) http.Handler {
	for _, middleware := range slices.Backward(middlewares) {
		handler = middleware(handler)
	}
	return handler
}
