package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Personal data gets to where it does not belong: the journal shows what arrived, and a line of the log shows none of it.
func TestTheJournalShowsWhatArrivedAndTheLogDoesNot(t *testing.T) {
	t.Parallel()
	const email, phone, name = "siti.rahma@private.example", "+6281298765432", "Wilhelmina"
	personal := []string{"siti", "rahma", "private", "98765432", "wilhelmina"}
	for _, test := range []struct {
		name, method, path, body string
		header                   []string
	}{
		{"email in the path", http.MethodGet, "/customers/" + email, "", nil},
		{"email in the path, escaped", http.MethodGet, "/customers/" + strings.ReplaceAll(email, "@", "%40"), "", nil},
		{"phone in the path", http.MethodGet, "/customers/" + phone, "", nil},
		{"phone in the path, escaped", http.MethodGet, "/customers/%2B" + phone[1:] + "/addresses", "", nil},
		{"phone in the path, escaped in small letters", http.MethodGet, "/%2b6281298765432", "", nil},
		{"phone in the path, as a URL", http.MethodGet, "/tel:" + phone, "", nil},
		{"phone in the path, with a name", http.MethodGet, "/customers/phone=6281298765432", "", nil},
		{"phone in the path, with a letter", http.MethodGet, "/customers/6281298765432x", "", nil},
		{"phone in the path, every digit escaped", http.MethodGet, "/customers/%36%32%38%31%32%39%38%37%36%35%34%33%32", "",
			nil},
		{"email in the path, escaped twice", http.MethodGet, "/customers/siti.rahma%2540private.example", "", nil},
		{"email in the path, a wide sign", http.MethodGet, "/customers/siti.rahma%EF%BC%A0private.example", "", nil},
		{"behind a name of the contract", http.MethodGet, "/customers" + email + "/v1" + name, "", nil},
		{"name in the path", http.MethodGet, "/" + name, "", nil},
		{"path of many segments", http.MethodGet, strings.Repeat("/x", 50) + "/" + name, "", nil},
		{"query", http.MethodPost, "/customers?" + email + "=" + phone + "&name=" + name, valid, nil},
		{"method", strings.ToUpper(name), "/customers", "", nil},
		{"header of a program", http.MethodPost, "/customers", valid, []string{"X-User", name, "X-Phone", phone}},
		{"header of a browser", http.MethodPost, "/customers", valid, []string{"Referer", "http://x/?email=" + email,
			"User-Agent", name}},
		{"origin", http.MethodPost, "/customers", valid, []string{"Origin",
			"https://" + strings.ToLower(name) + ".example"}},
		{"parameter of the media type", http.MethodPost, "/customers", valid, []string{"Content-Type",
			`application/json; x="` + name + `"`}},
		{"media type", http.MethodPost, "/customers", valid, []string{"Content-Type", email}},
		{"coding", http.MethodPost, "/customers", valid, []string{"Content-Encoding", email}},
		{"parameter of Prefer", http.MethodPost, "/customers", valid, []string{"Prefer",
			`code=429; x="` + email + `"`}},
		{"value of Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", `code="` + email + `"`}},
		{"example of Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", "example=" + name}},
		{"fields of the contract", http.MethodPost, "/customers",
			`{"email":"` + email + `","tags":["` + name + `"],"addresses":[{"address1":"x","city":"` + name + `"}]}`,
			nil},
		{"names that a server uses", http.MethodPost, "/customers",
			`{"email":"` + email + `","id":"` + name + `","message":"` + name + ` at ` + phone + `","code":"` + email + `"}`,
			nil},
		{"unknown name", http.MethodPost, "/customers",
			`{"phoneNumber":"1","` + email + `":{"` + name + `":[{"` + phone + `":1}]}}`, nil},
		{"unknown name twice", http.MethodPost, "/customers",
			`{"` + email + `":1,"` + email + `":2,"` + name + `":3,"` + name + `":4,"081298765432":5,"081298765432":6}`,
			nil},
		{"unknown name in an item", http.MethodPost, "/customers",
			`{"email":"x","addresses":[{"` + name + `":1,"` + name + `":2,"` + email + `":1}]}`, nil},
		{"unknown name that is long", http.MethodPost, "/customers", `{"` + name + strings.Repeat("x",
			100) + `":1,"` + strings.Repeat(email, 100) + `":2}`, nil},
		{"more violations than are kept", http.MethodPost, "/customers", `{"` + strings.Repeat("n",
			40_000) + `":1,"` + strings.Repeat("o", 40_000) + `":1,"` + name + `":1}`, nil},
		{"more violations than are told", http.MethodPost, "/customers",
			`{"` + name + `":1,"tags":[` + strings.Repeat(`{},`, 30) + `1]}`, nil},
		{"what is wrong with a value", http.MethodPost, "/customers",
			`{"email":"` + email + `@@","phoneNumber":` + phone[1:] + `,"tags":"` + name + `"}`, nil},
		{"a string that does not end", http.MethodPost, "/customers", `{"email":"` + email + `","firstName":"` + name,
			nil},
		{"what a parser shows", http.MethodPost, "/customers", `{"firstName":"\ud800Siti"}`, nil},
		{"no object", http.MethodPost, "/customers", `["` + email + `"]`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log logLines
			mock := mockserver.Start(t, log.option(), mockserver.WithStrict())
			call(t, test.method, mock.URL+test.path, test.body, test.header...)
			entries := mock.Requests()
			require.Len(t, entries, 1)
			entry := entries[0]
			assert.Equal(t, test.method, entry.Method)
			assert.Equal(t, "/customer/open/v1"+test.path, entry.Target)
			if len(test.body) <= 64<<10 {
				assert.Equal(t, test.body, string(entry.Body))
			}
			for i := 0; i < len(test.header); i += 2 {
				assert.Equal(t, test.header[i+1], entry.Header.Get(test.header[i]))
			}
			lines := strings.Join(log.with("msg=request"), "\n")
			require.NotEmpty(t, lines)
			for _, word := range personal {
				assert.NotContains(t, strings.ToLower(lines), word)
			}
			assert.Less(t, len(lines), 4_000)
		})
	}
}

