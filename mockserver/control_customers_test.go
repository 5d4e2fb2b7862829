package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestControlPagesThroughCustomers(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	key := "bbb_test_pages"
	var created []string
	for i := range 5 {
		created = append(
			created,
			create(t, mock, fmt.Sprintf(`{"email":"c%d@example.com"}`, i), keyHeader, key).customer().ID,
		)
	}
	require.Equal(
		t,
		http.StatusCreated,
		create(t, mock, `{"email":"other@example.com"}`, keyHeader, "bbb_test_other").status,
	)

	var listed []string
	parameters := control.ListCustomersParams{Key: &key, Limit: new(2)}
	for pages := 1; ; pages++ {
		page, err := client.ListCustomersWithResponse(t.Context(), &parameters)
		require.NoError(t, err)
		require.NotNil(t, page.JSON200)
		for _, customer := range page.JSON200.Data {
			listed = append(listed, customer.ID)
		}
		if page.JSON200.Next == "" {
			assert.Equal(t, 3, pages)
			break
		}
		assert.Len(t, page.JSON200.Data, 2)
		parameters.After = &page.JSON200.Next
	}
	assert.Equal(t, created, listed)

	all, err := client.ListCustomersWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Len(t, all.JSON200.Data, 6, "without a key, those of all keys")
	assert.Empty(t, all.JSON200.Next)
}

func TestControlShowsACustomerAsTheAPIAnsweredIt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(
		t,
		mock,
		`{"email":"ab@example.com","firstName":"<b>&\u2028","tags":[],"addresses":[{"address1":""}]}`,
	)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	id := got.customer().ID

	for _, query := range []string{"", "?key=" + goodKey} {
		shown := callControl(t, mock, http.MethodGet, "/_mock/customers/"+id+query, "")
		require.Equal(t, http.StatusOK, shown.status)
		assert.JSONEq(t, got.body, shown.body)
		assert.Equal(t, got.customer(), shown.customer())
	}
	for name, target := range map[string]string{
		"another key's": id + "?key=bbb_test_stranger",
		"unknown":       "cust_00000000000000000000000000",
		"not an id":     "42",
		"escaped":       "%00%2F..",
	} {
		missing := callControl(t, mock, http.MethodGet, "/_mock/customers/"+target, "")
		code, message := controlMessage(t, missing)
		assert.Equal(t, http.StatusNotFound, missing.status, name)
		assert.Equal(t, control.CodeNotFound, code, name)
		assert.True(t, strings.HasPrefix(message, "There is no "), "%s: %s", name, message)
	}
}

func TestControlEmptiesTheStore(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	one, other := "bbb_test_one", "bbb_test_other"
	for _, key := range []string{one, other} {
		require.Equal(t, http.StatusCreated, create(t, mock, `{"email":"a@example.com"}`, keyHeader, key).status)
	}
	_, err := client.DeleteCustomersWithResponse(t.Context(), &control.DeleteCustomersParams{Key: &one})
	require.NoError(t, err)
	assert.Empty(t, mock.Customers(one))
	assert.Len(t, mock.Customers(other), 1)
	_, err = client.DeleteCustomersWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, mock.Customers(""))
	empty, err := client.ListCustomersWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.JSONEq(t, `{"data":[]}`, string(empty.Body), "an empty list, not null")
}
