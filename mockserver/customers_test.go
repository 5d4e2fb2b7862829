package mockserver_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestTheKeyIsTheTenant(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	a := create(t, mock, vendorsBody, "X-Api-Key", "bbb_test_a").customer()
	b := create(t, mock, `{"phoneNumber":"1"}`, "X-Api-Key", "bbb_test_b").customer()
	b2 := create(t, mock, `{"phoneNumber":"2"}`, "X-Api-Key", "bbb_test_b").customer()

	assert.Equal(t, []gen.Customer{a}, mock.Customers("bbb_test_a"), "what is stored is what was answered")
	assert.Equal(t, []gen.Customer{b, b2}, mock.Customers("bbb_test_b"), "in the order of creation")
	assert.ElementsMatch(t, []gen.Customer{a, b, b2}, mock.Customers(""))
	assert.Empty(t, mock.Customers("bbb_test_c"))
	assert.Empty(t, mock.Customers("not a key"))

	got, ok := mock.Customer(b.ID)
	assert.True(t, ok)
	assert.Equal(t, b, got)
	for _, id := range []string{"", "cust_", "cust_1", "addr_" + a.ID[5:], a.Addresses[0].ID, "cust_" + strings.Repeat("0", 26), "cust_" + strings.Repeat("z", 26), strings.ToUpper(a.ID), a.ID + "0"} {
		_, ok = mock.Customer(id)
		assert.False(t, ok, id)
	}

	mock.EmptyCustomers("bbb_test_b")
	assert.Empty(t, mock.Customers("bbb_test_b"))
	assert.Len(t, mock.Customers("bbb_test_a"), 1)
	assert.Equal(t, 97, create(t, mock, `{}`, "X-Api-Key", "bbb_test_b").rate()[1], "the rate limit stays as it is")
	mock.EmptyCustomers("")
	assert.Empty(t, mock.Customers(""))
}

func TestTheOldestCustomersAreDropped(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithMaxCustomers(3), mockserver.WithRateLimit(0))
	var ids []string
	for i := range 8 {
		ids = append(ids, create(t, mock, `{"phoneNumber":"1"}`, "X-Api-Key", "bbb_test_"+string(rune('a'+i%2))).customer().ID)
	}
	var kept []string
	for _, customer := range mock.Customers("") {
		kept = append(kept, customer.ID)
	}
	assert.ElementsMatch(t, ids[5:], kept)
	_, ok := mock.Customer(ids[0])
	assert.False(t, ok)
	dropped := log.with("the store is full")
	require.Len(t, dropped, 1, "one line, not one for each create")
	assert.Contains(t, dropped[0], "maxCustomers=3")
}

func TestNoCreateIsLostUnderLoad(t *testing.T) {
	t.Parallel()
	const connections = 200
	each := 1_000
	if testing.Short() || raceDetector {
		each = 20
	}
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	answered := make([][]string, connections)
	var wg sync.WaitGroup
	for i := range connections {
		wg.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for range each {
				id, err := quickCreate(t.Context(), client, mock.URL+"/customers", "bbb_test_"+string(rune('a'+i%3)))
				if !assert.NoError(t, err) {
					return
				}
				answered[i] = append(answered[i], id)
			}
		})
	}
	wg.Wait()
	want := slices.Sorted(slices.Values(slices.Concat(answered...)))
	require.Len(t, want, connections*each)
	var stored []string
	for _, customer := range mock.Customers("") {
		stored = append(stored, customer.ID)
	}
	assert.True(t, slices.Equal(want, stored), "the store holds exactly what was answered 201, sorted by id")
}

// quickCreate does what create does, without judging the answer: 200,000 times it shows.
func quickCreate(ctx context.Context, client *http.Client, target, key string) (id string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(`{"phoneNumber":"1"}`))
	if err != nil {
		return "", err
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {key}}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	_, rest, found := bytes.Cut(body, []byte(`"id":"`))
	if response.StatusCode != http.StatusCreated || !found {
		return "", fmt.Errorf("expected a customer, got %d: %s", response.StatusCode, body)
	}
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(text), nil
}