func TestALineOfTheLogSaysWhyARequestWasRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path, body string
		header             []string
		want               string
	}{
		"what is wrong with the body": {http.MethodPost, "/customers", `{"email":"plain","phoneNumber":62812,"addresses":[{},{"address1":1}]}`, nil,
			`addresses[0].address1: is required; addresses[1].address1: must be a string; email: must be an email address; phoneNumber: must be a string`},
		"an unknown name twice": {http.MethodPost, "/customers", `{"email":"a@b.co","tags":[],"siti":1,"siti":2}`, nil, `…: must be named once in its object`},
		"no JSON":               {http.MethodPost, "/customers", `{"firstName":"\ud800Siti"}`, nil, `body: must be one JSON value; at byte 14: invalid surrogate pair … in string`},
		"no contact":            {http.MethodPost, "/customers", `{}`, nil, `email or phoneNumber: is required`},
		"media type":            {http.MethodPost, "/customers", `{}`, []string{"Content-Type", "text/siti"}, `header Content-Type: must be application/json`},
		"Prefer":                {http.MethodPost, "/customers", valid, []string{"Prefer", "code=siti"}, `header Prefer: code must be a status of the contract, got …; it has 201 (`},
		"no key":                {http.MethodPost, "/customers", valid, []string{keyHeader, ""}, `The ` + gen.KeyHeader + ` header is missing.`},
		"no such path":          {http.MethodGet, "/siti", "", nil, `There is no … here; there is `},
		"no such method":        {http.MethodGet, "/customers", "", nil, `… is not offered at …; allowed: POST.`},
		"a created customer":    {http.MethodPost, "/customers", valid, nil, ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log logLines
			mock := mockserver.Start(t, log.option())
			call(t, test.method, mock.URL+test.path, test.body, test.header...)
			lines := log.with("msg=request")
			require.Len(t, lines, 1)
			if test.want == "" {
				assert.NotContains(t, lines[0], "reason=")
				return
			}
			assert.Contains(t, lines[0], `reason="`+test.want)
			assert.NotContains(t, strings.ReplaceAll(lines[0], "v1/siti", ""), "siti")
		})
	}
}

func TestALineOfTheLogSaysWhichAnswerWasAskedFor(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct{ body, prefer string }{
		"prefer=\"code=503\"":                               {valid, "code=503"},
		"prefer=\"code=400, example=missingCompanyId\"":     {`{}`, "code=400, example=missingCompanyId"},
		"trigger=" + mockserver.Triggers()[0].Example + " ": {`{"email":"` + mockserver.Triggers()[0].Email + `"}`, ""},
	} {
		var log logLines
		mock := mockserver.Start(t, log.option())
		create(t, mock, test.body, "Prefer", test.prefer)
		lines := log.with("msg=request")
		require.Len(t, lines, 1)
		assert.Contains(t, strings.ReplaceAll(lines[0], "\n", " "), want)
	}
}

func TestALineOfTheLogShowsWhichPathWasAskedFor(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option())
	call(t, http.MethodGet, mock.URL+"/custommers/siti@example.com/"+strings.Repeat("x", 75)+"siti@example.com", "")
	assert.NotEmpty(t, log.with("method=GET path=/customer/open/v1/custommers/…/…"))
}

func TestTheWarningAboutAPageShowsTheProgramAlone(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Mozilla/5.0 (X11; siti@private.example)": " user_agent=Mozilla\n",
		"siti@private.example":                    " user_agent=…\n",
		"siti.rahma/1":                            " user_agent=…\n",
		"tel-6281298765432/1":                     " user_agent=…\n",
		"+6281298765432":                          " user_agent=…\n",
		"Siti Rahma":                              " user_agent=…\n",
	} {
		var log logLines
		mock := mockserver.Start(t, log.option(), mockserver.WithCORSOrigins("https://app.example.com"))
		create(t, mock, valid, "Origin", "https://evil.example", "User-Agent", header)
		lines := log.with("was refused (CORS)")
		require.Len(t, lines, 1)
		assert.Contains(t, lines[0]+"\n", want, header)
	}
}
