package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Personal data gets to where it does not belong; a masked entry shows it nowhere, and the log does not either.
func TestMaskedShowsNoPersonalDataWhereverItStands(t *testing.T) {
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
			masked := entries[0].Masked()
			violations := fmt.Sprintf("%+v", masked.Violations)
			for in, text := range map[string]string{
				"log": strings.Join(log.with("msg=request"), "\n"), "entry": fmt.Sprintf("%+v", masked),
				"body":   string(masked.Body),
				"answer": string(masked.ResponseBody), "short": masked.String(), "violations": violations,
				"curl": masked.Curl(), "Go": masked.GoTest(),
			} {
				for _, word := range personal {
					assert.NotContains(t, strings.ToLower(text), word, in)
				}
			}
		})
	}
}

func TestMaskedKeepsWhatHelps(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option(), mockserver.WithStrict())
	call(t, http.MethodGet, mock.URL+"/custommers/siti@example.com", "", "Content-Type",
		"application/json; charset=UTF-8", "X-Note", "a b")
	masked := mock.Requests()[0].Masked()
	assert.Equal(t, http.MethodGet, masked.Method)
	assert.Equal(t, "/customer/open/v1/custommers/xxxx@xxxxxxx.xxx", masked.Target)
	assert.Contains(t, string(masked.ResponseBody),
		`There is no \"/customer/open/v1/custommers/xxxx@xxxxxxx.xxx\" here; there is POST /customer/open/v1/customers.`)
	assert.Equal(t, "application/json; charset=UTF-8", masked.Header.Get("Content-Type"))
	assert.Equal(t, "x x", masked.Header.Get("X-Note"))
	assert.Equal(t, "bbb_test_…", masked.Header.Get("X-Api-Key"))
	assert.Equal(t, "application/json", masked.ResponseHeader.Get("Content-Type"))
	assert.NotEmpty(t, log.with("path=/customer/open/v1/custommers/xxxx@xxxxxxx.xxx"))

	call(t, http.MethodDelete, mock.URL+"/customers", "")
	masked = mock.Requests()[1].Masked()
	assert.Contains(t, string(masked.ResponseBody),
		`\"DELETE\" is not offered at \"/customer/open/v1/customers\"; allowed: `)

	create(t, mock, `{"email":"siti","addresses":[{"address1":1},{"Address 1":"x","city":2}],"note":"x"}`)
	masked = mock.Requests()[2].Masked()
	assert.JSONEq(t, `{"email":"xxxx","addresses":[{"address1":1},{"xxxxxxx 0":"x","city":1}],"xxxx":"x"}`,
		string(masked.Body))
	assert.Contains(t, masked.Violations.String(), `addresses[0].address1: must be a string, got the number 1`)
	assert.Contains(t, masked.Violations.String(), `addresses[1]["xxxxxxx 0"]: `)
	pointers := make([]string, len(masked.Violations))
	for i, v := range masked.Violations {
		pointers[i] = v.Pointer
	}
	assert.Contains(t, pointers, "/addresses/1/city")
	assert.Contains(t, pointers, "/addresses/1/xxxxxxx 0")
	assert.Contains(t, pointers, "/xxxx")
	message, _, ok := strings.Cut(strings.SplitAfterN(string(masked.ResponseBody), `"message":"`, 2)[1], `"}}`)
	require.True(t, ok)
	assert.Equal(t, masked.Violations.String(), strings.ReplaceAll(message, `\"`, `"`),
		"the message says what the list says")

	tried(t, mock, valid, "Prefer", "code=400")
	entry := mock.Requests()[3]
	assert.JSONEq(t, string(entry.ResponseBody), strings.Replace(string(entry.Masked().ResponseBody), `\"xxxxx\"`,
		`\"plain\"`, 1), "an example of the contract")
}
