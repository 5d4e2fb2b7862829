package mockserver

import (
	"context"
	"io"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// operation is the room at the end of the corridor: the generated strict server over operations.
func (s *Server) operation() http.Handler {
	strict := gen.NewStrictHandlerWithOptions(operations{s}, []gen.StrictMiddlewareFunc{decoded}, gen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: func(_ http.ResponseWriter, r *http.Request, err error) {
			refuse(exchangeOf(r.Context()), http.StatusBadRequest, gen.CodeValidationError,
				"body: cannot be decoded: "+err.Error())
		},
		// The recover door answers.
		ResponseErrorHandlerFunc: func(_ http.ResponseWriter, _ *http.Request, err error) { panic(err) },
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The route door found the operation; there is one.
		r.Body = emptyObject{http.NoBody}
		strict.CreateCustomer(w, r)
	})
}

// decoded puts what the contractRequest door decoded into the request of the generated server. That server would decode
// the body again, with encoding/json, which takes "Email" for email; or bind a tree of maps, which costs half of a
// create's allocations to build and to walk.
func decoded(next gen.StrictHandlerFunc, _ string) gen.StrictHandlerFunc {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
		*request.(gen.CreateCustomerRequestObject).Body = exchangeOf(ctx).input
		return next(ctx, w, r, request)
	}
}

// emptyObject is the body that the generated server binds (runtime.BindJSONBody) before decoded has its turn.
type emptyObject struct{ io.ReadCloser }

func (emptyObject) ValidatedValue() any { return map[string]any(nil) }

// operations implements the generated server interface over the store.
type operations struct{ *Server }

var _ gen.StrictServerInterface = operations{}

// CreateCustomer stores the customer for the key that created it, and answers what is stored.
func (o operations) CreateCustomer(
	ctx context.Context, request gen.CreateCustomerRequestObject,
) (gen.CreateCustomerResponseObject, error) {
	x := exchangeOf(ctx)
	id, answer := o.create(x.tenant, *request.Body, o.now())
	x.customer = id
	return created{answer}, nil
}

// created is the answer 201. It takes the place of the generated one because the customer is encoded already, and its
// bytes are the ones that the store holds.
type created struct{ answer []byte }

func (c created) VisitCreateCustomerResponse(w http.ResponseWriter) error {
	x := w.(*exchange)
	x.header["Content-Type"] = []string{"application/json"}
	x.quota.set(x.header)
	x.status, x.answer = http.StatusCreated, c.answer
	return nil
}
