package check

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestLossesAreExplained asks when a property that came back in some answers only is lost for certain.
func TestLossesAreExplained(t *testing.T) {
	t.Parallel()
	lost, back := Sighting{}, Sighting{Back: true}
	size := func(s Sighting, n int) Sighting { s.size = n; return s }
	beside := func(s Sighting, names ...string) Sighting { s.beside = names; return s }
	index := func(s Sighting, n int) Sighting { s.index = n; return s }
	looks := func(s Sighting, text string) Sighting { s.looks = looksOf(text); return s }
	for _, tc := range []struct {
		name string
		seen []Sighting
		want string
	}{
		{"at random", []Sighting{lost, back, lost, back}, ""},
		{"long ones", []Sighting{size(lost, 300), size(lost, 3_000), size(back, 20), size(back, 255)}, "its size is 300 or more"},
		{"short ones", []Sighting{size(lost, 1), size(back, 2)}, "its size is 1 or less"},
		{"beside another", []Sighting{beside(lost, "a", "b"), beside(back, "b"), beside(lost, "a")}, "a stands beside it"},
		{"without another", []Sighting{beside(lost), beside(back, "a")}, "not: a stands beside it"},
		{"in later items", []Sighting{index(lost, 1), index(lost, 4), index(back, 0)}, "it is not in the first item"},
		{"of one size", []Sighting{size(lost, 1), size(back, 0), size(back, 2)}, "its size is 1"},
		{"in the last item", []Sighting{{index: 1, items: 2}, {index: 0, items: 2, Back: true}, {index: 0, items: 1, Back: true}, {index: 1, items: 3, Back: true}, {index: 2, items: 3}}, "it is in the last of several items"},
		{"with many of a list", []Sighting{{lists: map[string]int{"a": 9, "b": 1}}, {lists: map[string]int{"a": 1, "b": 9}, Back: true}}, "the number of a is 9 or more"},
		{"words for nothing", []Sighting{{Sent: `"N/A"`, size: 3}, {size: 1, Back: true}, {size: 9, Back: true}, {size: 3, Back: true}}, "it is a word that servers take for nothing"},
		{"of one look", []Sighting{looks(lost, "👩"), looks(back, "é")}, "it has a character beyond the basic plane"},
	} {
		gone, came := split(tc.seen)
		assert.Equal(t, tc.want, explanation(gone, came), tc.name)
	}
}
