package mockserver

import (
	"context"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// operation is the room at the end of the corridor: the generated strict server over operations.
func (s *Server) operation() http.Handler {
	strict := gen.NewStrictHandlerWithOptions(operations{s}, nil, gen.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: func(_ http.ResponseWriter, r *http.Request, err error) {
			refuse(exchangeOf(r.Context()), http.StatusBadRequest, gen.CodeValidationError,
				"body: cannot be decoded: "+err.Error())
		},
		// The recover door answers.
		ResponseErrorHandlerFunc: func(_ http.ResponseWriter, _ *http.Request, err error) { panic(err) },
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The route door found the operation; there is one.
		strict.CreateCustomer(w, r)
	})
}

// operations implements the generated server interface over the store.
type operations struct{ *Server }

var _ gen.StrictServerInterface = operations{}

// CreateCustomer stores the customer for the key that created it, and answers what is stored.
func (o operations) CreateCustomer(
	ctx context.Context, request gen.CreateCustomerRequestObject,
) (gen.CreateCustomerResponseObject, error) {
	x := exchangeOf(ctx)
	id, customer := o.create(x.tenant, *request.Body, o.now())
	x.customer = id
	return created{customer: customer, quota: x.quota}, nil
}

// created is the answer 201. It takes the place of the generated one because the store holds the customer encoded
// already.
type created struct {
	customer []byte
	quota    quota
}

func (c created) VisitCreateCustomerResponse(w http.ResponseWriter) error {
	w.Header()["Content-Type"] = []string{"application/json"}
	c.quota.set(w.Header())
	w.WriteHeader(http.StatusCreated)
	for _, part := range [][]byte{[]byte(`{"data":`), c.customer, []byte("}\n")} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
