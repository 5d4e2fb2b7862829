package mockserver_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
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
	a := create(t, mock, vendorsBody, keyHeader, "bbb_test_a").customer()
	b := create(t, mock, `{"phoneNumber":"1"}`, keyHeader, "bbb_test_b").customer()
	b2 := create(t, mock, `{"phoneNumber":"2"}`, keyHeader, "bbb_test_b").customer()

	assert.Equal(t, []gen.Customer{a}, mock.Customers("bbb_test_a"), "what is stored is what was answered")
	assert.Equal(t, []gen.Customer{b, b2}, mock.Customers("bbb_test_b"), "in the order of creation")
	assert.ElementsMatch(t, []gen.Customer{a, b, b2}, mock.Customers(""))
	assert.Empty(t, mock.Customers("bbb_test_c"))
	assert.Empty(t, mock.Customers("not a key"))

	got, ok := mock.Customer(b.ID)
	assert.True(t, ok)
	assert.Equal(t, b, got)
	for _, id := range []string{"", "cust_", "cust_1", "addr_" + a.ID[5:], a.Addresses[0].ID,
		"cust_" + strings.Repeat("0", 26), "cust_" + strings.Repeat("z", 26), strings.ToUpper(a.ID), a.ID + "0"} {
		_, ok = mock.Customer(id)
		assert.False(t, ok, id)
	}

	mock.EmptyCustomers("bbb_test_b")
	assert.Empty(t, mock.Customers("bbb_test_b"))
	assert.Len(t, mock.Customers("bbb_test_a"), 1)
	assert.Equal(t, 97, create(t, mock, `{}`, keyHeader, "bbb_test_b").rate()[1], "the rate limit stays as it is")
	mock.EmptyCustomers("")
	assert.Empty(t, mock.Customers(""))
}

func TestTheOldestCustomersAreDropped(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithMaxCustomers(3), mockserver.WithRateLimit(0))
	var ids []string
	for i := range 8 {
		ids = append(ids, create(t, mock, `{"phoneNumber":"1"}`, keyHeader,
			"bbb_test_"+string(rune('a'+i%2))).customer().ID)
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
			connection, err := net.Dial("tcp", root(t, mock).Host)
			if !assert.NoError(t, err) {
				return
			}
			defer connection.Close()
			reader := bufio.NewReader(connection)
			for range each {
				id, err := quickCreate(connection, reader, "bbb_test_"+string(rune('a'+i%3)))
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

// quickCreate does what create does, without a client of net/http and without judging the answer: 200,000 times it
// shows.
func quickCreate(connection net.Conn, reader *bufio.Reader, key string) (id string, err error) {
	const body = `{"phoneNumber":"1"}`
	if _, err = fmt.Fprintf(connection,
		"POST /customer/open/v1/customers HTTP/1.1\r\nHost: x\r\n"+keyHeader+": %s\r\n"+
			"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		key, len(body), body); err != nil {
		return "", err
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	_, rest, found := bytes.Cut(got, []byte(`"id":"`))
	if response.StatusCode != http.StatusCreated || !found {
		return "", fmt.Errorf("expected a customer, got %d: %s", response.StatusCode, got)
	}
	text, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(text), nil
}
