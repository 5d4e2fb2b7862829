package store

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// Count is how many customers Page lists, and makes no key known.
func TestCountIsWhatAPageLists(t *testing.T) {
	t.Parallel()
	s := made(t, Config{MaxCustomers: 3, MaxBytes: math.MaxInt, Seeds: []gen.CustomerInput{{PhoneNumber: new("1")}, {PhoneNumber: new("2")}}})
	create := func(key string) { s.Create(apikey.DigestOf(key), gen.CustomerInput{PhoneNumber: new("3")}, time.Now()) }
	for _, step := range []struct {
		name  string
		do    func()
		wants map[string]int
	}{
		{"the seeds", func() {}, map[string]int{"a": 2, "b": 2}},
		{"one more", func() { create("a") }, map[string]int{"a": 3, "b": 2}},
		{"a key emptied", func() { s.Empty("a", false) }, map[string]int{"a": 0, "b": 2}},
		{"one after it", func() { create("a") }, map[string]int{"a": 1, "b": 2}},
		{"a key reset", func() { s.Reset("a") }, map[string]int{"a": 2, "b": 2}},
		{"all emptied", func() { create("b"); s.Empty("", false) }, map[string]int{"a": 0, "b": 0, "c": 0}},
		{"one of many", func() { create("c") }, map[string]int{"a": 0, "c": 1}},
		{"all reset", func() { s.Reset("") }, map[string]int{"a": 2, "c": 2, "d": 2}},
	} {
		step.do()
		known := len(s.byKey)
		for key, want := range step.wants {
			assert.Equal(t, want, s.Count(key), "%s: %s", step.name, key)
		}
		assert.Len(t, s.byKey, known, step.name)
		for key, want := range step.wants {
			assert.Len(t, s.Page(key, ID{}, 100), want, "%s: %s", step.name, key)
		}
	}
}
