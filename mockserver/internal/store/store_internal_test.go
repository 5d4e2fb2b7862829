package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	gen "github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

func made(t *testing.T, config Config) *Store {
	t.Helper()
	s, err := New(config, time.Now())
	require.NoError(t, err)
	return s
}

// consistent checks what must hold between the parts of the store at any time.
func consistent(t *testing.T, ts *Store) {
	t.Helper()
	ts.mu.Lock()
	defer ts.mu.Unlock()
	customers, bytes := 0, 0
	for key, tenant := range ts.byKey {
		require.Equal(t, key, tenant.key)
		require.Equal(t, tenant.customers.len == 0, tenant.idle != nil,
			"a tenant is idle if and only if it holds nothing")
		customers += tenant.customers.len
		for i := range tenant.customers.len {
			bytes += len(tenant.customers.at(i).JSON)
		}
		for i := 1; i < tenant.customers.len; i++ {
			require.Negative(t, tenant.customers.at(i-1).ID.compare(tenant.customers.at(i).ID), "sorted by id")
			require.Less(t, tenant.customers.at(i-1).number, tenant.customers.at(i).number)
		}
	}
	for i, tenant := range ts.holding {
		require.Equal(t, i, tenant.holding)
		require.False(t, i > 0 && ts.holding.Less(i, (i-1)/2), "a heap")
	}
	require.Equal(t, ts.customers, customers)
	require.Equal(t, ts.bytes, bytes)
	require.Len(t, ts.byKey, ts.idle.Len()+len(ts.holding))
	require.LessOrEqual(t, ts.customers, ts.MaxCustomers)
	require.LessOrEqual(t, ts.idle.Len(), mostIdle)
}

func TestTheOldestCustomersOfAllKeysGoFirst(t *testing.T) {
	t.Parallel()
	const most = 1_500
	ts := made(t, Config{MaxCustomers: most, MaxBytes: math.MaxInt})
	random := rand.New(rand.NewPCG(1, 2))
	type stored struct {
		key string
		id  ID
	}
	var want []stored // in order of creation
	for i := range 6_000 {
		key := "bbb_test_" + strconv.Itoa(random.IntN(40))
		id := ID{0, uint64(i) + 1}
		ts.add(ts.named(key), id, []byte{1})
		want = append(want, stored{key, id})
		if len(want) > most {
			want = want[1:]
		}
		if i%1_000 == 999 {
			ts.Empty("bbb_test_7", false)
			kept := want[:0:0]
			for _, s := range want {
				if s.key != "bbb_test_7" {
					kept = append(kept, s)
				}
			}
			want = kept
			consistent(t, ts)
		}
	}
	consistent(t, ts)
	all := ts.pageOfAll(ID{}, math.MaxInt)
	require.Len(t, all, len(want))
	for i, r := range all {
		require.Equal(t, want[i].id, r.ID)
		require.NotNil(t, ts.find(r.ID))
	}
	assert.Nil(t, ts.find(ID{0, 1}))
	page := ts.Page("bbb_test_3", all[700].ID, 5)
	require.Len(t, page, 5)
	assert.Positive(t, page[0].ID.compare(all[700].ID))
}

func TestIDsThatComeOutOfOrderAreSortedIn(t *testing.T) {
	t.Parallel()
	var s sequence
	for _, i := range rand.New(rand.NewPCG(3, 4)).Perm(2_000) {
		s.add(Customer{number: uint64(s.len), ID: ID{1, uint64(i)}, JSON: []byte(strconv.Itoa(i))})
	}
	for i := range 2_000 {
		require.Equal(t, Customer{number: uint64(i), ID: ID{1, uint64(i)}, JSON: []byte(strconv.Itoa(i))}, *s.at(i))
	}
	for range 1_999 {
		s.dropOldest()
	}
	assert.Equal(t, 1, s.len)
	assert.Len(t, s.chunks, 1)
	assert.Equal(t, ID{1, 1_999}, s.find(ID{1, 1_999}).ID)
	assert.Nil(t, s.find(ID{1, 1_998}))
	s.dropOldest()
	assert.Equal(t, sequence{}, s)
}

