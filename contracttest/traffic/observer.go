package traffic

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/coverage"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/finding"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Observer judges exchanges that somebody else makes, with the checks of a run of the suite. What no outsider can know is not
// judged: whether a key is good, and whether an error was asked for that a Prefer header or a value of x-mock-trigger in the contract asks for. Requests to paths that the contract does not
// have are let through unjudged, and so are requests with a body of more than 4 MiB or 20,000 JSON values. An answer with such a body, one
// that breaks off and one that does not come are findings of [result.NotServerError], unless the caller went away. What it keeps is
// bounded, whatever names, keys and ids those make up whose traffic it is: 128 MiB with the findings, and mostly far less. The fields are set before the first exchange. It is safe for concurrent use.
type Observer struct {
	// Judge holds the contract. Nil is the embedded openapi.yaml.
	Judge *judge.Judge
	// Base is the path at which the API is found, beside those of the contract's servers, e.g. "/api/v2".
	Base string
	// Exclude are checks to leave out.
	Exclude []result.Check
	// Strict makes rules that are assumed weigh as much as documented ones.
	Strict bool
	// StrictRequests makes what a request breaks weigh as much as what an answer does, as for a program that never sends on purpose what the
	// contract forbids. Otherwise it is a notice.
	StrictRequests bool
	// FailOn is the least severity of a finding that fails the report: Error, the default, or Warning.
	FailOn result.Severity
	// Baseline has findings that are known and do not fail the report. Nil is none.
	Baseline *result.Baseline
	// ShowData shows personal data in findings and the report. Otherwise letters and digits of texts and numbers are replaced and their form
	// is kept, as [mask.Data] does. API keys are masked always.
	ShowData bool
	// OnViolations is called with what each exchange shows that fails the report, be it new or not, from the goroutine that judges it, and must return
	// to it: it must not wait for the judge. Nil is no call.
	OnViolations func(exchange string, violations []Violation)
	// OnFinding is called with each new finding, as OnViolations is. Nil is no call.
	OnFinding func(result.Finding)

	mu       sync.Mutex
	contract *exchange.Contract
	masks    *mask.Contract
	wants    map[result.Check]bool
	found    finding.Collector
	ledger   check.Ledger
	coverage *coverage.Coverage
	made     map[result.Check]bool
	classes  map[string]int
	back     map[string]bool                // the places at which something that was sent came back
	lost     map[string]string              // the fingerprint of what was left out, as that of what is lost, which is an error
	read     map[[sha256.Size]byte]struct{} // exchanges of recordings
	reached  map[string]bool                // the servers that were there once
	passed   int                            // numbers the exchanges
	judged   int                            // of which so many are to paths of the contract
	bodiless int                            // of which so many only by status and headers
	leftOut  []result.Unjudged
	unread   map[int]string // the statuses with which valid requests were turned away, or failed, and the path of the last one
	readOne  bool           // a valid request was answered otherwise
	begun    time.Time
	lastPath atomic.Pointer[shownPath]
}

// start makes what the fields say. The caller holds the lock.
func (o *Observer) start() {
	if o.contract != nil {
		return
	}
	if o.Judge == nil {
		o.Judge = judge.Contract()
	}
	o.contract = exchange.NewContract(o.Judge, o.Base, "", exchange.Watching)
	if o.masks = mask.Embedded(); o.Judge != judge.Contract() {
		o.masks = mask.Of(o.Judge)
	}
	o.wants = map[result.Check]bool{}
	for _, info := range result.Checks() {
		o.wants[info.ID] = !slices.Contains(o.Exclude, info.ID) && !result.OfWebhooks(info.ID)
	}
	o.found = finding.Collector{Strict: o.Strict, Baseline: o.Baseline, AtOnce: true}
	o.ledger, o.coverage = check.NewLedger(), coverage.New(o.Judge)
	o.made, o.classes, o.back = map[result.Check]bool{}, map[string]int{}, map[string]bool{}
	o.read, o.reached = map[[sha256.Size]byte]struct{}{}, map[string]bool{}
	o.unread, o.lost = map[int]string{}, map[string]string{}
	o.begun = time.Now()
}

// Violation is what one check found in one exchange.
type Violation struct {
	Check   result.Check `json:"check"`
	Place   string       `json:"place"`
	Message string       `json:"message"`
	// Rule is what [result.Rule.String] says: its line in openapi.yaml, its name, what it is worth and its text.
	Rule string `json:"rule"`
}

