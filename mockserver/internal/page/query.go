package page

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// rowsPerPage is how many requests the list shows.
const rowsPerPage = 50

// query is what the page's address says: which requests are listed, and what is shown beside the list. It is all the state that the page has, so
// that a link can be sent.
type query struct {
	Key, Status, Text, Before string
	Refused, Duplicates       bool
	Request                   string // the id of the request that is shown
	Customers, After          string // the id of the key whose customers are shown, and after which of them
	Customer                  string // the id of the customer that is shown
	Panel                     string // which of the tools is open: fault or keys
	Webhooks, Sent            string // the customer about whom deliveries are shown, or allWebhooks; before which of them
	Delivery                  string // the id of the delivery that is shown
}

// allWebhooks is [query.Webhooks] where the deliveries about every customer are shown.
const allWebhooks = "all"

// parseQuery reads an address. Keys in it are masked, and what is longer than anything that it can be is left out.
func parseQuery(values url.Values) query {
	get := func(name string) string {
		const longest = 256
		value := strings.TrimSpace(values.Get(name))
		if len(value) > longest {
			return ""
		}
		return mask.Keys(value)
	}
	return query{
		Key: get("key"), Status: get("status"), Text: get("text"), Before: get("before"),
		Refused: get("refused") == "true", Duplicates: get("duplicates") == "true",
		Request: get("request"), Customers: get("customers"), After: get("after"), Customer: get("customer"), Panel: get("panel"),
		Webhooks: get("webhooks"), Sent: get("sent"), Delivery: get("delivery"),
	}
}

// isKeyID reports whether a text is an id of GET /_mock/keys, and no key.
func isKeyID(text string) bool {
	digits, ok := strings.CutPrefix(text, "key_")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// String is the query as a relative address.
func (q query) String() string {
	values := url.Values{}
	for _, one := range []struct{ name, value string }{
		{"key", q.Key}, {"status", q.Status}, {"text", q.Text}, {"before", q.Before},
		{"refused", ifSet(q.Refused)}, {"duplicates", ifSet(q.Duplicates)},
		{"request", q.Request}, {"customers", q.Customers}, {"after", q.After},
		{"customer", q.Customer}, {"panel", q.Panel}, {"webhooks", q.Webhooks}, {"sent", q.Sent}, {"delivery", q.Delivery},
	} {
		if one.value != "" {
			values.Set(one.name, one.value)
		}
	}
	return "?" + values.Encode()
}

func ifSet(set bool) string {
	if set {
		return "true"
	}
	return ""
}

// IsFiltered reports whether requests are left out of the list.
func (q query) IsFiltered() bool {
	return q.Key != "" || q.Status != "" || q.Text != "" || q.Refused || q.Duplicates
}

// alone is the query of the list with nothing beside it.
func (q query) alone() query {
	return query{Key: q.Key, Status: q.Status, Text: q.Text, Before: q.Before, Refused: q.Refused, Duplicates: q.Duplicates}
}

// Show is the address of a request beside the same list.
func (q query) Show(request string) string {
	q = q.alone()
	q.Request = request
	return q.String()
}

// List is the address of the same list with nothing beside it.
func (q query) List() string { return q.alone().String() }

// Older is the address of the list of those before a request.
func (q query) Older(request string) string {
	q.Before = request
	return q.String()
}

// OfKey is the address of the requests of a key.
func (query) OfKey(key string) string { return query{Key: key}.String() }

// OfCustomers is the address of the customers of a key, after one of them.
func (q query) OfCustomers(key, after string) string {
	q = q.alone()
	q.Customers, q.After = key, after
	return q.String()
}

// OfCustomer is the address of a customer.
func (q query) OfCustomer(id string) string {
	q = q.alone()
	q.Customer = id
	return q.String()
}

// OfWebhooks is the address of the deliveries about a customer, or of all with "".
func (q query) OfWebhooks(customer string) string {
	q = q.alone()
	q.Webhooks = cmp.Or(customer, allWebhooks)
	return q.String()
}

// OlderWebhooks is the address of the deliveries before one of them.
func (q query) OlderWebhooks(delivery string) string {
	q.Sent = delivery
	return q.String()
}

// OfDelivery is the address of a delivery.
func (q query) OfDelivery(id string) string {
	q = q.alone()
	q.Delivery = id
	return q.String()
}

// filter is the query as the control API takes it.
func (q query) filter() (*gencontrol.ListRequestsParams, error) {
	limit := rowsPerPage + 1
	filter := gencontrol.ListRequestsParams{
		Key: set(q.Key), Before: set(q.Before), Text: set(q.Text), Refused: set(q.Refused), Duplicates: set(q.Duplicates), Limit: &limit, Short: set(true),
	}
	if q.Status != "" {
		status, err := strconv.Atoi(q.Status)
		if err != nil {
			return nil, failure("status: must be a number, as in 400; 0 for requests without an answer")
		}
		filter.Status = &status
	}
	return &filter, nil
}

// set is a parameter of the control API; nil where it is not given.
func set[T comparable](value T) *T {
	if value == *new(T) {
		return nil
	}
	return &value
}

// given is what a parameter points to; the zero value where it is not given.
func given[T any](parameter *T) (value T) {
	if parameter != nil {
		value = *parameter
	}
	return value
}

// failure is an error for people.
type failure string

func (f failure) Error() string { return string(f) }

// newestFirst turns a list of the control API around.
func newestFirst(requests []gencontrol.RequestEntry) []gencontrol.RequestEntry {
	slices.Reverse(requests)
	return requests
}
