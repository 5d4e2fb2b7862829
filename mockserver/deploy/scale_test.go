package deploy_test

import (
	"bytes"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
)

// Each key is on one replica, so its limit is exact and its customers are together.
func TestNginxKeepsEachKeyOnOneReplica(t *testing.T) {
	const limit = 150
	mocks := startMocks(t, replicas, "--log-level", "error", "--rate-limit", "150")
	l := send(t, startNginx(t, mocks), once)
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
	mocks := startMocks(t, replicas, "--rate-limit", "0", "--drain", "2s")
	address := startNginx(t, mocks, "keepalive_timeout 5s;", "keepalive_timeout 1s;") // shorter than the drain, as it is shipped
	l := send(t, address, func(i int) bool {
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
// time that they took. It is measured with the three under load at once, and with one alone under the same load behind the same nginx.
func TestNginxScalesByProcessorTime(t *testing.T) {
	needNginx(t)
	one, three := capacity(t, 1), capacity(t, replicas)
	t.Logf("creates in a second of processor time: one replica %.0f, three %.0f, ratio %.2f", one, three, three/one)
	assert.GreaterOrEqual(t, three/one, 2.5)
}

// capacity is the sum of what so many replicas do in a second of processor time.
func capacity(t *testing.T, n int) (sum float64) {
	t.Helper()
	mocks := startMocks(t, n, "--log-level", "error", "--rate-limit", "0")
	address := startNginx(t, mocks)
	send(t, address, func(i int) bool { return i < keys*creates/4 }).assertAllCreated(t) // what the first requests compile and allocate is no part of it
	created, before := make([]int, n), make([]float64, n)
	total := func(m *mock) (all int) {
		for _, customers := range m.customers(t) {
			all += customers
		}
		return all
	}
	for i, m := range mocks {
		created[i], before[i] = total(m), m.processorTime(t).Seconds()
	}
	send(t, address, once).assertAllCreated(t)
	for i, m := range mocks {
		took := m.processorTime(t).Seconds() - before[i]
		did := total(m) - created[i]
		t.Logf("of %d: %d creates in %.2f s of processor time, %.0f a second", n, did, took, float64(did)/took)
		sum += float64(did) / took
	}
	return sum
}
