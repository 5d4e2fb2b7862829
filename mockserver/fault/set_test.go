package fault_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func createCustomer() *judge.Operation {
	return judge.Contract().Operation(gen.OperationCreateCustomer)
}

func TestSetDrawsTheSameCallsForTheSameSeed(t *testing.T) {
	t.Parallel()
	draw := func(seed uint64) (hits []int, waits []time.Duration) {
		var set fault.Set
		_, err := set.Add(fault.Fault{Delay: fault.Delay{Lower: time.Second, Upper: time.Minute}, Probability: 0.5, Seed: seed})
		require.NoError(t, err)
		for call := range 100 {
			if hit, ok := set.Draw("", createCustomer()); ok {
				hits, waits = append(hits, call), append(waits, hit.Wait)
				assert.Equal(t, len(hits), hit.Fault.Hits)
			}
		}
		return hits, waits
	}
	hits, waits := draw(1)
	again, waitsAgain := draw(1)
	assert.Equal(t, hits, again)
	assert.Equal(t, waits, waitsAgain)
	other, _ := draw(2)
	assert.NotEqual(t, hits, other)
}

func TestSetLeavesCallsAloneThatAFaultIsNotFor(t *testing.T) {
	t.Parallel()
	var set fault.Set
	_, ok := set.Draw("bbb_test_a", createCustomer())
	assert.False(t, ok, "none is set")
	first, err := set.Add(fault.Fault{Key: "bbb_test_a", Status: 503, Times: 1})
	require.NoError(t, err)
	_, ok = set.Draw("bbb_test_b", createCustomer())
	assert.False(t, ok, "another key")
	without := *createCustomer()
	spec := *without.Spec
	spec.Responses = nil
	without.Spec = &spec
	_, ok = set.Draw("bbb_test_a", &without)
	assert.False(t, ok, "an operation that the contract has no such answer for")
	hit, ok := set.Draw("bbb_test_a", createCustomer())
	assert.True(t, ok)
	assert.Equal(t, first.ID, hit.Fault.ID)
	assert.Empty(t, set.List(""), "it is used up")
}

func TestSetRefusesWhatCannotBePlayed(t *testing.T) {
	t.Parallel()
	var set fault.Set
	for _, f := range []fault.Fault{
		{}, {Status: 418}, {Status: 502, Example: "created"}, {Example: "created"}, {Status: 503, Times: -1}, {Status: 503, Probability: 2},
		{Connection: "SMOKE"}, {Connection: fault.Reset, Drip: fault.Drip{Chunks: 1}}, {Status: 503, Key: "none"},
		{Delay: fault.Delay{Fixed: 2 * time.Hour}}, {Drip: fault.Drip{Chunks: 1001}},
	} {
		_, err := set.Add(f)
		assert.ErrorContains(t, err, "fault: ", "%+v", f)
	}
	assert.Empty(t, set.List(""))
}
