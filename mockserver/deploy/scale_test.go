package deploy_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

// Each key is on one replica, so its limit is exact and its customers are together.
func TestNginxKeepsEachKeyOnOneReplica(t *testing.T) {
	needNginx(t)
	const limit = 150
	mocks := startMocks(t, replicas, "--log-level", "error", "--rate-limit", "150")
	l := send(t, startNginx(t, mocks), order(), once)
	require.Empty(t, l.errors)
	on := map[string]int{} // how many replicas know a key
	for _, m := range mocks {
		have := m.customers(t)
		assert.NotEmpty(t, have, "a replica without keys")
		t.Logf("%s has %d of the keys", m.address, len(have))
		for shown, customers := range have {
			on[shown]++
			assert.Equal(t, limit, customers, shown)
		}
	}
	for n := range keys {
		shown := mask.Key(key(n))
		assert.Equal(t, 1, on[shown], shown)
		assert.Equal(t, map[int]int{http.StatusCreated: limit, http.StatusTooManyRequests: creates - limit}, l.statuses[shown], shown)
	}
	assert.Len(t, l.ids, keys*limit)
}

// While a replica drains and stops, each create is answered and stored once: the replicas' logs have as many as the callers were told of.
func TestNginxLosesNothingWhileAReplicaDrains(t *testing.T) {
	needNginx(t)
	mocks := startMocks(t, replicas, "--rate-limit", "0", "--drain", "2s")
	address := startNginx(t, mocks, "keepalive_timeout 5s;", "keepalive_timeout 1s;") // shorter than the drain, as it is shipped
	l := send(t, address, order(), func(i int) bool {
		if i == keys*creates/4 {
			assert.NoError(t, mocks[0].Process.Signal(syscall.SIGTERM))
		}
		select {
		case <-mocks[0].ended:
			return once(i)
		default:
			return true
		}
	})
	mocks[0].wait(t)
	l.assertAllCreated(t)
	stored := 0
	for _, m := range mocks {
		if m != mocks[0] {
			m.stop(t)
		}
		created := bytes.Count(m.log.Bytes(), []byte(" status=201 "))
		t.Logf("%s created %d", m.address, created)
		assert.NotZero(t, created)
		stored += created
	}
	assert.Equal(t, l.count(http.StatusCreated), stored, "creates in the logs")
	assert.NotContains(t, strings.ToLower(mocks[0].log.String()), "cut off")
}

// Three replicas do at least 2.5 times the work of one in a second of processor time each: a replica's capacity is its creates by the processor
// time that they took while the load was its own, as where each replica has processors to itself. All three under load at once are measured too,
// and only shown: on few processors each of them idles between two calls, and a create that wakes it costs more (see the switches that are shown).
func TestNginxScalesByProcessorTime(t *testing.T) {
	needNginx(t)
	arguments := []string{"--log-level", "error", "--rate-limit", "0"}
	one, three := startMocks(t, 1, arguments...), startMocks(t, replicas, arguments...)
	toOne, toThree := startNginx(t, one), startNginx(t, three)
	load := func(address string, jobs []int) func() {
		return func() { send(t, address, jobs, once).assertAllCreated(t) }
	}
	for _, address := range []string{toOne, toThree} { // what the first requests compile and allocate is no part of it
		send(t, address, order(), func(i int) bool { return i < keys*creates/4 }).assertAllCreated(t)
	}
	together, ratio := measure(t, three, load(toThree, order())), 0.0
	for i, m := range three {
		alone := measure(t, one, load(toOne, order())) // beside each of the three, since what else the machine does changes
		if i == 0 {
			t.Logf("three at once by one: %.2f", together/alone)
		}
		has := m.customers(t)
		jobs := slices.DeleteFunc(order(), func(n int) bool { return has[mask.Key(key(n))] == 0 })
		ratio += measure(t, []*mock{m}, load(toThree, jobs)) / alone
	}
	t.Logf("three, one after the other, by one: %.2f", ratio)
	assert.GreaterOrEqual(t, ratio, 2.5)
}

// measure is the sum of what replicas do in a second of processor time each.
func measure(t *testing.T, mocks []*mock, work func()) (sum float64) {
	t.Helper()
	type reading struct {
		customers, switches int
		time                float64
	}
	read := func(m *mock) (r reading) {
		for _, customers := range m.customers(t) {
			r.customers += customers
		}
		r.switches, r.time = m.switches(t), m.processorTime(t).Seconds()
		return r
	}
	before := make([]reading, len(mocks))
	for i, m := range mocks {
		before[i] = read(m)
	}
	work()
	for i, m := range mocks {
		after := read(m)
		did, took := float64(after.customers-before[i].customers), after.time-before[i].time
		t.Logf("of %d at work: %.0f creates in %.2f s of processor time, %.0f a second; %.2f times asleep for each",
			len(mocks), did, took, did/took, float64(after.switches-before[i].switches)/did)
		sum += did / took
	}
	return sum
}