// judge judges one exchange. It returns what it shows that fails the report, where that is asked for.
func (o *Observer) judge(seen observed) []Violation {
	if seen.answer != nil {
		seen.decode()
	}
	o.mu.Lock()
	o.start()
	o.passed++
	number, reached := o.passed, o.reaches(&seen)
	o.mu.Unlock()

	r := seen.request
	name := shownMethod(r.Method) + " " + wording.Cut(o.shownPath(r.Path), mostNamed)
	id := "exchange " + strconv.Itoa(number) + ", " + name
	x := o.contract.Exchange(exchange.Case{ID: id, Request: r}, seen.origin)
	credential := o.contract.CredentialOf(x.Operation())
	why := o.foreign(x, credential)
	if why == "" && !reached {
		why = notThere
	}
	if why != "" {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.leaveOut(why, name)
		return nil
	}
	key, anonymous := "", false
	if credential != nil {
		key, _ = credential.Read(r)
		if anonymous = seen.recorded && !known(key); anonymous && seen.status() != http.StatusUnauthorized {
			key = ""
			x = o.contract.Exchange(exchange.Case{ID: id, Request: withKey(r, credential)}, seen.origin)
		}
	}
	x.Mask, x.Sent, x.Received = exchange.NewMasker(key, o.contract.Rules), seen.sent, seen.received
	seen.masked = sync.OnceValue(func() *mask.Exchange { return o.masked(x) })
	if x.Mask.Names = mask.Keys; !o.ShowData {
		x.Mask.Names = func(name string) string { return seen.masked().Name(name) }
	}
	asks := strings.Contains(strings.ToLower(r.Header.Get("Prefer")), "code=")
	if x.Case.Asked = o.contract.Triggered(x.Class, seen.status()); x.Case.Asked == nil && (asks || seen.status() == http.StatusServiceUnavailable) {
		x.Case.Asked = &exchange.Asked{Status: seen.status(), Unasked: !asks}
	}
	x.Take(seen.answer, seen.failure)
	x.Doubtful = seen.doubtful
	wanted := func(id result.Check) bool {
		if seen.bodiless && ofBodies[id] || seen.failure != nil && id != result.NotServerError || anonymous && id == result.RateLimitMonotone { // each key has a window of its own
			return false
		}
		return o.wants[id]
	}
	news, violations := o.enter(check.Judge(x, wanted), key+" "+seen.origin, seen)
	o.tell(id, news, violations)
	return violations
}

// tell calls those who want to know.
func (o *Observer) tell(id string, news []result.Finding, violations []Violation) {
	if o.OnFinding != nil {
		for _, f := range news {
			o.OnFinding(f)
		}
	}
	if len(violations) > 0 && o.OnViolations != nil {
		o.OnViolations(id, violations)
	}
}

// foreign says why an exchange is none of the contract's; it is empty where it is one.
func (o *Observer) foreign(x *exchange.Exchange, credential *exchange.Credential) string {
	switch {
	case x.Class.Op == nil && len(x.Class.Allow) > 0:
		return otherMethod // such as a preflight of CORS
	case x.Class.Op == nil:
		return otherPath
	case credential == nil || o.Base != "":
		return ""
	}
	r := x.Case.Request
	exact, _ := o.Judge.Route(r.Method, r.Path)
	if _, sent := credential.Read(r); !sent && exact == nil {
		return otherAPI
	}
	return ""
}

// known reports whether a recorded key is one, and not what stands in its place.
func known(key string) bool {
	if strings.Trim(strings.TrimPrefix(strings.TrimPrefix(key, gen.KeyPrefixTest), gen.KeyPrefixLive), "xX*.•") == "" {
		return false
	}
	return !strings.Contains(key, "…") && (strings.HasPrefix(key, gen.KeyPrefixTest) || strings.HasPrefix(key, gen.KeyPrefixLive))
}

// means reports whether a request means an operation of the contract.
func (o *Observer) means(r *http.Request) bool {
	o.mu.Lock()
	o.start()
	o.mu.Unlock()
	return o.contract.Classify(requestOf(r, nil)).Op != nil
}

// shownMethod is a method that HTTP has (RFC 9110, RFC 5789); another can be anything.
func shownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodTrace, http.MethodConnect:
		return method
	}
	return wording.Cut(mask.Data(wording.OneLine(method)), mostNamed)
}

// shownPath is a path as it came, and as reports show it.
type shownPath struct{ came, shown string }

// shownPath is a path as reports show it.
func (o *Observer) shownPath(path string) string {
	if last := o.lastPath.Load(); last != nil && last.came == path { // most traffic goes to one
		return last.shown
	}
	shown := mask.Keys(path)
	if !o.ShowData {
		shown = o.maskedPath(path)
	}
	o.lastPath.Store(&shownPath{path, shown})
	return shown
}

// maskedPath is a path of which that of the API is shown, and what the contract has.
func (o *Observer) maskedPath(path string) string {
	if below, found := strings.CutPrefix(path, o.Base); found && o.Base != "" {
		return mask.Keys(o.Base) + o.masks.Path(below)
	}
	return o.masks.Path(path)
}

// wanted reports whether a check is made.
func (o *Observer) wanted(id result.Check) bool { return o.wants[id] }

// Coverage says what of the contract the traffic showed so far.
func (o *Observer) Coverage() result.CoverageReport { return o.Report("").Coverage }

// Judged is how many exchanges were judged so far: those whose path the contract has.
func (o *Observer) Judged() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.judged
}

// Err is an error that names every finding of severity error so far that the baseline does not know; nil where there is none. It is nil, too, where
// nothing was judged: ask [Observer.Judged].
func (o *Observer) Err() error {
	var errs []error
	for _, f := range o.Findings() {
		if f.Severity == result.Error && !f.Known {
			errs = append(errs, fmt.Errorf("contracttest: %s: %s: %s", f.Case, f.Check, wording.Visible(f.Message)))
		}
	}
	return errors.Join(errs...)
}
