package client_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// FuzzMembers reads objects and lists as encoding/json does, but name by name.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		` {"a":1,"a" : "\"}" , "b\"\u0041":[{"c":[]}],"":{} ,"x":-1e5} `, "{}", "[]", `[1 , "]", {"a":[1]},null ]`, "null", `"x"`, `{"é":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !json.Valid(b) || !utf8.Valid(b) { // encoding/json would replace what is not
			t.Skip()
		}
		b = bytes.TrimSpace(b)
		if b[0] == '{' {
			var names []string
			d := json.NewDecoder(bytes.NewReader(b))
			_, _ = d.Token()
			for d.More() {
				name, err := d.Token()
				require.NoError(t, err)
				names = append(names, name.(string))
				require.NoError(t, d.Decode(new(json.RawMessage)))
			}
			require.Equal(t, names, client.Members(b))
		} else {
			require.Empty(t, client.Members(b))
		}
		var want []json.RawMessage
		if b[0] == '[' {
			require.NoError(t, json.Unmarshal(b, &want))
		}
		got := client.Items(b)
		require.Len(t, got, len(want))
		for i := range want {
			require.Equal(t, string(want[i]), got[i])
		}
	})
}
