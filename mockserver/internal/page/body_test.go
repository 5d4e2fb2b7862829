package page

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// marked writes segments as text, marked ones in brackets with their notes.
func marked(segments []segment) string {
	var b strings.Builder
	for _, s := range segments {
		if s.Notes == nil {
			b.WriteString(s.Text)
			continue
		}
		fmt.Fprintf(&b, "[%s", s.Text)
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "|%d %s%s", n.Number, n.Missing, n.Expected)
		}
		b.WriteString("]")
	}
	return b.String()
}

func TestPretty(t *testing.T) {
	t.Parallel()
	at := func(pointer, expected string) gencontrol.Violation {
		return gencontrol.Violation{Check: "request_schema", Pointer: pointer, Expected: expected}
	}
	for name, test := range map[string]struct {
		body       string
		violations []gencontrol.Violation
		want       string
	}{
		"nothing":        {"", nil, ""},
		"a value":        {` 12.50 `, nil, "12.50"},
		"an object":      {`{"a":1,"b":[true,null],"c":{}}`, nil, "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ],\n  \"c\": {}\n}"},
		"not JSON":       {`{"a":1`, []gencontrol.Violation{at("", "must be JSON")}, `{"a":1`},
		"more than JSON": {`{} {}`, nil, `{} {}`},
		"named twice":    {`{"a":1,"a":2}`, nil, "{\n  \"a\": 1,\n  \"a\": 2\n}"},
		"a value marked": {`{"a":"x","b":2}`, []gencontrol.Violation{at("/a", "must be an email")}, "{\n  \"a\": [\"x\"|1 must be an email],\n  \"b\": 2\n}"},
		"two at one place": {`{"a":"x"}`, []gencontrol.Violation{at("/a", "one"), at("/a", "two")},
			"{\n  \"a\": [\"x\"|1 one|2 two]\n}"},
		"a list marked":        {`{"a":[1]}`, []gencontrol.Violation{at("/a", "must be a string")}, "{\n  \"a\": [[|1 must be a string]\n    1\n  ]\n}"},
		"an item":              {`[1,"x"]`, []gencontrol.Violation{at("/1", "must be a number")}, "[\n  1,\n  [\"x\"|1 must be a number]\n]"},
		"missing":              {`{"a":[{}]}`, []gencontrol.Violation{at("/a/0/b", "is required")}, "{\n  \"a\": [\n    [{|1 bis required]}\n  ]\n}"},
		"the whole body":       {`{}`, []gencontrol.Violation{at("", "is required")}, "[{|1 is required]}"},
		"a name to be escaped": {`{"a/b~":1}`, []gencontrol.Violation{at("/a~1b~0", "no")}, "{\n  \"a/b~\": [1|1 no]\n}"},
		"no place in the body": {`{}`, []gencontrol.Violation{{Check: "content_type", Expected: "must be JSON"}}, "{}"},
		"hidden characters":    {`{"a":"` + "\u202e" + `"}`, nil, "{\n  \"a\": \"⟨U+202E⟩\"\n}"},
		"hidden in a name":     {`{"a":{"\u202e\u0061":1}}`, []gencontrol.Violation{at("/a/\u202ea", "no")}, "{\n  \"a\": {\n    \"\\u202e\\u0061\": [1|1 no]\n  }\n}"},
		"deep":                 {strings.Repeat("[", 9000) + strings.Repeat("]", 9000), nil, strings.Repeat("[", 9000) + strings.Repeat("]", 9000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, marked(pretty(test.body, test.violations)))
		})
	}
}

func TestPrettyIsBounded(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		strings.Repeat("[", 32<<10) + strings.Repeat("]", 32<<10),
		strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000),
		"[" + strings.Repeat("[],", 20_000) + "[]]",
		`{"a":"` + strings.Repeat("x", 64<<10) + `"}`,
	} {
		size := 0
		for _, s := range pretty(body, nil) {
			size += len(s.Text)
		}
		assert.LessOrEqual(t, size, mostText+len(body))
		assert.LessOrEqual(t, len(inField(body)), mostText+len(body))
	}
}

// The way to a value is not written for each of thousands below a long name.
func TestPrettyOfALongName(t *testing.T) {
	name := strings.Repeat("n", 64<<10)
	body := `{"` + name + `":[` + strings.Repeat("0,", 8<<10) + "0]}"
	for _, violations := range [][]gencontrol.Violation{nil, {{Check: "request_schema", Pointer: "/a", Expected: "is required"}}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		assert.NotEmpty(t, pretty(body, violations))
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100*len(body)))
	}
}

// Each violation is noted once, however often a name comes: an object can have it thousands of times.
func TestPrettyNotesOnce(t *testing.T) {
	t.Parallel()
	var violations []gencontrol.Violation
	for range 100 {
		violations = append(violations, gencontrol.Violation{Check: "unique_keys", Pointer: "/a", Expected: "must be named once"})
	}
	violations = append(violations, gencontrol.Violation{Check: "request_schema", Pointer: "/b/c", Expected: "is required"})
	notes := 0
	segments := pretty(`{"a":1`+strings.Repeat(`,"a":1`, 9000)+`,"b":{},"b":{}}`, violations)
	for _, s := range segments {
		notes += len(s.Notes)
	}
	assert.Equal(t, 101, notes)
	assert.Equal(t, "{\n  \"a\": 1,\n  \"a\": ", segments[0].Text, "the first one is not the one that repeats another")
}

// FuzzPretty holds what is shown of JSON to what came: the same value, without its white space.
func FuzzPretty(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"x",{"b":null}]}`, `[`, `{"a":1,"a":2}`, `"\u202e"`, "\xff", `{"<":"&"}`, `[[],{}]`, `{"\u202e\u007f\ud800":1}`, "{\"\xf0\x9f\x98\":1}"} {
		f.Add(seed, "/a/0")
	}
	f.Fuzz(func(t *testing.T, body, pointer string) {
		segments := pretty(body, []gencontrol.Violation{{Check: "request_schema", Pointer: pointer, Expected: "is required"}})
		var b strings.Builder
		for _, s := range segments {
			b.WriteString(s.Text)
		}
		var came, shown any
		if json.Unmarshal([]byte(body), &came) != nil || visible(body) != body {
			return
		}
		if err := json.Unmarshal([]byte(b.String()), &shown); err != nil {
			t.Fatalf("%q is shown as %q: %v", body, b.String(), err)
		}
		assert.Equal(t, came, shown)
	})
}