func TestAnyNumberOfKeysStaysWithinBounds(t *testing.T) {
	t.Parallel()
	ts := made(t, Config{MaxCustomers: 1_000, MaxBytes: math.MaxInt})
	ts.add(ts.named("bbb_test_holds"), ID{0, 1}, []byte{1})
	used, unused := ts.named("bbb_test_used"), ts.named("bbb_test_unused")
	for i := range 3 * mostIdle {
		ts.named("bbb_test_" + strconv.Itoa(i))
		if i%1_000 == 0 {
			require.Same(t, used, ts.named("bbb_test_used"), "a key in use is not forgotten")
		}
	}
	consistent(t, ts)
	assert.Equal(t, mostIdle, ts.idle.Len())
	assert.NotContains(t, ts.byKey, unused.key)
	assert.Len(t, ts.Page("bbb_test_holds", ID{}, 10), 1, "a key that holds customers is not forgotten")
	for i := range 3_000 {
		ts.add(ts.named("bbb_test_c"+strconv.Itoa(i)), ID{1, uint64(i)}, []byte{1})
	}
	consistent(t, ts)
	assert.Len(t, ts.holding, 1_000)
	assert.Equal(t, mostIdle, ts.idle.Len())
}

func TestAKeyThatIsForgottenWhileItCreatesLosesNothing(t *testing.T) {
	t.Parallel()
	ts := made(t, Config{MaxCustomers: 1_000, MaxBytes: math.MaxInt})
	early := ts.named("bbb_test_slow")
	for i := range 2 * mostIdle {
		ts.named("bbb_test_" + strconv.Itoa(i))
	}
	require.NotContains(t, ts.byKey, early.key)
	ts.add(early, ID{0, 1}, []byte{1})
	assert.Len(t, ts.Page("bbb_test_slow", ID{}, 10), 1, "it is known again")

	late := ts.named("bbb_test_twice")
	for i := range 2 * mostIdle {
		ts.named("bbb_test_" + strconv.Itoa(i))
	}
	require.NotSame(t, late, ts.named("bbb_test_twice"), "another request made it again")
	ts.add(late, ID{0, 2}, []byte{2})
	ts.add(ts.named("bbb_test_twice"), ID{0, 3}, []byte{3})
	assert.Len(t, ts.Page("bbb_test_twice", ID{}, 10), 2)
	consistent(t, ts)
}

func TestManyGoroutinesOnOneStore(t *testing.T) {
	t.Parallel()
	ts := made(t, Config{MaxCustomers: 500, MaxBytes: math.MaxInt})
	var makes ids
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			for i := range 300 {
				key := fmt.Sprintf("bbb_test_%d", (g+i)%5)
				id, _ := makes.take(&Config{}, apikey.Digest{}, 3, time.Unix(int64(i), 0))
				ts.add(ts.named(key), id, []byte{1})
				switch i % 50 {
				case 10:
					ts.Empty(key, true)
				case 20:
					ts.pageOfAll(ID{}, 10)
				case 30:
					ts.find(id)
				case 40:
					ts.Reset("")
				}
			}
		})
	}
	wg.Wait()
	consistent(t, ts)
}

// A day of traffic: a new key every minute, a few keys that stay.
func TestADayOfTrafficKeepsTheStoreConsistent(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s := made(t, Config{MaxCustomers: 500, MaxBytes: math.MaxInt})
	for minute := range 24 * 60 {
		for _, key := range []string{"bbb_test_" + strconv.Itoa(minute), "bbb_test_day", "bbb_test_half" + strconv.Itoa(minute/720)} {
			for range 3 {
				now = now.Add(2 * time.Second)
				s.Create(apikey.DigestOf(key), gen.CustomerInput{PhoneNumber: new("1")}, now)
			}
		}
		now = now.Truncate(time.Minute).Add(time.Minute)
	}
	consistent(t, s)
	assert.Len(t, s.Page("", ID{}, math.MaxInt), 500)
}
