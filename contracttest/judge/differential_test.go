package judge_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/corpus"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestQuickAndThoroughJudgesAgree sends 20,000 bodies (100,000 with BITBYBIT_FULL=1), near to valid and far from it, past the judge that mostly builds nothing and past
// kin-openapi's own request validation, and wants one verdict. What kin-openapi is known to let pass (see the package comment) is refused by the
// strict reader first, for both.
func TestQuickAndThoroughJudgesAgree(t *testing.T) {
	t.Parallel()
	bodies := 20_000
	if os.Getenv("BITBYBIT_FULL") == "1" { // as in CI
		bodies = 100_000
	}
	if testing.Short() {
		bodies = 5_000
	}
	thorough := plainKinOpenAPI(t)
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	header := http.Header{"Content-Type": {"application/json"}}

	var accepted, refused atomic.Int64
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		wg.Go(func() {
			for i := worker; i < bodies; i += workers {
				body := corpus.Request(rand.New(rand.NewPCG(1, uint64(i))))
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
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	schema := op.Spec.Responses.Status(http.StatusCreated).Value.Content["application/json"].Schema.Value
	header := http.Header{
		"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"},
	}
	for i := range 5_000 {
		random := rand.New(rand.NewPCG(2, uint64(i)))
		body := corpus.Response(random)
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

func ExampleOperation_Request() {
	op := judge.Contract().Operation(gen.OperationCreateCustomer)
	_, violations := op.Request(http.Header{"Content-Type": {"application/json"}}, []byte(`{"email":"plain","addresses":[{}]}`))
	for _, v := range violations {
		fmt.Printf("%s (%s)\n", v, v.Pointer)
	}
	// Output:
	// addresses[0].address1: is required (/addresses/0/address1)
	// email: must be an email address, got "plain" (/email)
}
