package page

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

func TestPrefersHTML(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "text/*": false, "application/json": false, "text/plain": false, "text/htmlx": false,
		"text/html": true, "TEXT/HTML": true, "text/html;charset=utf-8": true,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8": true,
		"application/json, text/html": true, "application/json, text/html;q=0.5": false, "application/json;q=0.1, text/html;q=0.5": true,
		"text/html;q=0": false, "text/html;q=0.0, */*": false, "text/html;q=x": true, ",,;": false,
		"application/json, text/plain, */*": false,
	} {
		assert.Equal(t, want, PrefersHTML(http.Header{"Accept": {accept}}), accept)
	}
	assert.True(t, PrefersHTML(http.Header{"Accept": {"*/*", "text/html"}}), "in two lines")
	assert.False(t, PrefersHTML(http.Header{}))
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "plain\n\ttext": "plain\n\ttext", "a\r\nb": "a\nb", "a\rb": "a⟨U+000D⟩b", "\x1b[31m": "⟨U+001B⟩[31m", "\x00\x7f\u009b": "⟨U+0000⟩⟨U+007F⟩⟨U+009B⟩",
		"\u202egpj.exe\u2066": "⟨U+202E⟩gpj.exe⟨U+2066⟩", "a\u200bb\ufeff": "a⟨U+200B⟩b⟨U+FEFF⟩", "\u2028": "⟨U+2028⟩", "Zoë 😀 日本": "Zoë 😀 日本",
		"\U000E0041": "⟨U+E0041⟩",
	} {
		assert.Equal(t, want, visible(text), "%q", text)
	}
}

func TestInField(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"": "", "no JSON\u202e": "no JSON⟨U+202E⟩", `{"a":1}`: "{\n  \"a\": 1\n}",
		`{"a":"` + "\u202e\U000E0041" + `"}`: "{\n  \"a\": \"\\u202e\\udb40\\udc41\"\n}",
	} {
		assert.Equal(t, want, inField(body))
	}
}

func parsed(t *testing.T, text string) url.Values {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return u.Query()
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"?", "?request=req_1", "?after=cust_1&before=req_9&customers=key_1&duplicates=true&key=key_2&refused=true&status=400&text=a%26b+%22",
	} {
		assert.Equal(t, text, parseQuery(parsed(t, text)).String())
	}
	q := parseQuery(parsed(t, "?key=key_1&refused=yes&unknown=1&request=req_1&before=req_5"))
	assert.Equal(t, "?before=req_5&key=key_1&request=req_1", q.String(), "what it does not know is left out")
	assert.Equal(t, "?before=req_5&key=key_1&request=req_2", q.Show("req_2"))
	assert.Equal(t, "?before=req_5&key=key_1", q.List())
	assert.Equal(t, "?before=req_3&key=key_1&request=req_1", q.Older("req_3"))
	assert.Equal(t, "?key=key_3", q.OfKey("key_3"))
	assert.Equal(t, "?before=req_5&customers=key_3&key=key_1", q.OfCustomers("key_3", ""))
	_, err := query{Status: "4xx"}.filter()
	require.ErrorContains(t, err, "must be a number")
}

