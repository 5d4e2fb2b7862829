package journal

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
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
	// KeyID names the key in the control API (GET /_mock/keys); empty where the server did not take the key for good.
	KeyID string
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

	// ResentFrom is the id of the entry that the control API, or the page, sent again with this request; empty where a client sent it.
	ResentFrom string

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
	// Refusal is the message with which the server refused the request, values that came in it; empty where it did not, or was told to by a
	// fault, Prefer or a magic value.
	Refusal string
	// CORSRefused says why a page in a browser may not send the request (a preflight that was not granted), or not read
	// the answer; empty where it may, and where no page asks.
	CORSRefused string
}

// String is the entry in short, a line and another one for each violation: it shows no body, but what is wrong with it.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s %s → ", r.ID, r.Time.UTC().Format("15:04:05.000"), untrusted.Cut(r.Method), untrusted.Cut(r.Target))
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

// Reason says why the request was refused, or which answer it was given instead of its own; empty where neither is the case. It shows values
// that came.
func (r Request) Reason() string {
	var reasons []string
	add := func(reason string) {
		if reason != "" {
			reasons = append(reasons, reason)
		}
	}
	add(r.played())
	switch {
	case len(r.Violations) > 0:
		text := r.Violations.String()
		if r.MoreViolations > 0 {
			text += fmt.Sprintf("; and %d more", r.MoreViolations)
		}
		add(text)
	default:
		add(r.Refusal)
	}
	if r.CORSRefused != "" {
		add("a page in a browser was refused (CORS): " + r.CORSRefused)
	}
	return strings.Join(reasons, "; ")
}

// played says which answer was asked for.
func (r Request) played() string {
	switch {
	case r.Fault != nil:
		parts := []string{}
		switch {
		case r.Fault.Store && r.Customer != "":
			parts = append(parts, "the customer was stored first")
		case r.Fault.Store:
			parts = append(parts, "carried out first")
		}
		if r.Wait > 0 {
			parts = append(parts, "delayed by "+r.Wait.String())
		}
		if r.Fault.Status != 0 && (r.Status != 0 || r.Fault.Connection == "") {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("answered %d %s", r.Fault.Status, r.Fault.Example)))
		}
		if r.Fault.Connection != "" {
			parts = append(parts, string(r.Fault.Connection))
		}
		if r.Fault.Drip.Chunks > 0 {
			parts = append(parts, "sent in pieces")
		}
		return strings.TrimSuffix(r.Fault.ID+" hit it: "+strings.Join(parts, ", "), ": ")
	case r.Preference != "":
		return "Prefer asked for this answer: " + r.Preference
	case r.Trigger != "":
		return "a magic value asked for this answer: " + r.Trigger
	}
	return ""
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
	// Before is the id of an entry; only those are left that were recorded before it. An id that no entry can have leaves none.
	Before string
	// Text leaves only requests that have it in the target, a header, the body, the answer or the reason, in letters of either case, as
	// they are shown: what is masked is not found.
	Text string
	// Refused leaves only requests that were answered with an error, for whatever reason, or whose page in a browser was refused.
	Refused bool
	// Violating leaves only requests that broke the contract, as [Request.Broken] says.
	Violating bool
	// Duplicates leaves only requests that repeat an earlier one.
	Duplicates bool
	// InShort leaves headers and bodies out of the entries that are given: masking keys in them is most of the work.
	InShort bool
	// Limit is how many entries are given, the newest ones.
	Limit int
}
