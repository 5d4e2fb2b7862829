package contracttest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// withGet is the embedded contract with GET /customers/{id}, its id linked to what createCustomer answers where link is
// set, with an example where example is.
func withGet(t *testing.T, link, example bool) *judge.Judge {
	t.Helper()
	text, err := judge.Contract().Document().MarshalJSON()
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	create := doc.Paths.Value(judge.Contract().Operation(gen.OperationCreateCustomer).Path).Post
	created := create.Responses.Value("201")
	read := openapi3.NewResponse().WithDescription("d").WithContent(created.Value.Content)
	read.Headers = created.Value.Headers
	id := openapi3.NewPathParameter("id").WithSchema(openapi3.NewStringSchema())
	if example {
		id.Example = "customer_0"
	}
	get := &openapi3.Operation{
		OperationID: "getCustomer", Security: create.Security, Parameters: openapi3.Parameters{{Value: id}},
		Responses: openapi3.NewResponses(openapi3.WithStatus(200, &openapi3.ResponseRef{Value: read})),
	}
	get.Responses.Delete("default")
	for _, status := range []string{"401", "403", "404", "429", "503"} {
		get.Responses.Set(status, create.Responses.Value(status))
	}
	doc.Paths.Set("/customers/{id}", &openapi3.PathItem{Get: get})
	if link {
		created.Value.Links = openapi3.Links{"getCreated": {Value: &openapi3.Link{
			OperationID: "getCustomer", Parameters: map[string]any{"id": "$response.body#/data/id"},
		}}}
	}
	j, err := judge.New(doc)
	require.NoError(t, err)
	return j
}

// storeServer is a right server that also reads what it created. The fields are faults.
type storeServer struct {
	*rightServer
	mu      sync.Mutex
	stored  map[string]json.RawMessage
	unknown bool // answers 200 for an id that nothing has
	another bool // answers with the data of another customer
	forgets string
	noID    bool
}

func newStoreServer() *storeServer {
	return &storeServer{rightServer: newRightServer(), stored: map[string]json.RawMessage{}}
}

func (s *storeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const base = gen.BasePath + "/customers/"
	id, below := strings.CutPrefix(strings.Replace(r.URL.Path, "/customer/api/open/v1", gen.BasePath, 1), base)
	if !below || id == "" || strings.Contains(id, "/") {
		answer := &heldAnswer{ResponseWriter: w}
		s.rightServer.ServeHTTP(answer, r)
		var body struct {
			Data struct {
				ID string `json:"id"`
			} `json:"data"`
		}
		if answer.status == http.StatusCreated && json.Unmarshal(answer.body, &body) == nil {
			s.mu.Lock()
			s.stored[body.Data.ID] = slices.Clone(answer.body)
			s.mu.Unlock()
			if s.noID {
				answer.body = []byte(`{}`)
			}
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body)
		return
	}
	answer := &heldAnswer{ResponseWriter: w}
	post := r.Clone(r.Context())
	post.Method, post.URL.Path, post.URL.RawPath = http.MethodPost, strings.TrimSuffix(base, "/"), ""
	post.Header.Set("Content-Type", "application/json")
	post.Body = io.NopCloser(strings.NewReader(`{"email":"a@example.com"}`))
	s.rightServer.ServeHTTP(answer, post) // for the key, the headers and what Prefer asks for
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, known := s.stored[id]
	if s.unknown && !known || s.another {
		for other, body := range s.stored {
			if other != id {
				stored, known = body, true
			}
		}
	}
	switch {
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		s.fail(w, http.StatusMethodNotAllowed, "", "GET only")
	case answer.status != http.StatusCreated:
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body)
	case !known:
		s.fail(w, http.StatusNotFound, string(gen.CodeNotFound), "no such customer")
	default:
		if s.forgets != "" {
			var body map[string]map[string]any
			_ = json.Unmarshal(stored, &body)
			delete(body["data"], s.forgets)
			stored, _ = json.Marshal(body)
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(stored)
	}
}

// heldAnswer keeps an answer until it is sent.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   []byte
}

func (a *heldAnswer) WriteHeader(status int) { a.status = status }

func (a *heldAnswer) Write(p []byte) (int, error) {
	a.status = cmp.Or(a.status, http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

func runLinked(t *testing.T, j *judge.Judge, server http.Handler) (result.Report, error) {
	t.Helper()
	return contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, Judge: j, MaxRequests: -1, Phases: []result.Phase{result.PhaseExamples, result.PhaseCoverage},
		HTTPClient: client(server), Strict: new(true),
		Exclude: []result.Check{result.MessageNamesFields}, // the server does not, and only the mock has to
	})
}

