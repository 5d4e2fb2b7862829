package journal

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mask"
)

// Request is one entry of the journal: what arrived, what was answered, and why. It is a copy that its reader may
// change. It shows what came as it came, personal data included; only API keys and other credentials are masked, wherever
// they stand.
type Request struct {
	// ID names the entry: "req_1", "req_2" … in the order in which they were recorded.
	ID string
	// Time is when the request arrived, by the server's clock.
	Time time.Time
	// Duration is how long the server took until the answer was ready, without the wait of a fault.
	Duration time.Duration
	// Key is the API key, masked; empty where none came.
	Key string
	// Operation is the operationId; empty where the request means no operation of the contract.
	Operation string
	// Method is the request's method.
	Method string
	// Target is the path and the query as they came, keys masked.
	Target string
	// Host is the host that the request was sent to, with the port.
	Host string
	// Header is what came, credentials masked.
	Header http.Header
	// Body is what came, at most 64 KiB of it, keys masked. It is empty where the client asked leave to send it (Expect:
	// 100-continue) and was refused.
	Body []byte
	// BodySize is how many bytes of the body were read; if they are more than 64 KiB, Body is cut.
	BodySize int

	// Status is what was answered; 0 where nothing was, or not yet: a fault, or a caller who left.
	Status int
	// ResponseHeader is what was answered.
	ResponseHeader http.Header
	// ResponseBody is what was answered, at most 64 KiB of it.
	ResponseBody []byte
	// ResponseBodySize is how many bytes the answer's body has; if they are more than 64 KiB, ResponseBody is cut.
	ResponseBodySize int

	// Violations are what broke the contract in the request, at most 100 of them.
	Violations judge.Violations
	// MoreViolations is how many there were beyond those.
	MoreViolations int
	// Customer is the id of the customer that the request created, also where its answer was lost; empty where none
	// was.
	Customer string
	// DuplicateOf is the id of an earlier entry of the same key with the same body, if that came less than
	// [DoubleSubmitWindow] before.
	DuplicateOf string

	// Fault is the fault that was played, as it was set; nil where none was.
	Fault *fault.Fault
	// Wait is the delay that the fault drew.
	Wait time.Duration
	// Preference is the Prefer header as it was carried out, e.g. "code=429"; empty where none was.
	Preference string
	// Trigger is the name of the example that a magic value in the body asked for; empty where none did.
	Trigger string
	// CORSRefused says why a page in a browser may not send the request (a preflight that was not granted), or not read
	// the answer; empty where it may, and where no page asks.
	CORSRefused string
}

// String is the entry in short, a line and another one for each violation: it shows no body, but what is wrong with it.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s → ", r.ID, r.Time.UTC().Format("15:04:05.000"), mask.Cut(r.Method), mask.Cut(r.Target))
	if r.Status == 0 {
		b.WriteString("no answer")
	} else {
		fmt.Fprintf(&b, "%d", r.Status)
	}
	for _, note := range []struct{ name, value string }{
		{"key", r.Key},
		{"customer", r.Customer},
		{"duplicate of", r.DuplicateOf},
		{"preference", r.Preference},
		{"trigger", r.Trigger},
		{"refused by CORS:", r.CORSRefused},
	} {
		if note.value != "" {
			b.WriteString(", " + note.name + " " + note.value)
		}
	}
	if r.Fault != nil {
		fmt.Fprintf(&b, ", %s (hit %d)", r.Fault.ID, r.Fault.Hits)
	}
	for _, v := range r.Violations {
		b.WriteString("\n    " + v.String())
	}
	if r.MoreViolations > 0 {
		fmt.Fprintf(&b, "\n    … and %d more", r.MoreViolations)
	}
	return b.String()
}

// Broken reports whether the request broke the contract: it has violations, or it means no operation (404, 405; a
// preflight is answered and means none). One that was turned away before its body was looked at, for its key or for the
// rate limit, has not; nor has one whose Prefer header the mock refused, which is no matter of the contract.
// [Filter.Violating] means the same.
func (r Request) Broken() bool { return broken(len(r.Violations), r.Operation, r.Status) }

// Broken is [Request.Broken].
func (x *Exchange) Broken() bool { return broken(len(x.Violations), x.Operation, x.Status) }

func broken(violations int, operation string, status int) bool {
	return violations > 0 || operation == "" && status >= 400
}

// DoubleSubmitWindow is how soon the same body has to come again under the same key to be taken for a double submit.
const DoubleSubmitWindow = 10 * time.Second

// Filter says which entries of the journal are meant. The zero value of a field leaves that field open.
type Filter struct {
	// Key is the whole API key.
	Key string
	// Method is the method, in capitals.
	Method string
	// Path is the path without the query, as it came.
	Path string
	// Status is what was answered. For requests without an answer see Unanswered.
	Status int
	// Since is the earliest time of arrival.
	Since time.Time
	// Unanswered leaves only requests without an answer: a fault lost it or still holds it back, or the caller left.
	Unanswered bool
	// Violating leaves only requests that broke the contract, as [Request.Broken] says.
	Violating bool
	// Duplicates leaves only requests that repeat an earlier one.
	Duplicates bool
	// Limit is how many entries are given, the newest ones.
	Limit int
}
