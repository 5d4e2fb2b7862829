package mockserver

import (
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mux"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// operation is the end of the chain: the generated strict server over operations.
func (s *Server) operation() http.Handler {
	byPattern := mux.Handlers{}
	gen.HandlerWithOptions(gen.NewStrictHandlerWithOptions(operations{s}, []gen.StrictMiddlewareFunc{s.decode}, gen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: func(_ http.ResponseWriter, r *http.Request, err error) {
			refuse(exchangeOf(r.Context()), http.StatusBadRequest, gen.CodeValidationError, "body: cannot be decoded: "+err.Error())
		},
		// The recover middleware answers.
		ResponseErrorHandlerFunc: func(_ http.ResponseWriter, _ *http.Request, err error) { panic(err) },
	}), gen.StdHTTPServerOptions{BaseRouter: byPattern, ErrorHandlerFunc: func(_ http.ResponseWriter, r *http.Request, err error) {
		refuse(exchangeOf(r.Context()), http.StatusBadRequest, gen.CodeValidationError, "a parameter cannot be read: "+untrusted.Quote(err.Error()))
	}})
	byOperation := map[*judge.Operation]http.HandlerFunc{}
	for _, operation := range s.judge.Operations() {
		byOperation[operation] = byPattern[operation.Method+" "+operation.Path]
		if !s.noTriggers {
			s.triggers[operation] = newTriggers(operation)
		}
	}
	return dispatch(byOperation)
}

// dispatch calls the handler of the operation that was routed to, and puts the quota of the key into its answer: over the zeros of a
// generated one, so that no method of operations need fill them in.
func dispatch(byOperation map[*judge.Operation]http.HandlerFunc) http.Handler {
	var body io.ReadCloser = unbound{http.NoBody}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		r.Body = body
		byOperation[x.operation](w, r)
		x.quota.Set(x.header)
	})
}

// decode decodes the body into the request of the generated server, and answers one that has a magic value in it. That server would decode
// it with encoding/json, which takes "Email" for email; or bind a tree of maps, which costs half of a create's allocations to build and to
// walk.
func (s *Server) decode(next gen.StrictHandlerFunc, _ string) gen.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		body := bodyOf(request)
		if body == nil {
			return next(ctx, w, r, request)
		}
		x := exchangeOf(ctx)
		if err := decodeInput(x.body, body); err != nil {
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, "body: must be what the mock can decode"+placeOf(err))
			return nil, nil
		}
		if e := s.triggers[x.operation].find(body); e != nil {
			x.trigger = e.Name
			x.answerWith(e)
			return nil, nil
		}
		return next(ctx, w, r, request)
	}
}

// bodyOf is the pointer to the body in a generated request; nil where its operation has none, or the request left an optional one out.
// It is the last field, and the only one that is a pointer; to find it by its name would allocate.
func bodyOf(request any) any {
	value := reflect.ValueOf(request)
	if value.NumField() == 0 {
		return nil
	}
	if body := value.Field(value.NumField() - 1); body.Kind() == reflect.Pointer && !body.IsNil() {
		return body.Interface()
	}
	return nil
}

// unbound is the body that the generated server binds (runtime.BindJSONBody) before decode has its turn: null, which any type takes.
type unbound struct{ io.ReadCloser }

func (unbound) ValidatedValue() any { return nil }

// operations implements the generated server interface over the store. The compiler says which operation has no method yet.
type operations struct{ *Server }

var _ gen.StrictServerInterface = operations{}

// CreateCustomer stores the customer for the key that created it, and answers what is stored.
func (o operations) CreateCustomer(
	ctx context.Context, request gen.CreateCustomerRequestObject,
) (gen.CreateCustomerResponseObject, error) {
	x := exchangeOf(ctx)
	created := o.create(x.digest, *request.Body, o.now())
	x.customer = created.ID
	o.sender.Created(x.key, created.ID, created.Customer())
	return encodedAnswer{http.StatusCreated, created.Answer}, nil
}

// encodedAnswer is an answer that is encoded already: its bytes are the ones that the store holds.
type encodedAnswer struct {
	status int
	body   []byte
}

// VisitCreateCustomerResponse makes it an answer of createCustomer.
func (a encodedAnswer) VisitCreateCustomerResponse(w http.ResponseWriter) error { return a.write(w) }

func (a encodedAnswer) write(w http.ResponseWriter) error {
	x := w.(*exchange)
	x.header["Content-Type"] = jsonHeader["Content-Type"] // shared, as nothing appends to it
	x.status, x.answer = a.status, a.body
	return nil
}
