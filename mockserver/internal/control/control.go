package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
	controlspec "github.com/bitbybit-go/bitbybit-go/mockserver/internal/control/spec"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mux"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/page"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/sender"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// Path is where everything of the mock's own lives, off the contract.
const Path = "/_mock"

// Serves reports whether a path is one of the control API.
func Serves(path string) bool { return path == Path || strings.HasPrefix(path, Path+"/") }

// Mock is what the control API sees of the mock.
type Mock struct {
	Store   *store.Store
	Journal *journal.Journal
	Faults  *fault.Set
	Limiter *access.Limiter
	Sender  *sender.Sender
	Keys    access.Keys
	// Send carries out a request of the API that repeats an entry of the journal, as if it had come over a connection, and returns the id of its entry in the journal.
	Send func(r *http.Request, from string) (id string)
	// Reset puts a key back to how it was at start; all keys for "".
	Reset func(key string)
	// Draining reports whether the mock stops soon.
	Draining func() bool
	// Transfers reads the bodies, at most MaxBody bytes of each.
	Transfers *transfer.Transfers
	MaxBody   int64
	// Hosts are the names that the control API answers to, beside those that [WithControlHosts] of the mock needs no naming for.
	Hosts []string

	Logger  *slog.Logger
	Now     func() time.Time
	Started time.Time
	Version string
	// BasePath is where the API is, for the index.
	BasePath string
}

// New makes the handler of what is under [Path]: a short chain of its own, with the generated server of control.yaml at its end.
func New(mock Mock) http.Handler {
	a := &api{mock, transfer.NewPool(mock.mostResent())}
	strict := gencontrol.NewStrictHandlerWithOptions(operations{mock, newStart()}, nil, gencontrol.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: badRequest,
		ResponseErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			if refusal, ok := errors.AsType[*refusal](err); ok {
				refuse(w, refusal.status, refusal.code, refusal.message)
				return
			}
			a.Logger.WarnContext(r.Context(), "an answer of the control API was not sent whole", slog.Any("error", err))
		},
	})
	generated := sync.OnceValue(func() mux.Handlers { // like document, it waits for the first request
		h := mux.Handlers{}
		gencontrol.HandlerWithOptions(strict, gencontrol.StdHTTPServerOptions{BaseURL: Path, BaseRouter: h, ErrorHandlerFunc: badRequest})
		return h
	})
	var handler http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { generated().ServeHTTP(w, r) })
	for _, middleware := range []func(http.Handler) http.Handler{withRequest, a.contract, page.Middleware(Path), a.guard, a.recover, a.log} { // the last is the outermost
		handler = middleware(handler)
	}
	return handler
}

func badRequest(w http.ResponseWriter, _ *http.Request, err error) {
	refuse(w, http.StatusBadRequest, gencontrol.CodeInvalidRequest, err.Error())
}

// api is the middleware of the control API.
type api struct {
	Mock
	large *transfer.Pool // bodies beyond transfer.FirstRead, one at a time
}

// mostResent is how many bytes the body of a request to send another one again may have: that has a body itself, as a string of JSON.
func (m *Mock) mostResent() int64 { return 2*min(m.MaxBody, 1<<30) + transfer.FirstRead }

// document is the judge of control.yaml. It is made at the first request: a mock that is never looked into does not
// pay for it.
var document = sync.OnceValue(func() *judge.Judge {
	parsed, err := controlspec.GetSpec()
	if err == nil {
		var j *judge.Judge
		if j, err = judge.New(parsed); err == nil {
			return j
		}
	}
	panic(fmt.Sprintf("mockserver: the embedded control.yaml does not load, run make generate: %v", err))
})

// knownSegments are those of all paths, but for parameters.
var knownSegments = sync.OnceValue(func() (known []string) {
	paths := append([]string{Path}, judge.Contract().BasePaths()...)
	for _, operation := range slices.Concat(judge.Contract().Operations(), document().Operations()) {
		paths = append(paths, operation.Path)
	}
	for segment := range strings.SplitSeq(strings.Join(paths, "/"), "/") {
		if segment != "" && !strings.HasPrefix(segment, "{") && !slices.Contains(known, segment) {
			known = append(known, segment)
		}
	}
	return known
})

