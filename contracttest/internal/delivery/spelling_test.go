package delivery

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStringified(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":1}`:                  `{"a":1}`,
		" { \"a\" : [ 1 , 2 ] }\n": `{"a":[1,2]}`,
		`"a b"`:                    `"a b"`,
		`"\u003c\u0026\u003e"`:     `"<&>"`,
		`"\/"`:                     `"/"`,
		`"\u0008\u0009\u000A\u000c\u000D\u0022\u005C"`: `"\b\t\n\f\r\"\\"`,
		`"\u001F\u007f"`:  `"\u001f` + "\x7f" + `"`,
		`"\u2028"`:        "\"\u2028\"",
		`"\u00e9\u20AC"`:  `"é€"`,
		`"\uD83D\uDE00"`:  `"😀"`,
		`"\uD83D"`:        `"\ud83d"`,
		`"\uDE00\uD83D"`:  `"\ude00\ud83d"`,
		`"\uD83D\u0041"`:  `"\ud83dA"`,
		`"\\u0041"`:       `"\\u0041"`,
		`"\""`:            `"\""`,
		`[true,null,1e3]`: `[true,null,1e3]`,
	} {
		got, ok := stringified([]byte(text))
		assert.True(t, ok, text)
		assert.Equal(t, want, string(got), text)
	}
	for _, text := range []string{``, `{`, `{"a":1}{}`, `"\x"`, `"\u12"`} {
		_, ok := stringified([]byte(text))
		assert.False(t, ok, text)
	}
}

func FuzzStringified(f *testing.F) {
	f.Add([]byte(`{"a":"\u003c\ud83d\ude00","b":[1,2, 3]}`))
	f.Add([]byte(`"\uD83D\\"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		spelled, ok := stringified(text)
		if !ok {
			return
		}
		again, ok := stringified(spelled)
		require.True(t, ok, "it stays JSON: %s", spelled)
		require.Equal(t, string(spelled), string(again), "it is spelled once")
		var before, after any
		if json.Unmarshal(text, &before) == nil {
			require.NoError(t, json.Unmarshal(spelled, &after))
			require.Equal(t, before, after)
		}
	})
}

func TestSigned(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]signature{
		"t=1,v1=ab":                 {"1", []string{"ab"}},
		"v1=ab,t=1":                 {"1", []string{"ab"}},
		"t=1,v0=x,v1=ab,v1=cd,v2=y": {"1", []string{"ab", "cd"}},
	} {
		got, ok := signed(header)
		assert.True(t, ok, header)
		assert.Equal(t, want, got, header)
	}
	for _, header := range []string{"", "ab", "t=1", "v1=ab", "t=,v1=ab", "t=1,t=2,v1=ab", "t=1,t=1,v1=ab", "t=01,v1=ab", "t=-1,v1=ab", "t=+1,v1=ab", "t=1, v1=ab", "T=1,V1=ab"} {
		_, ok := signed(header)
		assert.False(t, ok, header)
	}
}

func FuzzArrival(f *testing.F) {
	f.Add("", "t=1,v1=ab", []byte(`{"id":"cust_1"}`))
	f.Add("gzip", "v1", []byte("\x1f\x8b"))
	f.Add("deflate", "", []byte(strings.Repeat("[", 1000)))
	f.Fuzz(func(_ *testing.T, encoding, header string, body []byte) {
		a := &arrival{header: map[string][]string{"Content-Encoding": {encoding}}}
		a.take(body)
		_, _ = signed(header)
	})
}

func TestIDIn(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id":"a"}`:                           "a",
		`{"x":{"id":"b"},"id":"a"}`:            "a",
		`{"id":"a","tags":["cut`:               "a",
		`{"id":"cut`:                           "",
		`{"id":"\x"}`:                          "",
		`{"id":1}`:                             "",
		`[{"id":"a"}]`:                         "",
		`{"data":{"id":"a"}}`:                  "",
		"":                                     "",
		`{"a":` + strings.Repeat("[", 200_000): "",
	} {
		assert.Equal(t, want, idIn([]byte(body)))
	}
}
