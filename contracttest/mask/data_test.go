package mask_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func TestData(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "",
		"siti.rahma+x@example.com": "xxxx.xxxxx+x@xxxxxxx.xxx",
		"+62 812-3456":             "+11 111-1111",
		"Müller, Łódź":             "Xéxxxx, Ééxé",
		"日本 १२":                    "éé ١١",
		"e\u0301":                  "x\u0301",
		"👩‍🚀 \x00\xff\ufffd":       "👩‍🚀 \x00\xff\ufffd",
		"a\xefb\xef\xbf":           "x\xefx\xef\xbf", // the first bytes of U+FFFD
	} {
		assert.Equal(t, want, mask.Data(text), text)
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	c := mask.Embedded()
	for body, want := range map[string]string{
		``:      ``,
		`plain`: `xxxxx`,
		` { "email" : "a@b.cd" , "tags":["vip", "x1"]}` + "\n":                                      ` { "email" : "x@x.xx" , "tags":["xxx", "x1"]}` + "\n",
		`{"emial":"a","jsmith@example.com":1,"phone 12":true,"a12345":null}`:                        `{"emial":"x","xxxxxx@xxxxxxx.xxx":1,"xxxxx 11":true,"x11111":null}`,
		`{"data":{"id":"cust_7","createdAt":"2026-11-28T10:00:00.123Z","updatedAt":"tomorrow"}}`:    `{"data":{"id":"xxxx_1","createdAt":"2026-11-28T10:00:00.123Z","updatedAt":"xxxxxxxx"}}`,
		`{"firstName":"2026-11-28T10:00:00.123Z"}`:                                                  `{"firstName":"1111-11-11X11:11:11.111X"}`,
		`{"error":{"code":"` + string(gen.CodeValidationError) + `","message":"email: got \"a\""}}`: `{"error":{"code":"` + string(gen.CodeValidationError) + `","message":"email: got \"a\""}}`,
		`[12, -0.5, 1e400, true, null]`:                                                             `[11, -0.1, 1e400, true, null]`,
		`{"email":0.00001e312}`:                                                                     `{"email":0.11111e312}`, // no float64 holds the masked one
		`{"email":1e6281298765,"n":[-2E-0085]}`:                                                     `{"email":1e1111111111,"n":[-1E-1111]}`,
		`{"error":{"code":"tel_00006281298765432","message":"phone_6281298765432000"}}`:             `{"error":{"code":"xxx_11111111111111111","message":"phone_1111111111111111"}}`,
		`{"firstName":"\u0041\n\u00e9"}`:                                                            `{"firstName":"X\né"}`,
		`{"a":01}`:                                                                                  `{"a":01}`,
		`{"firstName":"Siti`:                                                                        `{"firstName":"Xxxx`,
		`{"firstName":"Siti"} and more`:                                                             `{"firstName":"Xxxx"} xxx xxxx`,
		`<b>Siti</b>`:                                                                               `<x>Xxxx</x>`,
	} {
		assert.Equal(t, want, string(c.Exchange([]byte(body)).Body([]byte(body))), body)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	c := mask.Embedded()
	sent, answered := []byte(`{"email":"a@b.cd","siti":1,"emial":2}`), []byte(`{"data":{"lastName":"Rahma","firstName":"Siti","rahma":{}}}`)
	e := c.Exchange(sent, answered)
	body := func(e *mask.Exchange, body []byte) string { return string(e.Body(body)) } // byte for byte
	for want, got := range map[string]string{
		`{"email":"x@x.xx","xxxx":1,"emial":1}`:                       body(e, sent),
		`{"data":{"lastName":"Xxxxx","firstName":"Xxxx","xxxxx":{}}}`: body(e, answered),
	} {
		assert.Equal(t, want, got)
	}
	refused := []byte(`{"error":{"message":"The email of Siti is invalid, got \"A@b.cd\": expected an email address with Rahma77"}}`)
	want := `{"error":{"message":"The email of Xxxx is invalid, got \"X@x.xx\": xxxxxxxx an email address with Xxxxx11"}}`
	assert.Equal(t, want, body(c.Exchange(answered, []byte(`"a@b.cd"`)), refused))
	assert.Equal(t, "xxxXxxx", e.Name("tagSiti"))
	assert.NotContains(t, e.Name(gen.KeyPrefixTest+"qwertyuiop"), "qwer")
	invalid := "{\"a\":\"xx\xffx\\u0078\"}"
	assert.Equal(t, invalid, body(e, []byte("{\"a\":\"ab\xffc\\u0041\"}")))
	id := "cust_01m8hhsfatabgdk9b3j0d3azzd"
	assert.Equal(t, `{"data":{"id":"`+id+`"}}`, body(e, []byte(`{"data":{"id":"`+id+`"}}`)))
	many := c.Exchange([]byte(`"` + strings.Repeat("a b1 ", 10) + strings.Join(manyWords(200_000), " ") + `"`))
	assert.Equal(t, "xxxxx", many.Name("emial"))
	assert.Equal(t, "email", many.Name("email"))
}

func manyWords(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = strconv.Itoa(i)
	}
	return words
}

