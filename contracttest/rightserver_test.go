package contracttest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// rightServer keeps the contract and shares no code with the mock or the judge: net/http, encoding/json, and everything
// else by hand. The suite must find nothing in it. The fields take the liberties that the contract leaves.
type rightServer struct {
	mock       bool                              // says that it is the mock, and answers what Prefer asks for
	nulls      bool                              // what the customer does not have is null, not absent
	more       bool                              // objects have a property that is not documented
	mediaType  int                               // the status for a media type that is not JSON; zero is 400
	message    string                            // of every error; empty says what is wrong
	id         func(kind string, n int64) string // makes ids
	now        func() time.Time
	limit      int64 // what the rate headers say
	customers  atomic.Int64
	everything atomic.Int64
	stored     sync.Map // the customers, by id
}

func newRightServer() *rightServer {
	return &rightServer{
		id:    func(kind string, n int64) string { return kind + "_" + strconv.FormatInt(n, 36) },
		now:   time.Now,
		limit: 100_000,
	}
}

var errEnvelope = map[int]string{http.StatusNotFound: "NOT_FOUND", http.StatusMethodNotAllowed: "NOT_FOUND"}

func (s *rightServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	if s.mock && r.URL.Path == "/_mock/health" {
		_, _ = io.WriteString(w, `{"status":"ok","server":"bitbybit-mock"}`)
		return
	}
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("RateLimit-Limit", strconv.FormatInt(s.limit, 10))
	header.Set("RateLimit-Remaining", strconv.FormatInt(s.limit-s.everything.Add(1), 10))
	header.Set("RateLimit-Reset", "60")
	target := strings.Replace(r.URL.EscapedPath(), "/customer/api/open/v1", gen.BasePath, 1)
	keys := r.Header[http.CanonicalHeaderKey(gen.KeyHeader)]
	method, answer := http.MethodPost, s.create
	if id, isOne := strings.CutPrefix(target, gen.BasePath+"/customers/"); isOne && reads() && id != "" && !strings.Contains(id, "/") {
		method, answer = http.MethodGet, s.read
	} else if target != gen.BasePath+"/customers" {
		method = ""
	}
	switch {
	case method == "":
		s.fail(w, http.StatusNotFound, "", "no such path")
	case r.Method != method:
		header.Set("Allow", method)
		s.fail(w, http.StatusMethodNotAllowed, "", method+" only")
	case len(keys) == 0:
		s.fail(w, http.StatusUnauthorized, "MISSING_API_KEY", "no key")
	case len(keys) > 1 || !goodKey.MatchString(keys[0]) || len(keys[0]) > 256:
		s.fail(w, http.StatusUnauthorized, "INVALID_API_KEY", "bad key")
	case s.mock && r.Header.Get("Prefer") != "":
		s.prefer(w, r.Header.Get("Prefer"))
	default:
		answer(w, r)
	}
}

// reads reports whether the contract has an operation that reads a customer by its id.
var reads = sync.OnceValue(func() bool {
	operation, _ := judge.Contract().RouteBelow(http.MethodGet, "/customers/id")
	return operation != nil
})