// response is the ResponseWriter of the control API: it knows whether the answer has begun, and logs it then.
type response struct {
	http.ResponseWriter
	transfers *transfer.Transfers
	code      gencontrol.ControlErrorCode // of a refusal
	begun     bool
	log       func(status int, code gencontrol.ControlErrorCode)
}

func (a *response) WriteHeader(status int) {
	if !a.begun {
		a.begun = true
		a.log(status, a.code)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *response) Write(b []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	return a.transfers.Write(a.ResponseWriter, b)
}

// Unwrap lets [http.ResponseController] find the connection.
func (a *response) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// contract finds the operation, and turns away what control.yaml does not allow.
func (a *api) contract(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet // RFC 9110 section 9.3.2; net/http leaves the body out
		}
		operation, miss := document().Route(method, r.URL.EscapedPath())
		if miss != nil {
			notOffered(w, r, miss.Allow)
			return
		}
		problems := queryProblems(operation, r.URL.RawQuery)
		if key := r.URL.Query().Get("key"); a.Limiter.IsUnknownID(key) {
			problems = append(problems, "query key: there is no key "+untrusted.Quote(key)+" in GET "+Path+"/keys")
		}
		if operation.Spec.RequestBody != nil {
			body, release, err := a.read(w, r, operation)
			defer release()
			if err != nil {
				defer a.Transfers.Linger(w, r, err, 0)()
				problems = append(problems, transfer.Violation(err).String())
			} else if value, violations := operation.Request(r.Header, body); len(violations) > 0 {
				problems = append(problems, bodyProblems(operation, violations))
			} else {
				// As it was understood: 1.0 is an integer to the contract, but none to Go's decoder.
				body, _ = json.Marshal(value)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		if len(problems) > 0 {
			refuse(w, http.StatusBadRequest, gencontrol.CodeInvalidRequest, strings.Join(problems, "; "))
			return
		}
		r.Pattern = operation.Method + " " + Path + operation.Path
		mux.SetPathValues(r, operation.Path)
		next.ServeHTTP(w, r)
	})
}

// read reads the body of an operation. A large one is held until release is called.
func (a *api) read(w http.ResponseWriter, r *http.Request, operation *judge.Operation) (body []byte, release func(), err error) {
	most, held := min(a.MaxBody, transfer.FirstRead), int64(0)
	if operation.Path == "/requests/{id}/resend" {
		most = a.mostResent()
	}
	body, err = a.Transfers.ReadBody(w, r, most, func(int64) error {
		if err := a.large.Acquire(r.Context(), a.large.Most(), func() {}); err != nil {
			return err
		}
		held = a.large.Most()
		return nil
	})
	return body, func() { a.large.Release(held) }, err
}

func notOffered(w http.ResponseWriter, r *http.Request, allow []string) {
	if r.URL.Path == Path {
		to := url.URL{Path: Path + "/", RawQuery: mask.Keys(r.URL.RawQuery)}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
		return
	}
	path := untrusted.Quote(r.URL.EscapedPath())
	if len(allow) == 0 {
		meant := ""
		if nearest := nearestPath(r.URL.EscapedPath()); nearest != "" {
			meant = "did you mean " + nearest + "? "
		}
		refuse(w, http.StatusNotFound, gencontrol.CodeNotFound,
			"There is no "+path+" here; "+meant+"GET "+Path+"/ lists what there is.")
		return
	}
	methods := strings.Join(allow, ", ")
	w.Header().Set("Allow", methods)
	refuse(w, http.StatusMethodNotAllowed, gencontrol.CodeMethodNotAllowed,
		untrusted.Quote(r.Method)+" is not offered at "+path+"; allowed: "+methods+".")
}

// refusal is the error of an operation that cannot be carried out.
type refusal struct {
	status  int
	code    gencontrol.ControlErrorCode
	message string
}

func (e *refusal) Error() string { return e.message }

// refuse answers with the error envelope of control.yaml. Every error of the control API is written here.
func refuse(w http.ResponseWriter, status int, code gencontrol.ControlErrorCode, message string) {
	// Two strings can always be encoded, and who does not read the answer does not miss it.
	answer, _ := json.Marshal(gencontrol.ControlErrorResponse{Error: gencontrol.ControlError{Code: code, Message: message}})
	answer = append(answer, '\n')
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(answer))) // the answer has its end before the rest of a body is read
	if x, ok := w.(*response); ok {
		x.code = code
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}
