package delivery

import (
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
)

// Bounds of what a run takes of whoever sends to it; see the package comment.
const (
	mostConnections = 256
	mostAtOnce      = 64
	mostHeader      = 16 << 10
	mostBody        = 256 << 10
	mostKept        = 64 << 20
	mostOfStranger  = 4 << 10          // bytes of a body with neither the id of a customer nor the mark of the run: others must not fill what is kept
	patience        = 10 * time.Second // for a request
	idle            = time.Minute      // for the next one on a connection
)

// Options are what a [Receiver] needs to know of a run.
type Options struct {
	// Listener is where deliveries arrive. The receiver closes it.
	Listener net.Listener
	// Secrets are the signing secrets, one or more.
	Secrets []string
	// Wait is how long missing deliveries are waited for after the last request.
	Wait time.Duration
	// OnWait is called with how many deliveries are missing, and how much longer they are waited for, when the run begins to wait and
	// whenever one arrived. Nil is no call.
	OnWait func(missing int, left time.Duration)
	// Tag marks the customers of the run: it is somewhere in their data.
	Tag string
}

// Receiver takes the deliveries of one run. A nil Receiver takes none.
type Receiver struct {
	*webhook
	Options
	server *http.Server
	over   sync.WaitGroup
	begun  time.Time

	connections atomic.Int64
	atOnce      chan struct{}
	news        chan struct{} // something arrived

	mu         sync.Mutex
	stories    map[string]*story // by the id of the customer
	unknown    []*arrival        // of which the id could not be read
	kept       int               // bytes
	turnedAway int
	plan       []int     // statuses to refuse with, each the first delivery of another customer
	until      time.Time // when the wait ends; zero before it begins
	waited     time.Duration
	cut        bool // the wait was ended by the caller
}

// story is what arrived of one customer, in its order.
type story struct {
	arrivals []*arrival
	refused  *arrival // on purpose; nil for nearly all
}

// New begins to receive. Close must be called.
func New(contract *exchange.Contract, o Options) (*Receiver, error) {
	switch {
	case o.Listener == nil:
		return nil, errors.New("contracttest: webhooks need a listener, where they arrive")
	case len(o.Secrets) == 0 || slices.Contains(o.Secrets, ""):
		return nil, errors.New("contracttest: webhooks need a signing secret, and none that is empty, to verify their signatures")
	}
	hook, err := read(contract)
	if err != nil {
		return nil, err
	}
	r := &Receiver{
		webhook: hook, Options: o, begun: time.Now(), stories: map[string]*story{},
		atOnce: make(chan struct{}, mostAtOnce), news: make(chan struct{}, 1),
	}
	if o.Wait >= r.longestRetry() {
		r.plan = []int{http.StatusServiceUnavailable, http.StatusTemporaryRedirect}
	}
	r.server = &http.Server{
		Handler: r, ConnState: r.count, MaxHeaderBytes: mostHeader, ErrorLog: log.New(io.Discard, "", 0),
		ReadHeaderTimeout: patience, WriteTimeout: 2 * patience, IdleTimeout: idle,
		Protocols: new(http.Protocols), HTTP2: &http.HTTP2Config{MaxConcurrentStreams: mostAtOnce},
	}
	r.server.Protocols.SetHTTP1(true)
	r.server.Protocols.SetUnencryptedHTTP2(true)
	r.over.Go(func() { _ = r.server.Serve(o.Listener) })
	return r, nil
}

// Close ends the receiver: it closes the listener and every connection.
func (r *Receiver) Close() {
	if r == nil {
		return
	}
	_ = r.server.Close()
	r.over.Wait()
}

// longestRetry is the time within which the first retry must come: half as long again as it is documented.
func (w *webhook) longestRetry() time.Duration { return w.retries[0] * 3 / 2 }

// count closes the connections that are too many.
func (r *Receiver) count(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if r.connections.Add(1) > mostConnections {
			r.turnAway()
			_ = c.Close()
		}
	case http.StateClosed, http.StateHijacked:
		r.connections.Add(-1)
	}
}

func (r *Receiver) turnAway() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turnedAway++
}

// ServeHTTP takes one request.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	select {
	case r.atOnce <- struct{}{}:
		defer func() { <-r.atOnce }()
	default:
		r.turnAway()
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	a := &arrival{method: req.Method, target: req.URL.RequestURI(), header: req.Header, followed: req.URL.Query().Get(marker)}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(patience)) // where it cannot be set, the server's own holds
	body, err := io.ReadAll(io.LimitReader(req.Body, mostBody+1))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if len(body) > mostBody {
		body, a.cut = body[:mostBody], true
	}
	a.take(body)
	if a.customer == "" && !a.has(r.Tag) {
		a.shorten(mostOfStranger)
	}
	r.keep(a)
	if a.answered == http.StatusTemporaryRedirect {
		w.Header().Set("Location", "?"+url.Values{marker: {a.customer}}.Encode()) // the same address, behind whatever gateway
	}
	w.WriteHeader(a.answered)
}

// marker is the query of the address to which a delivery is redirected.
const marker = "bitbybit-contract-redirected"

// keep decides the answer to an arrival, and keeps it.
func (r *Receiver) keep(a *arrival) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a.at = time.Now()
	if r.kept += a.size(); r.kept > mostKept {
		r.kept -= a.size()
		a.answered = http.StatusServiceUnavailable
		r.turnedAway++
		return
	}
	a.answered = http.StatusOK
	if a.customer == "" {
		r.unknown = append(r.unknown, a)
	} else {
		r.tell(a)
	}
	select {
	case r.news <- struct{}{}:
	default:
	}
}

// tell adds an arrival to the story of its customer, of which the first is refused where the plan says so.
func (r *Receiver) tell(a *arrival) {
	s := r.stories[a.customer]
	if s == nil {
		s = &story{}
		r.stories[a.customer] = s
		if len(r.plan) > 0 && a.has(r.Tag) && (r.until.IsZero() || !a.at.Add(r.longestRetry()).After(r.until)) {
			a.answered, r.plan, s.refused = r.plan[0], r.plan[1:], a
		}
	}
	s.arrivals = append(s.arrivals, a)
}
