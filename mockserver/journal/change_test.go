package journal_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

func exchange(key string) *journal.Exchange {
	return &journal.Exchange{Key: key, Method: http.MethodPost, Target: "/x", Header: http.Header{apikey.Header: {key}}, Body: []byte("{}")}
}

// described are changes in short: "1 recorded req_1".
func described(changes []journal.Change) []string {
	texts := []string{}
	for _, c := range changes {
		texts = append(texts, strings.TrimSpace(fmt.Sprintf("%d %s %s", c.Number, c.Kind, c.Request.ID)))
	}
	return texts
}

func TestChangesStandInTheOrderInWhichTheyHappened(t *testing.T) {
	t.Parallel()
	const one, two = "bbb_test_one", "bbb_test_two"
	// Each step is a request of a key, "=" and the number of an entry that is brought up to date, or "-" and the key that is forgotten.
	for name, test := range map[string]struct {
		steps []string
		after uint64
		limit int
		want  []string
	}{
		"none":                       {nil, 0, 10, []string{}},
		"requests":                   {[]string{one, two, one}, 0, 10, []string{"1 recorded req_1", "2 recorded req_2", "3 recorded req_3"}},
		"after one":                  {[]string{one, two, one}, 2, 10, []string{"3 recorded req_3"}},
		"after the last":             {[]string{one, two, one}, 3, 10, []string{}},
		"after what is to come":      {[]string{one}, 100, 10, []string{}},
		"the earliest":               {[]string{one, two, one}, 0, 2, []string{"1 recorded req_1", "2 recorded req_2"}},
		"none asked for":             {[]string{one}, 0, 0, []string{}},
		"fewer than none":            {[]string{one}, 0, -1, []string{}},
		"an update goes to the end":  {[]string{one, two, "=1"}, 0, 10, []string{"2 recorded req_2", "3 updated req_1"}},
		"an update of the newest":    {[]string{one, two, "=2"}, 0, 10, []string{"1 recorded req_1", "3 updated req_2"}},
		"an update in the middle":    {[]string{one, two, one, "=2"}, 0, 10, []string{"1 recorded req_1", "3 recorded req_3", "4 updated req_2"}},
		"the only one, updated":      {[]string{one, "=1", "=1"}, 0, 10, []string{"3 updated req_1"}},
		"only the update is unknown": {[]string{one, two, "=1"}, 2, 10, []string{"3 updated req_1"}},
		"forgotten":                  {[]string{one, two, "-"}, 0, 10, []string{"3 forgotten"}},
		"forgotten before others":    {[]string{one, "-", two}, 0, 10, []string{"2 forgotten", "3 recorded req_2"}},
		"forgotten between others": {[]string{one, two, "-" + one, two}, 0, 10,
			[]string{"2 recorded req_2", "3 forgotten", "4 recorded req_3"}},
		"forgotten after others":                         {[]string{one, two, "-" + one}, 0, 10, []string{"2 recorded req_2", "3 forgotten"}},
		"forgotten twice":                                {[]string{one, "-", two, "-"}, 0, 10, []string{"4 forgotten"}},
		"forgotten, known":                               {[]string{one, "-", two}, 2, 10, []string{"3 recorded req_2"}},
		"a key without requests":                         {[]string{one, "-" + two}, 0, 10, []string{"1 recorded req_1", "2 forgotten"}},
		"forgotten at the limit":                         {[]string{one, two, "-" + one, two}, 0, 2, []string{"2 recorded req_2", "3 forgotten"}},
		"forgotten beyond it":                            {[]string{one, two, "-" + one, two}, 0, 1, []string{"2 recorded req_2"}},
		"forgotten first":                                {[]string{one, "-", two, two}, 0, 1, []string{"2 forgotten"}},
		"an update of what is forgotten changes nothing": {[]string{one, "-", "=1"}, 0, 10, []string{"2 forgotten"}},
	} {
		j := journal.New()
		var entries []*journal.Entry
		var of []*journal.Exchange
		for _, step := range test.steps {
			if number, ok := strings.CutPrefix(step, "="); ok {
				n, err := strconv.Atoi(number)
				require.NoError(t, err)
				j.Update(entries[n-1], of[n-1])
			} else if key, ok := strings.CutPrefix(step, "-"); ok {
				j.Forget(key)
			} else {
				of = append(of, exchange(step))
				entries = append(entries, j.Add(of[len(of)-1]))
			}
		}
		assert.Equal(t, test.want, described(j.Changes(test.after, test.limit)), name)
	}
}