func TestPathAndHeader(t *testing.T) {
	t.Parallel()
	c := mask.Embedded()
	for path, want := range map[string]string{
		gen.BasePath + "/customers":          gen.BasePath + "/customers",
		"/api/v2/customers":                  "/api/v2/customers",
		"/shop/siti%40example.com/customers": "/xxxx/xxxx@xxxxxxx.xxx/customers",
		"/a%2Fb/customers":                   "/x%2Fx/customers",
	} {
		assert.Equal(t, want, c.Path(path))
	}
	header := http.Header{
		"Content-Type": {"application/json; charset=utf-8", "siti@example.com"}, "Date": {"Sat, 28 Nov 2026 10:00:00 GMT", "today by Siti"},
		"Content-Length": {"123", "081234567890"}, "Ratelimit-Reset": {"60"}, "User-Agent": {"Siti/1.0"}, "Siti": {"1"}, "Si\x7fti@x": {"é"},
		"Authorization": {"Bearer abc"}, http.CanonicalHeaderKey(gen.KeyHeader): {gen.KeyPrefixTest + "0123456789abcdef"}, "Retry-After": {"7"}, "Prefer": {"code=400, example=Siti"},
	}
	assert.Equal(t, http.Header{
		"Content-Type": {"application/json; charset=utf-8", "xxxx@xxxxxxx.xxx"}, "Date": {"Sat, 28 Nov 2026 10:00:00 GMT", "xxxxx xx Xxxx"},
		"Content-Length": {"123", "111111111111"}, "Ratelimit-Reset": {"60"}, "User-Agent": {"Xxxx/1.1"}, "Xxxx": {"1"}, "Xx\x7fxx@x": {"é"},
		"Authorization": {"…"}, http.CanonicalHeaderKey(gen.KeyHeader): {gen.KeyPrefixTest + "…cdef"}, "Retry-After": {"7"}, "Prefer": {"code=400, xxxxxxx=Xxxx"},
	}, c.Header(header))
	for name, values := range map[string]map[string]string{
		"Authorization": {gen.KeyPrefixTest + "…cdef": gen.KeyPrefixTest + "…cdef", "…": "…", "Bearer " + gen.KeyPrefixLive + "Hh7Wv9Kp3Lx5…": "…"},
		"X-Auth-Token":  {gen.KeyPrefixLive + "Hh7Wv9Kp3Lx5Tn1R8s_…": gen.KeyPrefixLive + "…"},
		"Set-Cookie":    {"name=Zweigquarz_…": "…"},
		"Retry-After":   {"86400": "86400", "6281298765": "1111111111"},
	} {
		for value, want := range values {
			assert.Equal(t, []string{want}, c.Header(http.Header{name: {value}})[name], value)
		}
	}
}

// FuzzBody: no letter or digit of a value is left, JSON stays JSON, and masking twice changes nothing.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"email":"a@b.cd","tags":["vip"],"n":[1.50,-2e+3]}`, `{"a":"\ud83d\u0041\\"}`, "\xff{", `{"createdAt":"2026-11-28T10:00:00Z"}`, `{"a":1,"a":"b"}x`, `"\u00e9`,
		`{"xxx_a":"Siti"}`, `{"xxxAbc":"Siti","n":null}`, `{"a_x11":"b22","":nul`, "{\"a\":\"\xef\",\"b\":\"\xef\xbf\\n\"}", // names beside words that are masked; the first bytes of U+FFFD
	} {
		f.Add([]byte(body))
	}
	c := mask.Embedded()
	f.Fuzz(func(t *testing.T, body []byte) {
		masked := c.Exchange(body).Body(body)
		if !bytes.Contains(body, []byte("message")) { // the words of which are shown or not by what else there is
			require.Equal(t, string(masked), string(c.Exchange(masked).Body(masked)))
		}
		lax := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
		if jsontext.Value(body).IsValid(lax...) {
			require.True(t, jsontext.Value(masked).IsValid(lax...), "%q", masked)
		} else if !strings.ContainsAny(string(body), `"{[0123456789tfn`) {
			require.False(t, strings.ContainsFunc(string(masked), func(r rune) bool { return unicode.IsLetter(r) && !strings.ContainsRune("xXéÉ", r) }))
		}
	})
}