func TestEditSendsWhatIsDifferent(t *testing.T) {
	t.Parallel()
	came := gencontrol.RequestEntry{
		Method: "POST", Target: "/customers", Body: `{"email": "a@example.com"}`,
		Headers: gencontrol.Headers{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {"bbb_test_…"}, "X-Two": {"1", "2"}, "Content-Length": {"26"}},
	}
	offered := editOf(came)
	assert.Equal(t, "Content-Type: application/json\nX-Two: 1\nX-Two: 2\n", offered.Headers, "the key has a field of its own")
	body := `{"email": 5}`
	for name, test := range map[string]struct {
		change func(e *edit)
		want   gencontrol.ResendInput
	}{
		"nothing":          {func(*edit) {}, gencontrol.ResendInput{}},
		"the method":       {func(e *edit) { e.Method = "PUT" }, gencontrol.ResendInput{Method: "PUT"}},
		"the path":         {func(e *edit) { e.Target = "/x" }, gencontrol.ResendInput{Target: "/x"}},
		"the body":         {func(e *edit) { e.Body = body }, gencontrol.ResendInput{Body: &body}},
		"no body":          {func(e *edit) { e.Body = "" }, gencontrol.ResendInput{Body: new("")}},
		"the key":          {func(e *edit) { e.Key = "key_2" }, gencontrol.ResendInput{Key: "key_2"}},
		"without a member": {func(e *edit) { e.Without = []string{"/email"} }, gencontrol.ResendInput{Without: []string{"/email"}}},
		"a header": {func(e *edit) { e.Headers += "prefer:code=429\n" },
			gencontrol.ResendInput{Headers: map[string][]string{"Prefer": {"code=429"}}}},
		"a header changed": {func(e *edit) { e.Headers = "content-type: text/plain\nX-Two: 1\nX-Two: 2" },
			gencontrol.ResendInput{Headers: map[string][]string{"Content-Type": {"text/plain"}}}},
		"a header taken away": {func(e *edit) { e.Headers = "Content-Type: application/json\n\n" },
			gencontrol.ResendInput{Headers: map[string][]string{"X-Two": {}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := offered
			test.change(&e)
			got, err := e.input(came)
			require.NoError(t, err)
			if test.want.Headers == nil {
				test.want.Headers = map[string][]string{}
			}
			assert.Equal(t, test.want, got)
		})
	}
	_, err := edit{Headers: "no colon"}.input(came)
	require.ErrorContains(t, err, "headers: must be a line each")
}

// What is shown by its code point, or without its carriage returns, is sent as it came; what is masked is not sent for what it stands for.
func TestEditSendsHiddenCharactersAsTheyCame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ came, edited, sent string }{
		{"\ufeffno JSON\u202e", "⟨U+FEFF⟩other⟨U+202E⟩", "\ufeffother\u202e"},
		{"a\r\nb", "a\nc", "a\r\nc"},
		{"a\nb", "a\nc", "a\nc"},
		{"⟨U+202E⟩", "⟨U+202E⟩x", "⟨U+202E⟩x"},
	} {
		e := editOf(gencontrol.RequestEntry{Body: test.came})
		assert.Equal(t, visible(test.came), e.Body)
		e.Body = test.edited
		input, err := e.input(gencontrol.RequestEntry{Body: test.came})
		require.NoError(t, err)
		assert.Equal(t, test.sent, *input.Body)
	}
	mixed := editOf(gencontrol.RequestEntry{Body: "a\r\nb\nc"})
	assert.Equal(t, "a⟨U+000D⟩\nb\nc", mixed.Body)
	mixed.Body += "!"
	input, err := mixed.input(gencontrol.RequestEntry{Body: "a\r\nb\nc"})
	require.NoError(t, err)
	assert.Equal(t, "a\r\nb\nc!", *input.Body)

	headers := gencontrol.RequestEntry{Headers: gencontrol.Headers{"Cookie": {"…", "…"}, "X-Odd": {"a\u00a0"}, "X-Two": {"bbb_live_…", "1"}}}
	e := editOf(headers)
	input, err = e.input(headers)
	require.NoError(t, err)
	assert.Empty(t, input.Headers, "none was edited")
	e.Headers = strings.Replace(e.Headers, "X-Two: 1", "X-Two: 2", 1)
	_, err = e.input(headers)
	require.ErrorContains(t, err, "The header X-Two has a value that is not shown")

	for _, masked := range []string{"bbb_live_…", "BBB_TEST_…", `\u0062bb_test_…`, "%62bb_test_…"} {
		body := `{"key": "` + masked + `"}`
		e = editOf(gencontrol.RequestEntry{Body: body})
		e.Body += " "
		_, err = e.input(gencontrol.RequestEntry{Body: body})
		require.ErrorContains(t, err, "The body has a key in it that is not shown", masked)
	}
	came := gencontrol.RequestEntry{Body: `{"key": "bbb_test_…"}`, Target: "/x?bbb_test_…"}
	e = editOf(came)
	input, err = e.input(came)
	require.NoError(t, err)
	assert.Equal(t, gencontrol.ResendInput{Headers: map[string][]string{}}, input, "what was not edited is sent as it came")
	e.Body += " "
	_, err = e.input(came)
	require.ErrorContains(t, err, "The body has a key in it that is not shown")
	e = editOf(came)
	e.Target += "&y"
	_, err = e.input(came)
	require.ErrorContains(t, err, "The path has a key in it")
}

func TestMembersThatAFormCanCarry(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"/a~1b", "/email", "/ü"},
		membersOf(`{"email":1,"ü":2,"a/b":3,"line\nbreak":4,"\u202e":5,"bbb_test_…":6,"`+strings.Repeat("x", 600)+`":7}`))
	assert.Empty(t, membersOf(`[1]`))
	assert.Empty(t, membersOf(`no JSON`))
}

func TestEditInAForm(t *testing.T) {
	t.Parallel()
	e := editIn(url.Values{"do": {"resend-edited req_1"}, "body": {"a\r\nb"}, "method": {" PUT "}, "key": {"bbb_test_secret"}, "without": {"/a"}})
	assert.Equal(t, edit{given: true, Body: "a\nb", Method: "PUT", Key: "bbb_test_secret", Without: []string{"/a"}}, e)
}
