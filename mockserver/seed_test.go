package mockserver_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

const twoSeeds = `[{"email":"one@example.com","addresses":[{"address1":"1"}]},{"phoneNumber":"2","unknown":true}]`

func TestEveryKeyStartsWithTheSeeds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC)
	mock := mockserver.Start(t, mockserver.WithSeed([]byte(twoSeeds)),
		mockserver.WithClock(func() time.Time { return now }))
	seeds := mock.Customers("bbb_test_a")
	require.Len(t, seeds, 2)
	assert.Equal(t, "one@example.com", *seeds[0].Email)
	assert.Equal(t, "2", *seeds[1].PhoneNumber)
	got, ok := mock.Customer(seeds[1].ID)
	assert.True(t, ok)
	assert.Equal(t, seeds[1], got)

	for range 5 {
		created := create(t, mock, vendorsBody, keyHeader, "bbb_test_a").customer()
		assert.Greater(t, created.ID, seeds[1].ID, "seeds come first")
	}
	assert.Len(t, mock.Customers("bbb_test_a"), 7)
	assert.Len(t, mock.Customers("bbb_test_b"), 2)
	assert.Len(t, mock.Customers(""), 7, "seeds are listed once")

	mock.EmptyCustomers("bbb_test_a")
	assert.Empty(t, mock.Customers("bbb_test_a"))
	assert.Len(t, mock.Customers("bbb_test_b"), 2)
	mock.Reset("bbb_test_a")
	assert.Equal(t, seeds, mock.Customers("bbb_test_a"))
	mock.EmptyCustomers("")
	assert.Empty(t, mock.Customers(""))
	assert.Empty(t, mock.Customers("bbb_test_new"), "a key that is seen later is empty as well")
	_, ok = mock.Customer(seeds[0].ID)
	assert.False(t, ok)
	mock.Reset("")
	assert.Equal(t, seeds, mock.Customers(""))
	assert.Equal(t, seeds, mock.Customers("bbb_test_new"))
}

func TestSeedsRepeatWithAnIDSeed(t *testing.T) {
	t.Parallel()
	run := func() []gen.Customer {
		mock := mockserver.Start(t, mockserver.WithSeed([]byte(twoSeeds)), mockserver.WithIDSeed(7))
		create(t, mock, vendorsBody)
		return mock.Customers(goodKey)
	}
	first := run()
	assert.Equal(t, first, run())
	assert.Equal(t, time.Date(2024, 1, 15, 10, 30, 2, 0, time.UTC), first[2].CreatedAt)
}

func TestASeedThatBreaksTheContractNamesEveryViolation(t *testing.T) {
	t.Parallel()
	for array, want := range map[string]string{
		`[{"email":"plain"},{"email":"a@example.com"},{"addresses":[{}],"tags":[1]},5]`: `[0].email: must be an email address, got "plain"; ` +
			`[2].email or phoneNumber: is required; [2].addresses[0].address1: is required; [2].tags[0]: must be a string, got the number 1; [3]: must be an object, got the number 5`,
		`{"email":"a@example.com"}`:     `must be an array`,
		`[{"email":"bbb_live_s3cret"}]`: `[0].email: must be an email address, got "bbb_live_…"`,
		`[`:                             `body: must be one JSON value`,
		``:                              `body: must be one JSON value, got an empty body`,
		`[{"email":"a@example.com","email":"b@example.com"}]`: `[0].email: must be named once`,
	} {
		_, err := mockserver.New(mockserver.WithSeed([]byte(array)))
		assert.ErrorContains(t, err, want, array)
		assert.ErrorContains(t, err, "mockserver: WithSeed: ")
	}
}

// A file can have a million of them.
func TestAThousandViolationsAmongTheSeedsAreEnough(t *testing.T) {
	t.Parallel()
	_, err := mockserver.New(mockserver.WithSeed([]byte("[" + strings.Repeat("{},", 5_000) + "{}]")))
	assert.ErrorContains(t, err, "[19].email or phoneNumber: is required; … and at least 980 more")
}

