package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestMaskedBodies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, masked string }{
		{"every personal field, at its length",
			`{"email":"siti.rahma9@example.com","phoneNumber":"+6281 (2)","firstName":"Siti","lastName":"O'Neil","imageUrl":"https://x.y/siti.png"}`,
			`{"email":"xxxx.xxxxx0@xxxxxxx.xxx","phoneNumber":"+0000 (0)","firstName":"xxxx","lastName":"x'xxxx","imageUrl":"xxxxx://x.x/xxxx.xxx"}`},
		{"nor does any other field tell anything",
			`{"tags":["vip","b2b"],"addresses":[{"address1":"Jl. 1","city":"Bandung","province":"West Java","country":"Indonesia","zip":"12190","mainAddress":true}]}`,
			`{"tags":["xxx","x0x"],"addresses":[{"address1":"xx. 0","city":"xxxxxxx","province":"xxxx xxxx","country":"xxxxxxxxx","zip":"00000","mainAddress":true}]}`},
		{"other letters", `{"firstName":"Łódź 山田 नमस्ते"}`, `{"firstName":"xxxx xx xxxxxx"}`},
		{"unknown properties", `{"Email":"a@b.co","note":{"tags":{"of":"Siti"}}}`, `{"xxxxx":"x@x.xx","xxxx":{"tags":{"xx":"xxxx"}}}`},
		{"wrong types", `{"phoneNumber":6281.5e3,"email":null,"firstName":["Siti",7,false]}`, `{"phoneNumber":1111.1e1,"email":null,"firstName":["xxxx",1,false]}`},
		{"not an object", ` "siti@example.com" `, ` "xxxx@xxxxxxx.xxx" `},
		{"white space and order stay", "{ \"b\" : \"Siti\",\n\t\"a\":1 }\n", "{ \"x\" : \"xxxx\",\n\t\"x-\":1 }\n"},
		{"escapes", `{"firstName":"S\u0069ti \"x\"\n"}`, `{"firstName":"xxxx \"x\"\n"}`},
		{"what a server names", `{"id":"siti@example.com","code":"Siti","message":"Siti","createdAt":"Siti"}`, `{"id":"xxxx@xxxxxxx.xxx","code":"xxxx","message":"xxxx","createdAt":"xxxx"}`},
		{"names that differ still do", `{"siti@example.com":1,"budi@example.com":2,"x-":{"a":3,"b":4},"c":5}`, `{"xxxx@xxxxxxx.xxx":1,"xxxx@xxxxxxx.xxx-":1,"x-":{"x":1,"x-":1},"x":1}`},
		{"a name that comes twice still does", `{"siti":1,"budi":2,"siti":3}`, `{"xxxx":1,"xxxx-":1,"xxxx":1}`},
		{"a name that is escaped", `{"\u0065mail":"a","sit\u0069":"b"}`, `{"\u0065mail":"x","xxxx":"x"}`},
		{"duplicate names", `{"email":"a","email":"b"}`, `{"email":"x","email":"x"}`},
		{"several values", `{"email":"a"} {"email":"b"}`, `{"email":"x"} {"email":"x"}`},
		{"cut in a string", `{"email":"a@b.co","firstName":"Sit`, `{"email":"x@x.xx"… (17 bytes that are not JSON are left out)`},
		{"not JSON", `email=siti@example.com`, `… (22 bytes that are not JSON are left out)`},
		{"a magic value", `{"email":"not-found@mock.test","phoneNumber":"+12025550107"}`, `{"email":"not-found@mock.test","phoneNumber":"+12025550107"}`},
		{"empty", ``, ``},
		{"deep", strings.Repeat("[", 20_000), `… (20000 bytes that are not JSON are left out)`},
	} {
		request := mockserver.Request{Body: []byte(test.body)}
		assert.Equal(t, test.masked, string(request.Masked().Body), test.name)
		assert.Equal(t, test.body, string(request.Body), test.name)
	}
}

func TestMaskedKeepsTheStateOfInvalidUTF8(t *testing.T) {
	t.Parallel()
	masked := string(mockserver.Request{Body: []byte("{\"firstName\":\"Siti\xff\",\"a\":\"Siti\"}")}.Masked().Body)
	assert.NotContains(t, masked, "Siti")
	assert.Contains(t, masked, `"x":"xxxx"`)
}

func TestMaskedHidesWhatTheAnswerQuotes(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"email":"siti rahma","firstName":62812,"addresses":[{}]}`)
	require.Contains(t, got.message(), `got "siti rahma"`)
	entry := mock.Requests()[0]
	masked := entry.Masked()
	for _, text := range []string{string(masked.Body), string(masked.ResponseBody), masked.Violations.String(), masked.String(), masked.Curl(), masked.GoTest()} {
		assert.NotContains(t, text, "siti")
		assert.NotContains(t, text, "62812")
	}
	assert.Contains(t, string(masked.ResponseBody), `email: must be an email address, got \"xxxx xxxxx\"`)
	assert.Contains(t, string(masked.ResponseBody), `addresses[0].address1: is required`)
	assert.Contains(t, string(masked.ResponseBody), `got the number 11111`)
	assert.Contains(t, entry.Violations.String(), "siti rahma", "the entry itself is as it was")
}

func TestMaskedCustomerIsFoundByItsID(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, valid)
	masked := mock.Requests()[0].Masked()
	assert.Contains(t, string(masked.ResponseBody), got.customer().ID)
	assert.NotContains(t, string(masked.ResponseBody), "siti")
}

func TestMaskedTarget(t *testing.T) {
	t.Parallel()
	for target, masked := range map[string]string{
		"/customers":                        "/customers",
		"/customers?email=siti@example.com": "/customers?xxxxx=xxxx@xxxxxxx.xxx",
		"/customers/siti@example.com/x":     "/customers/xxxx@xxxxxxx.xxx/x",
		"/customers/siti%40example.com":     "/customers/xxxx%00xxxxxxx.xxx",
	} {
		assert.Equal(t, masked, mockserver.Request{Target: target}.Masked().Target)
	}
}

func TestMaskedLeavesAProxysPage(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	add(t, mock, mockserver.Fault{Status: http.StatusBadGateway})
	tried(t, mock, valid)
	assert.Contains(t, string(mock.Requests()[0].Masked().ResponseBody), "502 Bad Gateway")
}
