package mockserver

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// A generated answer writes its own RateLimit headers, with zeros where the method of operations has not filled them in.
func TestTheQuotaIsInAGeneratedAnswer(t *testing.T) {
	t.Parallel()
	s, err := New()
	require.NoError(t, err)
	generated := func(w http.ResponseWriter, _ *http.Request) {
		assert.NoError(t, gen.CreateCustomer404JSONResponse{}.VisitCreateCustomerResponse(w))
	}
	handler := dispatch(map[*judge.Operation]http.HandlerFunc{judge.Contract().Operation(gen.OperationCreateCustomer): generated})
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, gen.BasePath+"/customers", http.NoBody)
	r.Header.Set(gen.KeyHeader, "bbb_test_1")
	chain(handler, s.reply, s.route, s.limit).ServeHTTP(w, r)
	assert.Equal(t, http.StatusNotFound, w.Code)
	assert.Equal(t, []string{"100", "99", "60"}, []string{
		w.Header().Get("RateLimit-Limit"), w.Header().Get("RateLimit-Remaining"), w.Header().Get("RateLimit-Reset"),
	})
}

func TestBodyOfAGeneratedRequest(t *testing.T) {
	t.Parallel()
	body := &gen.CustomerInput{}
	assert.Same(t, body, bodyOf(gen.CreateCustomerRequestObject{Body: body}))
	assert.True(t, bodyOf(gen.CreateCustomerRequestObject{}) == nil, "an optional body that did not come; a typed nil is not nil")
	assert.True(t, bodyOf(struct{ ID string }{"cust_1"}) == nil, "an operation without a body")
	assert.True(t, bodyOf(struct{}{}) == nil, "an operation without anything")
}

func TestTriggersOfABodyThatIsNoObject(t *testing.T) {
	t.Parallel()
	some := newTriggers(judge.Contract().Operation(gen.OperationCreateCustomer))
	require.NotNil(t, some)
	assert.Nil(t, some.find(&[]gen.CustomerInput{{}}))
	assert.Nil(t, some.find(&map[string]string{"email": "x"}))
}
