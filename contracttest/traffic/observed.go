package traffic

import (
	"cmp"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

// observed is an exchange that somebody else made.
type observed struct {
	origin         string // the scheme and host of the server
	request        exchange.Request
	answer         *exchange.Response
	failure        error // why there is no answer, or none that is judged, where that is the server's doing
	unreached      bool  // there was no connection to the server
	partial        bool  // the request was not read to its end
	doubtful       bool  // a connection ended that was open before, as happens to one that was idle for too long
	sent, received time.Time
	recorded       bool // a recorder may have left its key out
	bodiless       bool // the body of the answer is not there, or not whole
	listed         bool // what fails the report is asked for
	masked         func() *mask.Exchange
}

// mostHosts is how many servers are known that were there once.
const mostHosts = 1_000

// reaches reports whether the server was there, now or before. The caller holds the lock.
func (o *Observer) reaches(seen *observed) bool {
	if seen.unreached {
		return o.reached[seen.origin]
	}
	if len(o.reached) < mostHosts {
		o.reached[seen.origin] = true
	}
	return true
}

// fail notes that no answer came.
func (seen *observed) fail(err error, c *connection) {
	seen.failure, seen.unreached, seen.doubtful = err, c.unreached(), c.doubtful()
}

// status is that of the answer; 0 where none came.
func (seen *observed) status() int {
	if seen.answer == nil {
		return 0
	}
	return seen.answer.Status
}

// decode takes the Content-Encoding off the answer. What is too large to be judged is no answer.
func (seen *observed) decode() {
	answer, readable, err := decoded(seen.request.Header, seen.answer)
	if err != nil && seen.recorded { // many recorders take the encoding off themselves
		err = nil
	}
	seen.answer, seen.bodiless = answer, seen.bodiless || !readable
	if seen.failure = cmp.Or(err, exchange.TooLarge(answer.Body)); seen.failure != nil {
		seen.answer = nil
	}
}
