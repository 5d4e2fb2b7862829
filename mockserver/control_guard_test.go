package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestControlAnswersOnlyToItsOwnHostsAndOrigins(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithControlHosts("mock.example.com", "Mock.Corp."))
	own := root(t, mock).Host
	_, port, _ := strings.Cut(own, ":")
	for name, test := range map[string]struct {
		host, origin string
		code         control.ControlErrorCode // empty: it is answered
	}{
		"its address":                   {own, "", ""},
		"its own origin":                {own, "http://" + own, ""},
		"behind TLS":                    {own, "https://" + own, ""},
		"localhost":                     {"localhost:" + port, "", ""},
		"localhost as root":             {"LOCALHOST.:" + port, "http://localhost.:" + port, ""},
		"below localhost":               {"mock.localhost", "", ""},
		"IPv6":                          {"[::1]:" + port, "", ""},
		"IPv6 without a port":           {"[::1]", "", ""},
		"another address":               {"172.17.0.2:4010", "", ""},
		"IPv6 with a zone":              {"[fe80::1%eth0]:4010", "", ""},
		"IPv4 in IPv6":                  {"[::ffff:10.0.0.1]", "", ""},
		"a container":                   {"mock:4010", "http://mock:4010", ""},
		"a container's id":              {"3f2a9c1b7d4e", "", ""},
		"a compose service":             {"project_bitbybit-mock_1:4010", "", ""},
		"in capitals, as root":          {"MOCK.:4010", "", ""},
		"a port without a number":       {"mock:", "", ""},
		"Punycode without a dot":        {"xn--mck-0na:4010", "", ""},
		"the host of a container":       {"host.docker.internal:4010", "http://host.docker.internal:4010", ""},
		"a Kubernetes service":          {"mock.default.svc.cluster.local", "", ""},
		"a machine nearby":              {"laptop.local.:4010", "", ""},
		"a home network":                {"laptop.home.arpa", "", ""},
		"a name for tests":              {"mock.test", "", ""},
		"a name given":                  {"mock.example.com:4010", "http://mock.example.com:4010", ""},
		"a name given otherwise":        {"MOCK.corp", "", ""},
		"below a name given":            {"a.mock.example.com", "", control.CodeUnknownHost},
		"a container, another's origin": {"mock:4010", "http://app:4010", control.CodeForeignOrigin},
		"a container, another port":     {"mock:4010", "http://mock:8080", control.CodeForeignOrigin},
		"a rebound name as root":        {"attacker.example.:4010", "", control.CodeUnknownHost},
		"a rebound name in capitals":    {"ATTACKER.EXAMPLE", "", control.CodeUnknownHost},
		"a rebound name in Punycode":    {"xn--80ak6aa92e.com", "", control.CodeUnknownHost},
		"like a private name":           {"internal.attacker.example", "", control.CodeUnknownHost},
		"ends like a private name":      {"attackerinternal.example", "", control.CodeUnknownHost},
		"ends like it without a dot":    {"attacker.mylocal", "", control.CodeUnknownHost},
		"two dots at the end":           {"attacker..", "", control.CodeUnknownHost},
		"a dot alone":                   {".", "", control.CodeUnknownHost},
		"a dot before it":               {".local", "", control.CodeUnknownHost},
		"an address as root":            {"127.0.0.1.:4010", "", ""},
		"too long an address":           {"127.0.0.1.1", "", control.CodeUnknownHost},
		"rebound name":                  {"attacker.example:" + port, "", control.CodeUnknownHost},
		"rebound name, its origin":      {"attacker.example", "http://attacker.example", control.CodeUnknownHost},
		"like a container":              {"mock.attacker.example", "", control.CodeUnknownHost},
		"like localhost":                {"localhost.attacker.example", "", control.CodeUnknownHost},
		"like an address":               {"127.0.0.1.attacker.example", "", control.CodeUnknownHost},
		"foreign":                       {own, "https://shop.example", control.CodeForeignOrigin},
		"another port":                  {own, "http://127.0.0.1:1", control.CodeForeignOrigin},
		"another loopback name":         {own, "http://localhost:" + port, control.CodeForeignOrigin},
		"sandboxed":                     {own, "null", control.CodeForeignOrigin},
		"extension":                     {own, "chrome-extension://" + own, control.CodeForeignOrigin},
		"not an origin":                 {own, "%zz", control.CodeForeignOrigin},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodOptions, "PUT"} {
				request, err := http.NewRequestWithContext(
					t.Context(),
					method,
					"http://"+own+"/_mock/requests?key=bbb_test_unseen",
					nil,
				)
				require.NoError(t, err)
				request.Host = test.host
				if test.origin != "" {
					request.Header.Set("Origin", test.origin)
					request.Header.Set("Access-Control-Request-Method", "GET")
				}
				got := do(t, request)
				for header := range got.header {
					assert.False(t, strings.HasPrefix(header, "Access-Control-"), "%s: %s", method, header)
				}
				assert.Equal(t, "same-origin", got.header.Get("Cross-Origin-Resource-Policy"))
				if test.code == "" {
					assert.NotEqual(t, http.StatusForbidden, got.status, got.body)
					continue
				}
				assert.Equal(t, http.StatusForbidden, got.status)
				code, _ := controlMessage(t, got)
				assert.Equal(t, test.code, code)
			}
		})
	}
}

func TestControlHostsAreNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "http://mock", "mock:4010", "*", "a b"} {
		_, err := mockserver.New(mockserver.WithControlHosts(name))
		assert.ErrorContains(t, err, "must be a host name without scheme and port", name)
	}
}

// A browser that sends no Origin tells all the same from where a request comes. Only reading may come from elsewhere: a
// link to the journal.
func TestControlRefusesWhatAPageOfAnotherSiteSends(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	own := root(t, mock)
	for name, test := range map[string]struct {
		site, origin string
		refused      bool
	}{
		"no browser":         {"", "", false},
		"a page of its own":  {"same-origin", own.String(), false},
		"typed by the user":  {"none", "", false},
		"another site":       {"cross-site", "", true},
		"another site, null": {"cross-site", "null", true},
		"another port":       {"same-site", "", true},
		"what is none":       {"elsewhere", "", true},
		"a made-up origin":   {"cross-site", own.String(), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, change := range []struct{ method, path, body, mode, dest string }{
				{http.MethodPost, "/_mock/reset", "", "cors", "empty"},
				{http.MethodPost, "/_mock/reset", "", "navigate", "document"},
				{http.MethodPost, "/_mock/faults", `{"status":503}`, "", ""},
				{http.MethodDelete, "/_mock/customers", "", "", ""},
				{http.MethodDelete, "/_mock/requests", "", "", ""},
				{http.MethodGet, "/_mock/requests", "", "no-cors", "empty"},
				{http.MethodGet, "/_mock/requests", "", "no-cors", "image"},
				{http.MethodGet, "/_mock/requests", "", "navigate", "iframe"},
				{http.MethodHead, "/_mock/health", "", "", ""},
				{http.MethodGet, "/_mock/requests", "", "navigate", "document"}, // a link
			} {
				request, err := http.NewRequestWithContext(t.Context(), change.method, own.String()+change.path, strings.NewReader(change.body))
				require.NoError(t, err)
				request.Header.Set("Content-Type", "application/json")
				if test.site != "" {
					request.Header.Set("Sec-Fetch-Site", test.site)
				}
				if change.mode != "" {
					request.Header.Set("Sec-Fetch-Mode", change.mode)
					request.Header.Set("Sec-Fetch-Dest", change.dest)
				}
				if test.origin != "" {
					request.Header.Set("Origin", test.origin)
				}
				got := do(t, request)
				follows := change.method == http.MethodGet && change.mode == "navigate" && change.dest == "document"
				if !test.refused || follows && test.origin != "null" {
					assert.Less(t, got.status, 300, "%s %s: %s", change.method, change.path, got.body)
					continue
				}
				assert.Equal(t, http.StatusForbidden, got.status, "%s %s", change.method, change.path)
				if change.method != http.MethodHead {
					code, _ := controlMessage(t, got)
					assert.Equal(t, control.CodeForeignOrigin, code)
				}
			}
		})
	}
}

func TestAnUnknownHostIsToldWhatToSet(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, root(t, mock).String()+"/_mock/", nil)
	require.NoError(t, err)
	request.Host = "mock.example.com:4010"
	_, message := controlMessage(t, do(t, request))
	assert.Equal(t, `"mock.example.com" is not a host name of this mock: it answers to localhost, IP addresses and names without a dot; `+
		`--control-host, BITBYBIT_MOCK_CONTROL_HOSTS, or WithControlHosts in Go, adds a name.`, message)
}
