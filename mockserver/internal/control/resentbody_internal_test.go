package control

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// The way to a value is not written for each of thousands below a long name.
func TestWithoutMembersBelowALongName(t *testing.T) {
	name := strings.Repeat("n", 64<<10)
	for _, below := range []string{"[" + strings.Repeat("0,", 4<<10) + "0]", strings.Repeat("[", 4<<10) + strings.Repeat("]", 4<<10)} {
		body := `{"` + name + `":` + below + `,"a":1}`
		for _, pointer := range []string{"/a", "/" + name + "/0"} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			pointers := []string{pointer}
			_, err := withoutMembers([]byte(body), &pointers)
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			assert.Empty(t, pointers)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100*len(body)))
		}
	}
}

// FuzzWithoutMembers holds a body without a member to encoding/json: the same value, but for that member.
func FuzzWithoutMembers(f *testing.F) {
	for _, seed := range []string{`{"a":1,"b":[1,{"c":null}]}`, `{"a":{"a":1}}`, `{`, `[]`, `{"a":1} `, `{"\u0061":1}`, "\xff", `{"a/b":1,"~":2}`} {
		f.Add(seed, "a")
	}
	f.Fuzz(func(t *testing.T, body, name string) {
		var came map[string]any
		if json.Unmarshal([]byte(body), &came) != nil || came == nil {
			_, _ = withoutMembers([]byte(body), &[]string{"/a"}) // an error or not, it ends
			return
		}
		pointers := []string{"/" + judge.EscapePointer(name)}
		shortened, err := withoutMembers([]byte(body), &pointers)
		if err != nil {
			t.Skip("encoding/json takes it, and jsontext does not") // deeper, or names in another case
		}
		_, had := came[name]
		assert.Equal(t, had, len(pointers) == 0, "%q in %q", name, body)
		delete(came, name)
		var left map[string]any
		assert.NoError(t, json.Unmarshal(shortened, &left), "%q", shortened)
		assert.Equal(t, came, left)
	})
}
