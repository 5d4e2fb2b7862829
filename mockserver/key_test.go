package mockserver_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestEveryWellFormedKeyIsGoodWhereNoneIsNamed(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	for key, want := range map[string]int{
		"bbb_test_1":                             201,
		"bbb_live_a1b2c3d4e5f6":                  201,
		"bbb_test_" + strings.Repeat("k", 247):   201,
		"bbb_test_!~=@+,":                        201,
		"bbb_test_":                              401,
		"bbb_live_":                              401,
		"bbb_prod_1":                             401,
		"BBB_TEST_1":                             401,
		"sk_test_1":                              401,
		"Bearer bbb_test_1":                      401,
		"bbb_test_a b":                           401,
		"bbb_test_é":                             401,
		"bbb_test_a, bbb_test_b":                 401,
		"bbb_test_" + strings.Repeat("k", 248):   401,
		"bbb_test_" + strings.Repeat("k", 9_000): 401,
	} {
		got := create(t, mock, `{"phoneNumber":"1"}`, keyHeader, key)
		assert.Equal(t, want, got.status, "%.50q", key)
		if want == http.StatusUnauthorized {
			assert.Equal(t, gen.CodeInvalidAPIKey, got.code(), "%.50q", key)
			assert.Less(t, len(got.body), 300, "the key is not echoed")
		}
	}
}

func TestTheKeyIsJudgedBeforeTheBody(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	missing := create(t, mock, `not JSON`, keyHeader, "")
	assert.Equal(t, http.StatusUnauthorized, missing.status)
	assert.Equal(t, gen.CodeMissingAPIKey, missing.code())
	invalid := create(t, mock, strings.Repeat("x", 2<<20), keyHeader, "nonsense")
	assert.Equal(t, http.StatusUnauthorized, invalid.status)
	assert.Equal(t, gen.CodeInvalidAPIKey, invalid.code())
}

func TestAKeyIsReadWithoutTheSpaceAroundIt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := wire(t, mock, http.MethodPost,
		"POST /customer/open/v1/customers HTTP/1.1\r\nHost: x\r\n"+strings.ToUpper(gen.KeyHeader)+": \t "+goodKey+
			" \r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n{\"phoneNumber\":\"1\"}")
	assert.Equal(t, http.StatusCreated, got.status, got.body)
}

func TestNamedKeys(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t,
		mockserver.WithKeys("bbb_test_all", "bbb_test_writer=orders:read+customers:write",
			"bbb_test_reader=customers:read+customers:delete+orders:write"),
		mockserver.WithKeys("bbb_test_home@127.0.0.0/9+::1",
			"bbb_test_office=customers:write@203.0.113.0/24+2001:db8::/48", "bbb_test_nowhere=customers:read@203.0.113.7"))
	for key, want := range map[string]gen.ErrorCode{
		"bbb_test_all":     "",
		"bbb_test_writer":  "",
		"bbb_test_home":    "",
		"bbb_test_reader":  gen.CodeInsufficientScope,
		"bbb_test_office":  gen.CodeIPNotAllowed,
		"bbb_test_nowhere": gen.CodeIPNotAllowed,
		"bbb_test_other":   gen.CodeInvalidAPIKey,
		"bbb_test_al":      gen.CodeInvalidAPIKey,
		"bbb_test_alll":    gen.CodeInvalidAPIKey,
	} {
		// No header says where a request comes from.
		got := create(t, mock, vendorsBody, keyHeader, key, "X-Forwarded-For", "203.0.113.7", "X-Real-Ip",
			"203.0.113.7", "Forwarded", "for=203.0.113.7")
		assert.Equal(t, want, got.code(), key)
	}
	assert.Len(t, mock.Customers(""), 3)
}

func TestNewRefusesKeysThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ key, want string }{
		{"", `a key must start with bbb_live_ or bbb_test_`},
		{"secretsecretsecret", `a key must start with bbb_live_ or bbb_test_`},
		{"bbb_test_", `a key must start with`},
		{"bbb_test_a b", `a key must start with`},
		{"bbb_test_" + strings.Repeat("k", 248), `at most 256`},
		{"=customers:read", `a key must start with`},
		{"bbb_test_secretsecretsecret=",
			`a scope must be one of customers, orders, products, messages with :read, :write or :delete, as in customers:write, got ""`},
		{"bbb_test_secretsecretsecret=customers", `got "customers"`},
		{"bbb_test_secretsecretsecret=customers:WRITE", `got "customers:WRITE"`},
		{"bbb_test_secretsecretsecret=customers:read,orders:read", `got "customers:read,orders:read"`},
		{"bbb_test_secretsecretsecret=customers:read+", `got ""`},
		{"bbb_test_secretsecretsecret=bbb_live_secretsecretsecret", `got something that looks like a key`},
		{"bbb_test_secretsecretsecret@",
			`allowlist entry 1: must be an address or a range, as in 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48, got ""`},
		{"bbb_test_secretsecretsecret@localhost", `got "localhost"`},
		{"bbb_test_secretsecretsecret@bbb_live_secretsecretsecret", `got something that looks like a key`},
		{"bbb_test_secretsecretsecret@1.2.3.4=customers:read", `got "1.2.3.4=customers:read"`},
		{"bbb_test_secretsecretsecret@1.2.3.4:80", `got "1.2.3.4:80"`},
		{"bbb_test_secretsecretsecret@fe80::1%eth0", `got "fe80::1%eth0"`},
		{"bbb_test_secretsecretsecret@1.2.3.0/33", `must be an address or a range`},
		{"bbb_test_secretsecretsecret@10.0.0.0/8", `must be no wider than /9, got "10.0.0.0/8"`},
		{"bbb_test_secretsecretsecret@0.0.0.0/0", `must be no wider than /9`},
		{"bbb_test_secretsecretsecret@2001:db8::/32", `must be no wider than /33, got "2001:db8::/32"`},
		{"bbb_test_secretsecretsecret@::ffff:10.0.0.0/104", `must be no wider than /9`},
		{"bbb_test_secretsecretsecret@1.2.3.4+::/0", `allowlist entry 2: must be no wider than /33`},
		{"bbb_test_secretsecretsecret@" + strings.TrimSuffix(strings.Repeat("1.2.3.4+", 21), "+"),
			`an allowlist has at most 20 entries, got 21`},
	} {
		_, err := mockserver.New(mockserver.WithKeys("bbb_test_first", tc.key))
		require.ErrorContains(t, err, tc.want, "%.60s", tc.key)
		assert.ErrorContains(t, err, "mockserver: WithKeys: key 2 (", "%.60s", tc.key)
		assert.NotContains(t, err.Error(), "secretsecret", "%.60s", tc.key)
		assert.Less(t, len(err.Error()), 400)
	}
	_, err := mockserver.New(mockserver.WithKeys("bbb_test_secretsecretsecret",
		"bbb_test_secretsecretsecret=customers:read"))
	assert.EqualError(t, err,
		"mockserver: WithKeys: key 2 (bbb_test_…cret) is named twice: name it once, with all of its scopes and addresses")
}

func TestNewTakesKeysAtTheVendorsLimits(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"bbb_test_k@" + strings.TrimSuffix(strings.Repeat("1.2.3.4+", 20),
			"+"), "bbb_test_k@10.0.0.0/9", "bbb_test_k@2001:db8::/33", "bbb_test_k@::ffff:10.0.0.0/105",
		"bbb_test_k@10.1.2.3/9", "bbb_live_k=messages:delete+products:read@::1",
	} {
		_, err := mockserver.New(mockserver.WithKeys(key))
		assert.NoError(t, err, key)
	}
}

// logLines is a log that a test can read while the server writes it.
type logLines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logLines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// with are the lines that contain a text.
func (l *logLines) with(text string) (lines []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.text.String()) {
		if strings.Contains(line, text) {
			lines = append(lines, line)
		}
	}
	return lines
}

// errors are the lines of level error: the level is the second field, and what a request says can spell one too.
func (l *logLines) errors() (lines []string) {
	for _, line := range l.with("level=ERROR") {
		if fields := strings.Fields(line); fields[1] == "level=ERROR" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (l *logLines) option() mockserver.Option {
	return mockserver.WithLogger(slog.New(slog.NewTextHandler(l, nil)))
}

func TestAProductionKeyIsWarnedAboutOnceAndNeverLogged(t *testing.T) {
	t.Parallel()
	var log logLines
	mock := mockserver.Start(t, log.option())
	for range 3 {
		assert.Equal(t, http.StatusCreated,
			create(t, mock, vendorsBody, keyHeader, "bbb_live_a1b2c3d4e5f6g7h8").status)
		create(t, mock, vendorsBody, keyHeader, "bbb_test_a1b2c3d4e5f6g7h8")
	}
	create(t, mock, vendorsBody, keyHeader, "bbb_live_other")
	create(t, mock, vendorsBody, keyHeader, "bbb_live_not good")
	warnings := log.with("level=WARN")
	require.Len(t, warnings, 2)
	assert.Contains(t, warnings[0], "production key")
	assert.Contains(t, warnings[0], "bbb_live_…g7h8")
	assert.Contains(t, warnings[1], "key=bbb_live_…\n")
	assert.Empty(t, log.with("a1b2c3d4"))
	assert.Empty(t, log.with("other"))
	assert.Empty(t, log.with("jsmith"), "no personal data")
}
