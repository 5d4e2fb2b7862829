package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/store"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// customersPerPage is the default of "limit" in control.yaml.
const customersPerPage = 100

// bytesPerPage is how many bytes of customers a page may have, beyond its first.
const bytesPerPage = 8 << 20

// ListCustomers pages through the store by id, so that a page stays the same however many customers are created
// meanwhile.
func (o operations) ListCustomers(
	_ context.Context, request gencontrol.ListCustomersRequestObject,
) (gencontrol.ListCustomersResponseObject, error) {
	var after store.ID
	if id := given(request.Params.After); id != "" {
		var ok bool
		if after, ok = store.ParseID(id); !ok {
			message := "query after: must be the id of a customer, got " + untrusted.Quote(id)
			return nil, &refusal{http.StatusBadRequest, gencontrol.CodeInvalidRequest, message}
		}
	}
	limit := cmp.Or(given(request.Params.Limit), customersPerPage)
	found := o.Store.Page(o.key(request.Params.Key), after, limit+1)
	return list(func(yield func(json.RawMessage) bool) (next string) {
		bytes := 0
		for i, r := range found {
			if bytes += len(r.JSON); i == limit || i > 0 && bytes > bytesPerPage {
				return found[i-1].ID.String()
			}
			if !yield(r.JSON) { // as it is stored: byte for byte what the API answered
				return ""
			}
		}
		return ""
	}), nil
}

// VisitListCustomersResponse makes it an answer of listCustomers.
func (l list) VisitListCustomersResponse(w http.ResponseWriter) error { return l.write(w) }

// GetCustomer finds a customer by id; where a key is named, only among that key's.
func (o operations) GetCustomer(
	_ context.Context, request gencontrol.GetCustomerRequestObject,
) (gencontrol.GetCustomerResponseObject, error) {
	encoded := o.Store.Find(o.key(request.Params.Key), request.ID)
	if encoded == nil {
		message := "There is no customer " + untrusted.Quote(request.ID) + " here."
		return nil, &refusal{http.StatusNotFound, gencontrol.CodeNotFound, message}
	}
	return encodedCustomer{Data: encoded}, nil
}

type encodedCustomer struct {
	Data json.RawMessage `json:"data"`
}

func (c encodedCustomer) VisitGetCustomerResponse(w http.ResponseWriter) error {
	return writeJSON(w, c)
}

func writeJSON(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(value)
}

// DeleteCustomers empties the store.
func (o operations) DeleteCustomers(
	_ context.Context, request gencontrol.DeleteCustomersRequestObject,
) (gencontrol.DeleteCustomersResponseObject, error) {
	o.Store.Empty(o.key(request.Params.Key), false)
	return gencontrol.DeleteCustomers204Response{}, nil
}
