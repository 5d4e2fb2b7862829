package contracttest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestLossesAreExplained asks when a property that came back in some answers only is lost for certain.
func TestLossesAreExplained(t *testing.T) {
	t.Parallel()
	lost, back := sighting{}, sighting{back: true}
	size := func(s sighting, n int) sighting { s.size = n; return s }
	beside := func(s sighting, names ...string) sighting { s.beside = names; return s }
	index := func(s sighting, n int) sighting { s.index = n; return s }
	looks := func(s sighting, text string) sighting { s.looks = looksOf(text); return s }
	for _, tc := range []struct {
		name string
		seen []sighting
		want string
	}{
		{"at random", []sighting{lost, back, lost, back}, ""},
		{"long ones", []sighting{size(lost, 300), size(lost, 3_000), size(back, 20), size(back, 255)}, "its size is 300 or more"},
		{"short ones", []sighting{size(lost, 1), size(back, 2)}, "its size is 1 or less"},
		{"beside another", []sighting{beside(lost, "a", "b"), beside(back, "b"), beside(lost, "a")}, "a stands beside it"},
		{"without another", []sighting{beside(lost), beside(back, "a")}, "not: a stands beside it"},
		{"in later items", []sighting{index(lost, 1), index(lost, 4), index(back, 0)}, "it is not in the first item"},
		{"of one size", []sighting{size(lost, 1), size(back, 0), size(back, 2)}, "its size is 1"},
		{"in the last item", []sighting{{index: 1, items: 2}, {index: 0, items: 2, back: true}, {index: 0, items: 1, back: true}, {index: 1, items: 3, back: true}, {index: 2, items: 3}}, "it is in the last of several items"},
		{"with many of a list", []sighting{{lists: map[string]int{"a": 9, "b": 1}}, {lists: map[string]int{"a": 1, "b": 9}, back: true}}, "the number of a is 9 or more"},
		{"words for nothing", []sighting{{sent: `"N/A"`, size: 3}, {size: 1, back: true}, {size: 9, back: true}, {size: 3, back: true}}, "it is a word that servers take for nothing"},
		{"of one look", []sighting{looks(lost, "👩"), looks(back, "é")}, "it has a character beyond the basic plane"},
	} {
		gone, came := split(tc.seen)
		assert.Equal(t, tc.want, explanation(gone, came), tc.name)
	}
}