// TestASecondOperationIsJudged has GET /customers/{id}, whose id a link takes from what was created.
func TestASecondOperationIsJudged(t *testing.T) {
	t.Parallel()
	j := withGet(t, true, false)
	for name, server := range map[string]*storeServer{"right": newStoreServer(), "as the mock": newStoreServer()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server.mock = name == "as the mock"
			report, err := runLinked(t, j, server)
			require.NoError(t, err)
			for _, f := range report.Findings {
				if f.Severity != result.Notice {
					t.Error(f)
				}
			}
			statuses := map[string]int{}
			for _, c := range report.Cases {
				statuses[c.ID] = c.Status
			}
			assert.Equal(t, http.StatusCreated, statuses["examples/createCustomer/for-getCustomer"])
			assert.Equal(t, http.StatusOK, statuses["coverage/getCustomer/no-body"])
			assert.Equal(t, http.StatusNotFound, statuses["coverage/getCustomer/id/unknown"])
			assert.Equal(t, http.StatusNotFound, statuses["coverage/getCustomer/id/one-that-is-there-and-goes-on"])
			assert.Equal(t, http.StatusUnauthorized, statuses["coverage/getCustomer/key/absent"])
			assert.Equal(t, http.StatusMethodNotAllowed, statuses["coverage/getCustomer/method/DELETE"])
			if server.mock {
				assert.Equal(t, http.StatusServiceUnavailable, statuses["coverage/getCustomer/asked/503-serviceUnavailable"])
			}
		})
	}
}

// TestAWrongSecondOperationIsFound has servers that read something else than they created.
func TestAWrongSecondOperationIsFound(t *testing.T) {
	t.Parallel()
	j := withGet(t, true, false)
	for name, tc := range map[string]struct {
		fault func(*storeServer)
		check result.Check
		place string
	}{
		"200 for an unknown id":       {func(s *storeServer) { s.unknown = true }, result.UnknownPath, "an unknown id"},
		"the data of another":         {func(s *storeServer) { s.another = true }, result.Echo, "data.id"},
		"a property that is not read": {func(s *storeServer) { s.forgets = "firstName" }, result.Echo, "data.firstName"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStoreServer()
			tc.fault(server)
			report, err := runLinked(t, j, server)
			require.NoError(t, err)
			var found []string
			for _, f := range report.Findings {
				for _, v := range f.Variants {
					if f.Severity == result.Error {
						found = append(found, fmt.Sprint(f.Check, " ", v.Place))
					}
				}
			}
			assert.Contains(t, found, string(tc.check)+" "+tc.place)
		})
	}
}

// TestAValueThatDoesNotComeIsAnError has a server whose answer has no id for the other operation: a finding says so, or, where no finding does,
// the error of the run.
func TestAValueThatDoesNotComeIsAnError(t *testing.T) {
	t.Parallel()
	server := newStoreServer()
	server.noID = true
	report, err := runLinked(t, withGet(t, true, false), server)
	require.NoError(t, err)
	assert.NotEmpty(t, report.Open(result.Error))
	_, err = contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, Judge: withGet(t, true, false), HTTPClient: client(server), Checks: []result.Check{result.ContentType},
	})
	require.ErrorContains(t, err, "getCustomer needs id from the answer to createCustomer, at /data/id of its body")
	require.NotEmpty(t, report.LeftOut)
	assert.Contains(t, report.LeftOut[0].Cases, "coverage/getCustomer/no-body")
	for _, c := range report.Cases {
		assert.NotContains(t, report.LeftOut[0].Cases, c.ID, "it cannot be sent")
	}
}

// TestOneCaseOfASecondOperation sends one case by its id, and before it the one that has its value.
func TestOneCaseOfASecondOperation(t *testing.T) {
	t.Parallel()
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: testURL, APIKey: testKey, Judge: withGet(t, true, false), HTTPClient: client(newStoreServer()), Case: "coverage/getCustomer/no-body",
	})
	require.NoError(t, err)
	require.Len(t, report.Cases, 2)
	assert.Equal(t, http.StatusOK, report.Cases[1].Status)
}

// TestAnExampleOfAPathNeedNotBeThere has a contract without a link: both 200 and the documented 404 are right.
func TestAnExampleOfAPathNeedNotBeThere(t *testing.T) {
	t.Parallel()
	j := withGet(t, false, true)
	for name, there := range map[string]bool{"there": true, "not there": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStoreServer()
			if there {
				create, err := http.NewRequestWithContext(t.Context(), http.MethodPost, testURL+"/customers", strings.NewReader(`{"email":"a@example.com"}`))
				require.NoError(t, err)
				create.Header.Set("Content-Type", "application/json")
				create.Header.Set(gen.KeyHeader, testKey)
				answer, err := client(server).Do(create)
				require.NoError(t, err)
				require.NoError(t, answer.Body.Close())
				for id, body := range server.stored {
					server.stored["customer_0"] = body
					require.NotEmpty(t, id)
				}
			}
			report, err := runLinked(t, j, server)
			require.NoError(t, err)
			for _, f := range report.Findings {
				if f.Severity != result.Notice {
					t.Error(f)
				}
			}
		})
	}
	_, err := runLinked(t, withGet(t, false, false), newStoreServer())
	require.ErrorIs(t, err, contracttest.ErrUnsupported)
	require.ErrorContains(t, err, `getCustomer needs the parameter "id" in path`)
}
