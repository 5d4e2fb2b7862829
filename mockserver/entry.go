package mockserver

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// recorded is what an entry says of its exchange.
type recorded struct {
	arrived  time.Time
	duration time.Duration

	key, operation, method, target, host string

	header   http.Header
	body     []byte
	bodySize int

	status           int
	responseHeader   http.Header
	responseBody     []byte
	responseBodySize int

	violations  judge.Violations
	more        int
	customer    ulid
	duplicateOf uint64

	fault      *Fault
	wait       time.Duration
	preference string
	trigger    string

	corsRefused string
}

// record takes from an exchange what the journal keeps. Header, body and answer are kept as they are and not written to
// afterwards; nothing keeps the http.Request itself, which holds on to its connection.
func (x *exchange) record(duration time.Duration) recorded {
	r := recorded{
		arrived: x.arrived, duration: duration,
		method: x.request.Method, target: x.request.RequestURI, host: x.request.Host,
		header: x.request.Header, body: cutBody(x.body), bodySize: len(x.body),
		status: x.status, responseBody: cutBody(x.answer), responseBodySize: len(x.answer),
		customer: x.customer,
		fault:    x.fault, wait: x.wait, preference: x.preference, trigger: x.trigger,
		corsRefused: x.corsRefused,
	}
	if keys := r.header[keyHeader]; len(keys) > 0 && len(keys[0]) <= longestKey {
		r.key = keys[0]
	}
	if x.operation != nil {
		r.operation = x.operation.ID
	}
	if r.target == "" { // a request that did not come over the wire
		r.target = x.request.URL.RequestURI()
	}
	if x.status != 0 {
		r.responseHeader = x.header
	}
	r.violations, r.more = cutViolations(x.violations)
	return r
}

// cutViolations keeps the first violations: their names of members can be as long as the body.
func cutViolations(all judge.Violations) (kept judge.Violations, more int) {
	size := 0
	for i, v := range all {
		if size += violationSize(v); i == journalViolations || size > journalBody {
			return slices.Clone(all[:i]), len(all) - i
		}
	}
	return all, 0
}

func violationSize(v judge.Violation) int {
	const fixed = 112
	return fixed + len(v.Path) + len(v.Pointer) + len(v.Expected) + len(v.Got)
}

func cutBody(body []byte) []byte {
	if len(body) > journalBody {
		return bytes.Clone(body[:journalBody]) // not a slice of it, which would keep the rest in memory
	}
	return body
}

// size is about how many bytes an entry keeps from being freed.
func (r *recorded) size() int {
	const fixed, ofHeader = 1536, 64 // fixed covers the answer's headers too: they are the mock's own
	size := fixed + len(r.target) + len(r.host) + cap(r.body) + cap(r.responseBody) + len(r.corsRefused)
	for _, v := range r.violations {
		size += violationSize(v)
	}
	for name, values := range r.header {
		size += ofHeader + len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}
