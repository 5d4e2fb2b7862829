package mockserver

import (
	"context"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// exchange is one request with what the middleware knows of it, and the answer as it stands. It is the ResponseWriter of the middleware
// inside reply, so that an answer is whole before the first byte of it leaves.
type exchange struct {
	arrived time.Time
	request *http.Request

	received  bool // the body was read, as far as it could be
	body      []byte
	bodyError error  // why the body could not be read to its end
	finish    func() // what is to be done for such a body once the answer is sent
	reserved  int64  // its share of Server.inFlight
	waiting   int64  // its share of Server.waiting

	key    string         // the API key, where it is a good one
	digest apikey.Digest  // of key
	grant  *access.Grant  // what that key may do; nil where the request has no good key
	window *access.Window // the window of that key; nil without one
	quota  access.Quota

	operation  *judge.Operation
	violations judge.Violations
	refusal    string // the message of refuse

	status int
	header http.Header
	answer []byte

	// What the journal says beside it.
	entry      *journal.Entry // nil until it is recorded
	customer   string         // the id of the customer that the request created, also where its answer is lost
	fault      *fault.Fault
	wait       time.Duration // what the fault drew
	preference string
	trigger    string

	corsRefused string // why a page may not send this, or not read the answer

	offContract bool                          // a fault asked for what the contract does not allow
	deliver     func(out http.ResponseWriter) // how the answer leaves; nil for at once and whole
	out         http.ResponseWriter           // the connection
}

var _ http.ResponseWriter = (*exchange)(nil)

func (x *exchange) Header() http.Header { return x.header }

// Unwrap lets [http.ResponseController] find the connection, for its deadlines.
func (x *exchange) Unwrap() http.ResponseWriter { return x.out }

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
}

func (x *exchange) Write(b []byte) (int, error) {
	x.WriteHeader(http.StatusOK)
	x.answer = append(x.answer, b...)
	return len(b), nil
}

type exchangeKey struct{}

// exchangeOf is the exchange that the request belongs to. Every request in the chain has one.
func exchangeOf(ctx context.Context) *exchange { return ctx.Value(exchangeKey{}).(*exchange) }