func TestAChangeShowsTheRequestAsItStands(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef"
	j := journal.New()
	x := exchange(key)
	x.Target, x.ResponseHeader, x.ResponseBody = "/x?key="+key, http.Header{"X": {"y"}}, []byte("answer")
	e := j.Add(x)
	x.Status, x.Refusal = http.StatusBadRequest, "because of "+key
	j.Update(e, x)
	changes := j.Changes(0, 10)
	require.Len(t, changes, 1)
	r := changes[0].Request
	assert.Equal(t, http.StatusBadRequest, r.Status)
	assert.Equal(t, "bbb_test_…cdef", r.Key)
	assert.Equal(t, "because of bbb_test_…", r.Reason())
	assert.Equal(t, 2, r.BodySize)
	assert.Empty(t, r.Header)
	assert.Empty(t, r.ResponseHeader)
	assert.Empty(t, string(r.Body)+string(r.ResponseBody))
	assert.NotContains(t, fmt.Sprintf("%+v", changes), key)
	whole, ok := j.Request("", "req_1")
	require.True(t, ok)
	assert.Equal(t, "answer", string(whole.ResponseBody), "what is left out of a change stays in the journal")
}

func TestChangesLeaveOutWhatTheBoundsDropped(t *testing.T) {
	t.Parallel()
	j := journal.New()
	const entries, kept = 2_500, 1_000
	var first *journal.Entry
	for i := range entries {
		if e := j.Add(exchange("bbb_test_one")); i == 0 {
			first = e
		}
	}
	assert.EqualValues(t, entries, j.LastChange())
	j.Update(first, exchange("bbb_test_one"))
	assert.EqualValues(t, entries, j.LastChange(), "what is dropped does not change any more")

	// A reader that is far behind reads piece by piece.
	after, next := uint64(0), uint64(entries-kept+1)
	for {
		changes := j.Changes(after, 64)
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			require.Equal(t, next, c.Number)
			require.Equal(t, fmt.Sprintf("req_%d", next), c.Request.ID)
			next++
		}
		after = changes[len(changes)-1].Number
	}
	assert.EqualValues(t, entries+1, next)
	assert.Equal(t, j.LastChange(), after)
}

func TestLastChangeAndChanged(t *testing.T) {
	t.Parallel()
	isClosed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	j := journal.New()
	assert.Zero(t, j.LastChange())
	first, beyond := j.Changed(0), j.Changed(5)
	assert.False(t, isClosed(first))
	e := j.Add(exchange("bbb_test_one"))
	assert.True(t, isClosed(first))
	assert.True(t, isClosed(beyond), "who waits for a later one looks again")
	assert.EqualValues(t, 1, j.LastChange())
	assert.True(t, isClosed(j.Changed(0)), "it is there already")
	for name, change := range map[string]func(){
		"update": func() { j.Update(e, exchange("bbb_test_one")) },
		"add":    func() { j.Add(exchange("bbb_test_two")) },
		"forget": func() { j.Forget("bbb_test_two") },
	} {
		last := j.LastChange()
		waiting := j.Changed(last)
		assert.False(t, isClosed(waiting), name)
		change()
		assert.True(t, isClosed(waiting), name)
		assert.Equal(t, last+1, j.LastChange(), name)
	}
}

// A reader that waits for changes while many write sees the last state of each entry, and no change twice.
func TestAReaderOfChangesMissesNothing(t *testing.T) {
	t.Parallel()
	const writers, each = 8, 100
	j := journal.New()
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for range each {
				x := exchange(fmt.Sprintf("bbb_test_%d", w))
				e := j.Add(x)
				x = exchange(x.Key)
				x.Status = http.StatusCreated
				j.Update(e, x)
			}
		})
	}
	statuses := map[string]int{}
	var after uint64
	for after < 2*writers*each {
		<-j.Changed(after)
		for _, c := range j.Changes(after, 7) {
			require.Greater(t, c.Number, after)
			after = c.Number
			statuses[c.Request.ID] = c.Request.Status
		}
	}
	writing.Wait()
	assert.Len(t, statuses, writers*each)
	for id, status := range statuses {
		assert.Equal(t, http.StatusCreated, status, id)
	}
}
