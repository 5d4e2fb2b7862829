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
	mock := mockserver.Start(t, mockserver.WithControlHosts("mock", "Mock.Internal."))
	own := root(t, mock).Host
	_, port, _ := strings.Cut(own, ":")
	for name, test := range map[string]struct {
		host, origin string
		code         control.ControlErrorCode // empty: it is answered
	}{
		"its address":              {own, "", ""},
		"its own origin":           {own, "http://" + own, ""},
		"behind TLS":               {own, "https://" + own, ""},
		"localhost":                {"localhost:" + port, "", ""},
		"localhost as root":        {"LOCALHOST.:" + port, "http://localhost.:" + port, ""},
		"below localhost":          {"mock.localhost", "", ""},
		"IPv6":                     {"[::1]:" + port, "", ""},
		"IPv6 without a port":      {"[::1]", "", ""},
		"another address":          {"172.17.0.2:4010", "", ""},
		"a name given":             {"mock:4010", "http://mock:4010", ""},
		"a name given with a dot":  {"mock.internal", "", ""},
		"rebound name":             {"attacker.example:" + port, "", control.CodeUnknownHost},
		"rebound name, its origin": {"attacker.example", "http://attacker.example", control.CodeUnknownHost},
		"like a name given":        {"mock.attacker.example", "", control.CodeUnknownHost},
		"like localhost":           {"localhost.attacker.example", "", control.CodeUnknownHost},
		"like an address":          {"127.0.0.1.attacker.example", "", control.CodeUnknownHost},
		"foreign":                  {own, "https://shop.example", control.CodeForeignOrigin},
		"another port":             {own, "http://127.0.0.1:1", control.CodeForeignOrigin},
		"another loopback name":    {own, "http://localhost:" + port, control.CodeForeignOrigin},
		"sandboxed":                {own, "null", control.CodeForeignOrigin},
		"extension":                {own, "chrome-extension://" + own, control.CodeForeignOrigin},
		"not an origin":            {own, "%zz", control.CodeForeignOrigin},
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
