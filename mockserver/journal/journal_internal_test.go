package journal

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// What the journal holds beside its entries cannot be seen from outside, and has to go with them.
func TestTheJournalKeepsNothingOfEntriesThatItDropped(t *testing.T) {
	t.Parallel()
	j := New()
	add := func(key, body string) {
		j.Add(&Exchange{Key: key, Header: http.Header{apikey.Header: {key}}, Body: []byte(body), Operation: "any", Duration: time.Second})
	}
	for i := range 3 * maxEntriesOfKey {
		add("bbb_test_one", strconv.Itoa(i))
	}
	assert.Len(t, j.shares["bbb_test_one"].bodies, maxEntriesOfKey)
	for i := range 50_000 {
		add("bbb_test_"+strconv.Itoa(i), "x")
	}
	shares, bytes := 0, 0
	for e := j.oldest; e != nil; e = e.newerOfAll {
		shares++
		bytes += e.size
	}
	assert.Len(t, j.shares, shares, "each entry is of another key by now")
	assert.Equal(t, bytes, j.bytes)
	assert.LessOrEqual(t, j.bytes, maxBytes)
	j.Forget("")
	assert.Empty(t, j.shares)
	assert.Zero(t, j.bytes)
	assert.Nil(t, j.newest)
}

// A slice of a body would keep all of it.
func TestACutBodyLetsGoOfTheRest(t *testing.T) {
	t.Parallel()
	assert.LessOrEqual(t, cap(cutBody(make([]byte, 1<<20))), MaxBody*5/4)
}

// An entry that grows when it is brought up to date can be the one that the bounds drop: its change has no entry then.
func TestAnUpdateThatDropsItsEntry(t *testing.T) {
	t.Parallel()
	j := New()
	x := Exchange{Key: "bbb_test_one"}
	first := j.Add(&x)
	large := Exchange{Key: "bbb_test_one", Body: make([]byte, MaxBody)}
	for range maxBytesOfKey/MaxBody - 3 {
		j.Add(&large)
	}
	before := j.LastChange()
	larger := Exchange{Key: "bbb_test_one", Body: make([]byte, MaxBody), ResponseBody: make([]byte, MaxBody), Target: strings.Repeat("x", MaxBody)}
	j.Update(first, &larger)
	assert.Nil(t, first.share, "it is dropped")
	assert.Equal(t, before+1, j.LastChange())
	assert.Empty(t, j.Changes(before, 10))
	assert.Len(t, j.Changes(0, 1_000), maxBytesOfKey/MaxBody-3)
	j.Forget("")
	assert.Nil(t, j.changes.newest)
}
