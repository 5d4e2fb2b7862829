package mockserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const vendorsBody = mockserver.VendorsBody

func TestTheVendorsCurl(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	before := time.Now().Truncate(time.Millisecond)
	got := create(t, mock, vendorsBody)

	require.Equal(t, http.StatusCreated, got.status, got.body)
	assert.Equal(t, "application/json", got.header.Get("Content-Type"))
	customer := got.customer()
	assert.Regexp(t, `^cust_[0-7][0-9a-hjkmnp-tv-z]{25}$`, customer.ID)
	require.Len(t, customer.Addresses, 1)
	assert.Regexp(t, `^addr_[0-7][0-9a-hjkmnp-tv-z]{25}$`, customer.Addresses[0].ID)
	assert.WithinRange(t, customer.CreatedAt, before, time.Now())
	assert.JSONEq(t, `{"data":{
		"id": "`+customer.ID+`",
		"email": "jsmith@example.com", "phoneNumber": "<string>",
		"firstName": "<string>", "lastName": "<string>", "imageUrl": "<string>",
		"tags": ["<string>"],
		"addresses": [{
			"id": "`+customer.Addresses[0].ID+`",
			"address1": "<string>", "firstName": "<string>", "lastName": "<string>", "phone": "<string>",
			"address2": "<string>",
			"city": "<string>", "province": "<string>", "country": "<string>", "zip": "<string>"
		}],
		"createdAt": "`+customer.CreatedAt.Format("2006-01-02T15:04:05.000Z")+`",
		"updatedAt": "`+customer.CreatedAt.Format("2006-01-02T15:04:05.000Z")+`"
	}}`, got.body, "every field is echoed, createdAt equals updatedAt, and mainAddress is not echoed")
}

func TestTimesHaveThreeDigitsWhateverTheClockSays(t *testing.T) {
	t.Parallel()
	for clock, want := range map[string]string{
		"2026-11-23T08:30:00Z":                `"2026-11-23T08:30:00.000Z"`,
		"2026-11-23T08:30:00.1Z":              `"2026-11-23T08:30:00.100Z"`,
		"2026-11-23T15:30:00.123999999+07:00": `"2026-11-23T08:30:00.123Z"`,
	} {
		now, err := time.Parse(time.RFC3339Nano, clock)
		require.NoError(t, err)
		mock := mockserver.Start(t, mockserver.WithClock(func() time.Time { return now }))
		assert.Contains(t, create(t, mock, `{"phoneNumber":"1"}`).body, `"createdAt":`+want)
	}
}

func TestAbsentFieldsStayAbsentAndEmptyOnesEmpty(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"phoneNumber":"","tags":[],"addresses":[]}`)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	assert.Contains(t, got.body, `"phoneNumber":""`)
	assert.Contains(t, got.body, `"tags":[]`)
	assert.Contains(t, got.body, `"addresses":[]`)
	assert.NotContains(t, got.body, `"email"`)
	assert.NotContains(t, create(t, mock, `{"phoneNumber":"1"}`).body, `"tags"`)
}

func TestTheSameCustomerTwiceIsTwoCustomers(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	first, second := create(t, mock, vendorsBody).customer(), create(t, mock, vendorsBody).customer()
	assert.Less(t, first.ID, second.ID, "ids sort by creation")
	assert.Less(t, first.Addresses[0].ID, second.Addresses[0].ID)
	assert.Len(t, mock.Customers(goodKey), 2)
}

func TestEveryBasePathOfTheContractIsServed(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, base := range []string{"/customer/open/v1", "/customer/api/open/v1"} {
		assert.Equal(t, http.StatusCreated,
			call(t, http.MethodPost, root(t, mock).String()+base+"/customers", vendorsBody).status, base)
	}
}

func TestUnknownPropertiesAreIgnoredAndNamesAreCaseSensitive(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"phoneNumber":"1","Email":"not an address","FIRSTNAME":"x","deep":{"er":[1]}}`)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	assert.Nil(t, got.customer().Email)
	assert.Nil(t, got.customer().FirstName)
	assert.NotContains(t, got.body, "deep")
	assert.Equal(t, http.StatusBadRequest, create(t, mock, `{"Email":"a@example.com"}`).status, "Email is not email")
}

func TestStrictRefusesUnknownProperties(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithStrict())
	got := create(t, mock, `{"email":"plain","Email":"a@example.com","addresses":[{"address1":"1","zipCode":"2"}]}`)
	require.Equal(t, http.StatusBadRequest, got.status)
	assert.Contains(t, got.message(), `email: must be an email address, got "plain"`)
	assert.Contains(t, got.message(), `Email: is not a documented property`)
	assert.Contains(t, got.message(), `addresses[0].zipCode: is not a documented property`)
	assert.Equal(t, http.StatusCreated, create(t, mock, vendorsBody).status)
}
