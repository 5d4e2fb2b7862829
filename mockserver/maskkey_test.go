package mockserver_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// A key gets to where it does not belong, and is shown nowhere.
func TestNoKeyIsShownWhereverItStands(t *testing.T) {
	t.Parallel()
	const key = "bbb_live_s3cretSECRETs3cret"
	escaped := strings.ReplaceAll(key, "_", "%5F")
	const inJSON = `\u0062bb_\u006Cive\u005fs3cretSECRETs3cret`
	for _, test := range []struct {
		name, method, path, body string
		header                   []string
	}{
		{"path", http.MethodGet, "/customers/" + key, "", nil},
		{"path, escaped", http.MethodGet, "/customers/" + escaped, "", nil},
		{"path, a letter escaped", http.MethodGet, "/customers/%62bb_li%76e_" + key[len("bbb_live_"):], "", nil},
		{"path, all of it escaped", http.MethodGet, "/%62%42%62%5f%4Cive%5F" + key[len("bbb_live_"):], "", nil},
		{"query, escaped", http.MethodPost, "/customers?key=%62" + key[1:], valid, nil},
		{"value, escaped", http.MethodPost, "/customers", `{"email":"a@example.com","firstName":"` + inJSON + `"}`, nil},
		{"value that is refused, escaped", http.MethodPost, "/customers", `{"email":"` + inJSON + `"}`, nil},
		{"name, escaped", http.MethodPost, "/customers", `{"email":"a@example.com","` + inJSON + `":1}`, nil},
		{"path, in capitals", http.MethodGet, "/customers/" + strings.ToUpper(key), "", nil},
		{"path, far behind", http.MethodGet, "/" + strings.Repeat("x", 90) + key, "", nil},
		{"query", http.MethodPost, "/customers?key=" + key, valid, nil},
		{"method", key, "/customers", "", nil},
		{"method and no such path", key, "/nowhere", "", nil},
		{"value of Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", "code=" + key}},
		{"broken Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", "code=429 " + key}},
		{"example of Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", "example=" + key}},
		{"name in Prefer", http.MethodPost, "/customers", valid, []string{"Prefer", key + "=1, code=429"}},
		{"any header", http.MethodPost, "/customers", valid, []string{"X-Note", "the key is " + key}},
		{"name of a header", http.MethodPost, "/customers", valid, []string{key, "1"}},
		{"another credential", http.MethodPost, "/customers", valid, []string{"Authorization", "Bearer " + key}},
		{"API key of another API", http.MethodPost, "/customers", valid, []string{"Api-Key", "s3cret"}},
		{"API key in one word", http.MethodPost, "/customers", valid, []string{"apikey", "s3cret"}},
		{"API key, nearly", http.MethodPost, "/customers", valid, []string{"X-APIKey", "s3cret"}},
		{"API token", http.MethodPost, "/customers", valid, []string{"X-API-Token", "s3cret"}},
		{"token", http.MethodPost, "/customers", valid, []string{"X-Auth-Token", "s3cret"}},
		{"key with a scheme", http.MethodPost, "/customers", valid, []string{keyHeader, "Bearer " + key}},
		{"two keys in one", http.MethodPost, "/customers", valid, []string{keyHeader, key + ", " + key}},
		{"media type", http.MethodPost, "/customers", valid, []string{"Content-Type", key + "/x"}},
		{"origin", http.MethodPost, "/customers", valid, []string{"Origin", "https://" + key}},
		{"value", http.MethodPost, "/customers", `{"email":"` + key + `"}`, nil},
		{"value that is kept", http.MethodPost, "/customers", `{"email":"a@example.com","firstName":"` + key + `"}`,
			nil},
		{"name", http.MethodPost, "/customers", `{"email":"plain","` + key + `":1,"` + key + `":2}`, nil},
		{"name within", http.MethodPost, "/customers", `{"addresses":[{"` + key + `":1}],"tags":"` + key + ` \"x"}`,
			nil},
		{"no JSON", http.MethodPost, "/customers", "key=" + key + "&email=a@example.com", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log logLines
			mock := mockserver.Start(t, log.option(), mockserver.WithStrict())
			got := call(t, test.method, mock.URL+test.path, test.body, test.header...)
			entries := mock.Requests()
			require.Len(t, entries, 1)
			entry := entries[0]
			for name, text := range map[string]string{
				"log": strings.Join(log.with(""), "\n"), "entry": fmt.Sprintf("%+v", entry), "body": string(entry.Body),
				"answer": string(entry.ResponseBody), "short": entry.String(), "curl": entry.Curl(),
				"Go":         entry.GoTest(),
				"violations": fmt.Sprintf("%+v", entry.Violations),
			} {
				assert.NotContains(t, strings.ToLower(text), "s3cret", name)
			}
			if got.status >= http.StatusBadRequest {
				assert.NotContains(t, strings.ToLower(got.body), "s3cret", "nor is it in a message")
			}
		})
	}
}

func TestWhatIsNoKeyStays(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for _, path := range []string{"/bbb", "/bbb_", "/bbb_test", "/bbb_prod_x", "/bbb_test_", "/BBB_TEST_.",
		"/b/bb_live_x"} {
		got := call(t, http.MethodGet, root(t, mock).String()+path, "")
		assert.Contains(t, got.message(), `There is no "`+path+`" here`)
	}
	got := call(t, http.MethodGet, root(t, mock).String()+"/bbb_test_a/bbb_live_b", "")
	assert.Contains(t, got.message(), `There is no "/bbb_test_…" here; there is `,
		"what is behind a key may be a part of it")
	body := `{"email":"plain","firstName":"(bbb_test_a), bbb_live_\"b\\c d"}`
	create(t, mock, body)
	entry := mock.Requests(journal.Filter{Limit: 1})[0]
	assert.JSONEq(t, `{"email":"plain","firstName":"(bbb_test_…), bbb_live_… d"}`, string(entry.Body),
		"JSON stays JSON")
	assert.Equal(t, len(body), entry.BodySize)
	assert.NotContains(t, entry.Curl(), "cut", "no length says that")
	create(t, mock, valid, keyHeader, "none")
	assert.Contains(t, string(mock.Requests(journal.Filter{Limit: 1})[0].ResponseBody),
		"start with bbb_live_ or bbb_test_, and have")
}

func TestTheFilterForAPathKnowsTheKeyInIt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	path := "/customers/" + url.PathEscape("bbb_test_abcdefghijkl")
	call(t, http.MethodGet, root(t, mock).String()+path, "")
	assert.Len(t, mock.Requests(journal.Filter{Path: path}), 1)
}
