package journal

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// Exchange is what the journal is told of a request and its answer. The journal keeps references: what they refer to must not be written to
// afterwards.
type Exchange struct {
	// Arrived is when the request arrived, Duration how long the answer took.
	Arrived  time.Time
	Duration time.Duration
	// Key is the whole API key; empty where none came that can be one. KeyID is as in [Request].
	Key, KeyID string
	// Operation is the operationId; empty where the request means none.
	Operation string
	// Method, Target, Host, Header and Body are what came.
	Method, Target, Host string
	Header               http.Header
	Body                 []byte
	// Status, ResponseHeader and ResponseBody are what was answered; Status is 0 where nothing was, or not yet.
	Status         int
	ResponseHeader http.Header
	ResponseBody   []byte
	// Refusal is the message with which the server refused the request; empty where it did not, or was told to.
	Refusal string
	// The others are as in [Request].
	ResentFrom  string
	Violations  judge.Violations
	Customer    string
	Fault       *fault.Fault
	Wait        time.Duration
	Preference  string
	Trigger     string
	CORSRefused string
}

// kept is an exchange within the bounds of the journal.
type kept struct {
	Exchange
	bodySize, responseBodySize int
	moreViolations             int
	duplicateOf                uint64
}

func keep(x *Exchange) kept {
	k := kept{Exchange: *x, bodySize: len(x.Body), responseBodySize: len(x.ResponseBody)}
	k.Body, k.ResponseBody = cutBody(x.Body), cutBody(x.ResponseBody)
	k.Violations, k.moreViolations = cutViolations(x.Violations)
	return k
}

// cutViolations keeps the first violations: their names of members can be as long as the body.
func cutViolations(all judge.Violations) (first judge.Violations, more int) {
	size := 0
	for i, v := range all {
		if size += violationSize(v); i == maxViolations || size > MaxBody {
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
	if len(body) > MaxBody {
		return bytes.Clone(body[:MaxBody]) // not a slice of it, which would keep the rest in memory
	}
	return body
}

// size is about how many bytes an entry keeps from being freed.
func (k *kept) size() int {
	const fixed, ofHeader = 1536, 64 // fixed covers the answer's headers too: they are the mock's own
	size := fixed + len(k.Target) + len(k.Host) + cap(k.Body) + cap(k.ResponseBody) + len(k.CORSRefused) + len(k.Refusal)
	for _, v := range k.Violations {
		size += violationSize(v)
	}
	for name, values := range k.Header {
		size += ofHeader + len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}
