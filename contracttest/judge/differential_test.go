package judge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

// TestQuickAndThoroughJudgesAgree sends 100,000 bodies, near to valid and far from it, past the judge that mostly builds nothing and past
// kin-openapi's own request validation, and wants one verdict. What kin-openapi is known to let pass (see the package comment) is refused by the
// strict reader first, for both.
func TestQuickAndThoroughJudgesAgree(t *testing.T) {
	t.Parallel()
	bodies := 100_000
	if testing.Short() {
		bodies = 5_000
	}
	thorough := plainKinOpenAPI(t)
	op, miss := judge.Contract().Route(http.MethodPost, "/customer/open/v1/customers")
	require.Nil(t, miss)
	header := http.Header{"Content-Type": {"application/json"}}

	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		wg.Go(func() {
			for i := worker; i < bodies; i += workers {
				body := someBody(rand.New(rand.NewPCG(1, uint64(i))))
				_, unreadable := judge.ReadJSON(body)
				want := unreadable == nil && thorough(body) == nil
				if got := op.RequestViolations(header, body); !assert.Equal(t, want, got == nil, "body %d: %s\nviolations: %s", i, body, got) {
					return
				}
				if want {
					accepted.Add(1)
				} else {
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	assert.Greater(t, accepted.Load(), int64(bodies/5), "too few valid bodies to say anything")
	assert.Greater(t, refused.Load(), int64(bodies/5), "too few invalid bodies to say anything")
}

func TestQuickAndThoroughJudgesAgreeOnResponses(t *testing.T) {
	t.Parallel()
	op, miss := judge.Contract().Route(http.MethodPost, "/customer/open/v1/customers")
	require.Nil(t, miss)
	schema := op.Spec.Responses.Status(http.StatusCreated).Value.Content["application/json"].Schema.Value
	header := http.Header{
		"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"},
	}
	for i := range 5_000 {
		random := rand.New(rand.NewPCG(2, uint64(i)))
		body := mutated(random, `{"data":{"id":"cust_1","email":"a","firstName":null,"tags":["a"],"addresses":[{"id":"addr_1","address1":"b","zip":null}],`+
			`"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00Z"}}`)
		value, unreadable := judge.ReadJSON(body)
		want := unreadable == nil && judge.Contract().Accepts(schema, value)
		require.Equal(t, want, op.Response(http.StatusCreated, header, body) == nil, "body %d: %s", i, body)
	}
}

// plainKinOpenAPI is request validation as kin-openapi's documentation shows it, with the formats of the judge.
func plainKinOpenAPI(t *testing.T) func(body []byte) error {
	doc, err := spec.GetSpec()
	require.NoError(t, err)
	doc.Servers = openapi3.Servers{{URL: "http://localhost"}}
	router, err := legacy.NewRouter(doc)
	require.NoError(t, err)
	return func(body []byte) error {
		r := httptest.NewRequest(http.MethodPost, "http://localhost/customers", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		route, params, err := router.FindRoute(r)
		if err != nil {
			return err
		}
		return openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
			Request: r, Route: route, PathParams: params,
			Options: &openapi3filter.Options{
				MultiError: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
				SchemaValidationOptions: judge.Formats(),
			},
		})
	}
}

func someBody(random *rand.Rand) []byte {
	return mutated(random, pick(random,
		`{"email":"a@example.com"}`,
		`{"phoneNumber":"+6281234567890","firstName":"\u0041"}`,
		`{"email":"a@example.com","phoneNumber":"1","firstName":"b","lastName":"c","imageUrl":"d","tags":["e","f"],`+
			`"addresses":[{"address1":"g","firstName":"h","mainAddress":true},{"address1":"i","zip":"j"}]}`,
	))
}

// mutated changes nothing, or a few places in the tree, or then a byte or two of its text.
func mutated(random *rand.Rand, text string) []byte {
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		panic(err)
	}
	for range random.IntN(4) {
		tree = mutate(random, tree)
	}
	body, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	if random.IntN(4) == 0 {
		at := random.IntN(len(body))
		body = slices.Replace(body, at, min(len(body), at+random.IntN(2)), []byte(pick(random, "", `"`, "{", "}", ",", "\\", "\xff", " ", "0", "é"))...)
	}
	if random.IntN(8) == 0 {
		body = []byte(strings.Replace(string(body), "{", pick(random, `{"email":"b@example.com",`, `{"x":1e400,`, `{"Email":"c",`, `{"\u0065mail":"d@example.com",`), 1))
	}
	return body
}

func mutate(random *rand.Rand, value any) any {
	if random.IntN(3) == 0 {
		return pick[any](random, nil, true, 5.0, "", "plain", "a.b+c@mail.example.com", "a..b@x.com", "2026-11-23T08:30:00,5Z", "2026-11-23t08:30:00z",
			"1998-12-31T23:59:60Z", "1998-11-30T23:59:60Z", []any{}, []any{nil}, map[string]any{})
	}
	switch value := value.(type) {
	case []any:
		if len(value) == 0 {
			return append(value, "more")
		}
		i := random.IntN(len(value))
		value[i] = mutate(random, value[i])
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		slices.Sort(names)
		names = append(names, pick(random, "email", "address1", "unknown", "Email"))
		name := pick(random, names...)
		if random.IntN(3) == 0 {
			delete(value, name)
			break
		}
		value[name] = mutate(random, value[name])
	}
	return value
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

func ExampleOperation_Request() {
	op, _ := judge.Contract().Route(http.MethodPost, "/customer/open/v1/customers")
	_, violations := op.Request(http.Header{"Content-Type": {"application/json"}}, []byte(`{"email":"plain","addresses":[{}]}`))
	for _, v := range violations {
		fmt.Printf("%s (%s)\n", v, v.Pointer)
	}
	// Output:
	// addresses[0].address1: is required (/addresses/0/address1)
	// email: must be an email address, got "plain" (/email)
}