func (s *rightServer) read(w http.ResponseWriter, r *http.Request) {
	customer, found := s.stored.Load(path.Base(r.URL.Path))
	if !found {
		s.fail(w, http.StatusNotFound, "", "no such customer")
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": customer})
}

// onDemand are the codes of the documented errors, by the names of their examples.
var onDemand = sync.OnceValue(func() map[string]string {
	codes := map[string]string{}
	for _, response := range judge.Contract().Operation(gen.OperationCreateCustomer).Spec.Responses.Map() {
		for _, media := range response.Value.Content {
			for name, example := range media.Examples {
				envelope, _ := example.Value.Value.(map[string]any)
				inner, _ := envelope["error"].(map[string]any)
				if code := text(inner["code"]); code != "" {
					codes[name] = code
				}
			}
		}
	}
	return codes
})

func (s *rightServer) prefer(w http.ResponseWriter, wish string) {
	var status int
	var example string
	if _, err := fmt.Sscanf(wish, "code=%d, example=%s", &status, &example); err != nil || onDemand()[example] == "" {
		s.fail(w, http.StatusBadRequest, "VALIDATION_ERROR", "there is no such answer")
		return
	}
	w.Header().Set("Preference-Applied", wish)
	s.fail(w, status, onDemand()[example], "as you wish")
}

func (s *rightServer) create(w http.ResponseWriter, r *http.Request) {
	media, parameters, err := mime.ParseMediaType(strings.Join(r.Header["Content-Type"], ","))
	charset := strings.ToLower(parameters["charset"])
	encoding := strings.ToLower(r.Header.Get("Content-Encoding"))
	if err != nil && media == "" || media != "application/json" ||
		charset != "" && charset != "utf-8" && charset != "us-ascii" ||
		encoding != "" && encoding != "identity" {
		status := http.StatusBadRequest
		if s.mediaType != 0 {
			status = s.mediaType
		}
		s.fail(w, status, "VALIDATION_ERROR", "JSON only")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.fail(w, http.StatusBadRequest, "VALIDATION_ERROR", "the body ended early")
		return
	}
	sent, err := readObject(body)
	if err == nil {
		err = checkCustomer(sent)
	}
	if err != nil {
		s.fail(w, http.StatusBadRequest, "VALIDATION_ERROR", err.Error())
		return
	}
	customer := s.customer(sent)
	s.stored.Store(customer["id"], customer)
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{"data": customer})
}

// customer is what is answered for what was sent.
func (s *rightServer) customer(sent map[string]any) map[string]any {
	now := s.now().UTC().Format("2006-01-02T15:04:05.000Z")
	customer := s.echo(schemaOf("CustomerInput"), schemaOf("Customer"), sent).(map[string]any)
	customer["id"] = s.id("cust", s.customers.Add(1))
	customer["createdAt"], customer["updatedAt"] = now, now
	addresses, _ := customer["addresses"].([]any)
	for _, address := range addresses {
		address.(map[string]any)["id"] = s.id("addr", s.customers.Add(1))
	}
	return customer
}

// echo is a value as it was sent, with the properties that are both asked for and answered.
func (s *rightServer) echo(asked, answered *openapi3.Schema, sent any) any {
	switch sent := sent.(type) {
	case []any:
		items := make([]any, len(sent))
		for i, item := range sent {
			items[i] = s.echo(asked.Items.Value, answered.Items.Value, item)
		}
		return items
	case map[string]any:
		members := map[string]any{}
		for name, property := range answered.Properties {
			if value, ok := sent[name]; ok && asked.Properties[name] != nil {
				members[name] = s.echo(asked.Properties[name].Value, property.Value, value)
			} else if s.nulls && property.Value.Nullable {
				members[name] = nil
			}
		}
		if s.more {
			members["source"] = "api"
		}
		return members
	}
	return sent
}

func (s *rightServer) fail(w http.ResponseWriter, status int, code, message string) {
	if code == "" {
		code = errEnvelope[status]
	}
	if s.message != "" {
		message = s.message
	}
	envelope := map[string]any{"code": code, "message": message}
	if s.more {
		envelope["requestId"] = "req_1"
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": envelope})
}

var goodKey = regexp.MustCompile(`^bbb_(test|live)_[!-~]+$`)

// loneSurrogate finds half of a surrogate pair where escaped backslashes and whole pairs have been taken out.
var (
	harmless      = regexp.MustCompile(`\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)
	loneSurrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)
)

func readObject(body []byte) (map[string]any, error) {
	if !utf8.Valid(body) || loneSurrogate.Match(harmless.ReplaceAll(body, nil)) {
		return nil, errors.New("not UTF-8")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil { // reads to the end
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := uniqueNames(decoder); err != nil {
		return nil, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not an object")
	}
	return object, nil
}

// uniqueNames reads one value, and fails at the first name that comes twice in its object.
func uniqueNames(decoder *json.Decoder) error {
	token, err := decoder.Token()
	if err != nil {
		return err
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for decoder.More() {
		if delimiter == '{' {
			name, err := decoder.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return fmt.Errorf("%q comes twice", name)
			}
			seen[name.(string)] = true
		}
		if err := uniqueNames(decoder); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}
