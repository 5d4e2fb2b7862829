package access

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

func window(l *Limiter, key string) *Window { return l.Window(key, apikey.DigestOf(key)) }

func idsOf(windows []*Window) (ids []string) {
	for _, w := range windows {
		ids = append(ids, w.ID)
	}
	return ids
}

func TestWindowsStandInTheOrderOfTheirUse(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{0, 5} {
		l := NewLimiter(limit)
		assert.Empty(t, l.Windows())
		one, two := window(l, "bbb_test_one"), window(l, "bbb_test_two")
		assert.Equal(t, []string{"key_2", "key_1"}, idsOf(l.Windows()))
		assert.Same(t, one, window(l, "bbb_test_one"))
		assert.Equal(t, []string{"key_1", "key_2"}, idsOf(l.Windows()))
		now := time.Now()
		l.Peek(two, now)
		l.Reset("bbb_test_two")
		l.Reset("bbb_test_three")
		l.Reset("")
		assert.Equal(t, "bbb_test_two", l.KeyOf("key_2"))
		assert.Equal(t, []string{"key_1", "key_2"}, idsOf(l.Windows()), "neither a look nor a reset is a use")
		assert.Equal(t, limit, l.Limit())
	}
}

func TestTheKeyOfAnID(t *testing.T) {
	t.Parallel()
	l := NewLimiter(1)
	window(l, "bbb_test_one")
	for text, want := range map[string]string{
		"": "", "key_1": "bbb_test_one", "key_2": "key_2", "key_01": "key_01", "key_": "key_", "bbb_test_key_1": "bbb_test_key_1",
	} {
		assert.Equal(t, want, l.KeyOf(text), text)
	}
}

func TestAKeyThatWasUsedLongAgoIsForgotten(t *testing.T) {
	t.Parallel()
	l := NewLimiter(1)
	now := time.Now()
	_, admitted := l.Take(window(l, "bbb_test_first"), now)
	assert.True(t, admitted)
	window(l, "bbb_test_used")
	for i := range mostWindows {
		window(l, "bbb_test_used")
		window(l, "bbb_test_"+strconv.Itoa(i))
	}
	assert.Len(t, l.Windows(), mostWindows)
	assert.Equal(t, "key_1", l.KeyOf("key_1"), "its id means nobody any more")
	assert.Equal(t, "bbb_test_used", l.KeyOf("key_2"))
	assert.Equal(t, fmt.Sprintf("key_%d", mostWindows+3), window(l, "bbb_test_first").ID, "nor anybody else")
	_, admitted = l.Take(window(l, "bbb_test_first"), now)
	assert.True(t, admitted, "it starts over")
}

func TestAResetLeavesTheWindowsThere(t *testing.T) {
	t.Parallel()
	l := NewLimiter(1)
	now := time.Now()
	one, two := window(l, "bbb_test_one"), window(l, "bbb_test_two")
	taken := func(w *Window) bool { _, admitted := l.Take(w, now); return admitted }
	assert.True(t, taken(one) && taken(two))
	assert.False(t, taken(one) || taken(two))
	l.Reset("bbb_test_one")
	assert.True(t, taken(one))
	assert.False(t, taken(two))
	l.Reset("")
	assert.Equal(t, Quota{Limit: 1, Remaining: 1, Reset: 60}, l.Peek(two, now))
	assert.True(t, taken(one) && taken(two))
	assert.Same(t, one, window(l, "bbb_test_one"))
}

func TestAKeyHasOneWindowHoweverManyAskAtOnce(t *testing.T) {
	t.Parallel()
	l := NewLimiter(0)
	var asking sync.WaitGroup
	windows := make([]*Window, 64)
	for i := range windows {
		asking.Go(func() { windows[i] = window(l, "bbb_test_one") })
	}
	asking.Wait()
	for _, w := range windows {
		assert.Same(t, windows[0], w)
	}
	assert.Equal(t, "bbb_test_one", l.KeyOf(windows[0].ID))
}

func TestTheKeyInADescription(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"bbb_test_k": "bbb_test_k", "bbb_test_k=customers:read": "bbb_test_k", "bbb_test_k@10.0.0.1": "bbb_test_k",
		"bbb_test_k=customers:read@10.0.0.1": "bbb_test_k", "bbb_test_k@10.0.0.1=x": "bbb_test_k", "": "", "=": "",
	} {
		assert.Equal(t, want, KeyIn(text), text)
	}
}
