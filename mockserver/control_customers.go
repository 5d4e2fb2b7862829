package mockserver

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"net/http"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

// customersPerPage is the default of "limit" in control.yaml.
const customersPerPage = 100

// bytesPerPage is how many bytes of customers a page may have, beyond its first.
const bytesPerPage = 8 << 20

// ListCustomers pages through the store by id, so that a page stays the same however many customers are created
// meanwhile.
func (o controlOperations) ListCustomers(
	_ context.Context, request control.ListCustomersRequestObject,
) (control.ListCustomersResponseObject, error) {
	var after ulid
	if id := given(request.Params.After); id != "" {
		var ok bool
		if after, ok = parseCustomerID(id); !ok {
			message := "query after: must be the id of a customer, got " + quoteCut(id)
			return nil, &controlRefusal{http.StatusBadRequest, control.CodeInvalidRequest, message}
		}
	}
	limit := cmp.Or(given(request.Params.Limit), customersPerPage)
	records := o.mock.customersAfter(given(request.Params.Key), after, limit+1)
	page := encodedPage{Data: []json.RawMessage{}}
	bytes := 0
	for i, r := range records {
		if bytes += len(r.encoded); i == limit || i > 0 && bytes > bytesPerPage {
			page.Next = records[i-1].id.id(customerPrefix)
			break
		}
		page.Data = append(page.Data, r.encoded)
	}
	return page, nil
}

// encodedPage is a page of customers as they are stored: byte for byte what the API answered.
type encodedPage struct {
	Data []json.RawMessage `json:"data"`
	Next string            `json:"next,omitempty"`
}

func (p encodedPage) VisitListCustomersResponse(w http.ResponseWriter) error { return writeJSON(w, p) }

// GetCustomer finds a customer by id; where a key is named, only among that key's.
func (o controlOperations) GetCustomer(
	_ context.Context, request control.GetCustomerRequestObject,
) (control.GetCustomerResponseObject, error) {
	var encoded []byte
	if key := given(request.Params.Key); key == "" {
		encoded = o.mock.encodedCustomer(request.ID)
	} else if id, ok := parseCustomerID(request.ID); ok {
		if found := o.mock.customersAfter(key, id.before(), 1); len(found) > 0 && found[0].id == id {
			encoded = found[0].encoded
		}
	}
	if encoded == nil {
		return nil, &controlRefusal{
			http.StatusNotFound,
			control.CodeNotFound,
			"There is no customer " + quoteCut(request.ID) + " here.",
		}
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

// before is the ULID right before this one.
func (u ulid) before() ulid {
	if u.lo == 0 {
		return ulid{u.hi - 1, math.MaxUint64}
	}
	return ulid{u.hi, u.lo - 1}
}

// DeleteCustomers empties the store.
func (o controlOperations) DeleteCustomers(
	_ context.Context, request control.DeleteCustomersRequestObject,
) (control.DeleteCustomersResponseObject, error) {
	o.mock.EmptyCustomers(given(request.Params.Key))
	return control.DeleteCustomers204Response{}, nil
}
