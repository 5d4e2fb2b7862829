package page

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// customers are those of a key, or one alone.
type customers struct {
	Title string
	List  []customer
	Next  string
}

type customer struct {
	ID, Name string
	JSON     []segment
	Open     bool
}

func (v *view) customers(ctx context.Context, api *gencontrol.Client) error {
	if id := v.Query.Customer; id != "" {
		found, err := decode[struct {
			Data json.RawMessage `json:"data"`
		}](api.GetCustomer(ctx, id, &gencontrol.GetCustomerParams{}))
		if err != nil {
			return err
		}
		one := newCustomer(found.Data)
		one.Open = true
		v.Customers = &customers{Title: "Customer", List: []customer{one}}
		return nil
	}
	limit := rowsPerPage
	page, err := decode[struct {
		Data []json.RawMessage `json:"data"`
		Next string            `json:"next"`
	}](api.ListCustomers(ctx, &gencontrol.ListCustomersParams{Key: &v.Query.Customers, After: set(v.Query.After), Limit: &limit}))
	if err != nil {
		return err
	}
	v.Customers = &customers{Title: "Customers of " + v.Query.Customers}
	for _, text := range page.Data {
		v.Customers.List = append(v.Customers.List, newCustomer(text))
	}
	if page.Next != "" {
		v.Customers.Next = v.Query.OfCustomers(v.Query.Customers, page.Next)
	}
	return nil
}

// newCustomer shows a customer, in which a key can be by mistake.
func newCustomer(stored []byte) customer {
	text := mask.Keys(string(stored))
	var c struct{ ID, Email, PhoneNumber, FirstName, LastName string }
	_ = json.Unmarshal([]byte(text), &c) // what it does not have is not shown
	name := strings.TrimSpace(c.FirstName + " " + c.LastName)
	return customer{
		ID: c.ID, Name: strings.Join(slices.DeleteFunc([]string{c.Email, c.PhoneNumber, name}, func(s string) bool { return s == "" }), ", "),
		JSON: pretty(text, nil),
	}
}
