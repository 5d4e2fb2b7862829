package mockserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
	controlspec "github.com/bitbybit-go/bitbybit-go/gen/control/spec"
)

// controlPath is where everything of the mock's own lives, off the contract.
const controlPath = "/_mock"

func isControl(path string) bool {
	return path == controlPath || strings.HasPrefix(path, controlPath+"/")
}

// controlJudge is the judge of control.yaml. It is made at the first request: a mock that is never looked into does not
// pay for it.
var controlJudge = sync.OnceValue(func() *judge.Judge {
	document, err := controlspec.GetSpec()
	if err == nil {
		var j *judge.Judge
		if j, err = judge.New(document); err == nil {
			return j
		}
	}
	panic(fmt.Sprintf("mockserver: the embedded control.yaml does not load, run make generate: %v", err))
})

// newControl answers what is under /_mock/: a short corridor of its own, with the generated server of control.yaml at
// its end.
func (s *Server) newControl() http.Handler {
	badRequest := func(w http.ResponseWriter, _ *http.Request, err error) {
		refuseControl(w, http.StatusBadRequest, control.CodeInvalidRequest, err.Error())
	}
	strict := control.NewStrictHandlerWithOptions(controlOperations{mock: s}, nil, control.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: badRequest,
		ResponseErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			if refusal, ok := errors.AsType[*controlRefusal](err); ok {
				refuseControl(w, refusal.status, refusal.code, refusal.message)
				return
			}
			s.logger.WarnContext(r.Context(), "an answer of the control API was not sent whole", slog.Any("error", err))
		},
	})
	// Registering the patterns is most of what New takes: like controlJudge, it waits for the first request.
	operations := sync.OnceValue(func() http.Handler {
		return control.HandlerWithOptions(
			strict,
			control.StdHTTPServerOptions{BaseURL: controlPath, ErrorHandlerFunc: badRequest},
		)
	})
	room := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { operations().ServeHTTP(w, r) })
	return through(room, s.controlLog, s.controlRecover, s.controlGuard, s.controlContract, withHost)
}

// controlLog logs a line a request: reading at level debug, for health checks never end. The query is left out: it has
// keys. So that whoever has the answer finds the line, it is logged before the answer leaves.
func (s *Server) controlLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&controlAnswer{ResponseWriter: w, log: func(status int, code control.ControlErrorCode) {
			level := slog.LevelInfo
			if r.Method == http.MethodGet || r.Method == http.MethodHead {
				level = slog.LevelDebug
			}
			if !s.logger.Enabled(r.Context(), level) {
				return
			}
			attributes := []slog.Attr{
				slog.String("method", loggedMethod(r.Method)), slog.String("path", loggedPath(r.URL.EscapedPath())),
			}
			if key := r.URL.Query().Get("key"); key != "" {
				attributes = append(attributes, slog.String("key", maskKey(key)))
			}
			attributes = append(attributes, slog.Int("status", status))
			if code != "" {
				attributes = append(attributes, slog.String("code", string(code)))
			}
			s.logger.LogAttrs(r.Context(), level, "control", attributes...)
		}}, r)
	})
}

// controlAnswer is the ResponseWriter of the control API: it knows whether the answer has begun, and logs it then.
type controlAnswer struct {
	http.ResponseWriter
	code  control.ControlErrorCode // of a refusal
	begun bool
	log   func(status int, code control.ControlErrorCode)
}

func (a *controlAnswer) WriteHeader(status int) {
	if !a.begun {
		a.begun = true
		a.log(status, a.code)
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *controlAnswer) Write(b []byte) (int, error) {
	if !a.begun {
		a.WriteHeader(http.StatusOK)
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] find the connection.
func (a *controlAnswer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// controlContract finds the operation, and turns away what control.yaml does not allow.
func (s *Server) controlContract(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := r.Method
		if method == http.MethodHead {
			method = http.MethodGet // RFC 9110 section 9.3.2; net/http leaves the body out
		}
		operation, miss := controlJudge().Route(method, r.URL.EscapedPath())
		if miss != nil {
			controlNotOffered(w, r, miss.Allow)
			return
		}
		problems := queryProblems(operation, r.URL.RawQuery)
		if operation.Spec.RequestBody != nil {
			body, err := s.readBody(w, r, min(s.maxBody, firstRead), func(int64) error { return nil })
			if err != nil {
				defer s.linger(w, r, err)()
				problems = append(problems, unreadBody(err).String())
			} else if value, violations := operation.Request(r.Header, body); len(violations) > 0 {
				problems = append(problems, bodyProblems(operation, violations))
			} else {
				// As it was understood: 1.0 is an integer to the contract, but none to Go's decoder.
				body, _ = json.Marshal(value)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		if len(problems) > 0 {
			refuseControl(w, http.StatusBadRequest, control.CodeInvalidRequest, strings.Join(problems, "; "))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func controlNotOffered(w http.ResponseWriter, r *http.Request, allow []string) {
	if r.URL.Path == controlPath {
		http.Redirect(w, r, controlPath+"/", http.StatusPermanentRedirect)
		return
	}
	path := quoteCut(r.URL.EscapedPath())
	if len(allow) == 0 {
		meant := ""
		if nearest := nearestPath(r.URL.EscapedPath()); nearest != "" {
			meant = "did you mean " + nearest + "? "
		}
		refuseControl(
			w,
			http.StatusNotFound,
			control.CodeNotFound,
			"There is no "+path+" here; "+meant+"GET "+controlPath+"/ lists what there is.",
		)
		return
	}
	methods := strings.Join(allow, ", ")
	w.Header().Set("Allow", methods)
	refuseControl(
		w,
		http.StatusMethodNotAllowed,
		control.CodeMethodNotAllowed,
		quoteCut(r.Method)+" is not offered at "+path+"; allowed: "+methods+".",
	)
}

// controlRefusal is the error of an operation that cannot be carried out.
type controlRefusal struct {
	status  int
	code    control.ControlErrorCode
	message string
}

func (e *controlRefusal) Error() string { return e.message }

// refuseControl answers with the error envelope of control.yaml. Every error of the control API is written here.
func refuseControl(w http.ResponseWriter, status int, code control.ControlErrorCode, message string) {
	// Two strings can always be encoded, and who does not read the answer does not miss it.
	answer, _ := json.Marshal(control.ControlErrorResponse{Error: control.ControlError{Code: code, Message: message}})
	answer = append(answer, '\n')
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(answer))) // the answer has its end before the rest of a body is read
	if a, ok := w.(*controlAnswer); ok {
		a.code = code
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

// controlOperations implements the generated server of control.yaml.
type controlOperations struct{ mock *Server }

var _ control.StrictServerInterface = controlOperations{}

// given is a parameter's value; the zero value where it was not given.
func given[T any](parameter *T) (value T) {
	if parameter != nil {
		value = *parameter
	}
	return value
}