// What a request would be refused for, a seed is refused for, in whichever order the options come.
func TestSeedsOfAStrictServer(t *testing.T) {
	t.Parallel()
	const want = "[1].unknown: is not a documented property"
	strict, seed := mockserver.WithStrict(), mockserver.WithSeed([]byte(twoSeeds))
	for _, options := range [][]mockserver.Option{{strict, seed}, {seed, strict}} {
		_, err := mockserver.New(options...)
		assert.EqualError(t, err, "mockserver: WithSeed: "+want)
	}
	_, err := mockserver.New(strict, mockserver.WithSeed([]byte(`[{"email":"a@example.com"}]`)))
	assert.NoError(t, err)
}

func TestSeedsCountTowardsTheBound(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithSeed([]byte(twoSeeds)), mockserver.WithMaxCustomers(4))
	for range 5 {
		create(t, mock, vendorsBody)
	}
	assert.Len(t, mock.Customers(""), 4)
	for _, most := range []int{1, 2} {
		_, err := mockserver.New(mockserver.WithMaxCustomers(most), mockserver.WithSeed([]byte(twoSeeds)))
		assert.EqualError(t, err, fmt.Sprintf(
			"mockserver: WithSeed: must leave room in a store of %d (WithMaxCustomers) for a customer, got 2 customers", most))
	}
}

func TestSeedInATest(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	require.NoError(t, mock.Seed(goodKey, gen.CustomerInput{Email: new("one@example.com")},
		gen.CustomerInput{PhoneNumber: new(""), Addresses: []gen.AddressInput{{Address1: ""}}}))
	assert.Len(t, mock.Customers(goodKey), 2)
	assert.Empty(t, mock.Requests(journal.Filter{}))
	assert.Equal(t, 99, create(t, mock, vendorsBody).rate()[1], "seeding is no call")
	assert.EqualError(t, mock.Seed(goodKey, gen.CustomerInput{Email: new("one@example.com")},
		gen.CustomerInput{FirstName: new("x")}),
		"mockserver: Seed: [1].email or phoneNumber: is required")
	assert.Len(t, mock.Customers(goodKey), 3, "all or nothing")
	assert.ErrorContains(t, mock.Seed("", gen.CustomerInput{}), "the key must be one that the server takes")
	named := mockserver.Start(t, mockserver.WithKeys("bbb_test_a"))
	assert.ErrorContains(t, named.Seed("bbb_test_b"), "one of WithKeys")
	assert.NoError(t, named.Seed("bbb_test_a", gen.CustomerInput{PhoneNumber: new("1")}))
	assert.ErrorContains(t, mock.Seed(goodKey, gen.CustomerInput{Email: new("\xff@example.com")}), "Seed: ")
}

func TestResetIsAsAtStart(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(2))
	for _, key := range []string{"bbb_test_a", "bbb_test_b"} {
		for range 3 {
			create(t, mock, vendorsBody, keyHeader, key)
		}
	}
	mock.Reset("bbb_test_a")
	assert.Empty(t, mock.Customers("bbb_test_a"))
	assert.Equal(t, 1, create(t, mock, vendorsBody, keyHeader, "bbb_test_a").rate()[1])
	assert.Equal(t, 429, create(t, mock, vendorsBody, keyHeader, "bbb_test_b").status)
	mock.Reset("")
	assert.Empty(t, mock.Customers(""))
	assert.Equal(t, 201, create(t, mock, vendorsBody, keyHeader, "bbb_test_b").status)
}

func TestNewRefusesOptionsThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, option := range map[string]mockserver.Option{
		"mockserver: WithRateLimit: must not be negative, got -1": mockserver.WithRateLimit(-1),
		"mockserver: WithMaxBody: must be at least 1 byte, got 0": mockserver.WithMaxBody(0),
		"mockserver: WithMaxCustomers: must be at least 1, got 0": mockserver.WithMaxCustomers(0),
		"mockserver: WithLatency: must not be negative, got -1s":  mockserver.WithLatency(-time.Second),
		"mockserver: WithClock: the clock must not be nil":        mockserver.WithClock(nil),
		"mockserver: WithLogger: the logger must not be nil":      mockserver.WithLogger(nil),
	} {
		_, err := mockserver.New(option)
		assert.EqualError(t, err, want)
	}
}
