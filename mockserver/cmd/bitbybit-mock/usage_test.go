package main

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestWrongCallsAreOneClearLine(t *testing.T) {
	t.Parallel()
	seed := filepath.Join(t.TempDir(), "seed.json")
	require.NoError(t, os.WriteFile(seed, []byte(`[{"firstName":"x"},{"email":"plain"}]`), 0o600))
	undocumented := filepath.Join(t.TempDir(), "undocumented.json")
	require.NoError(t, os.WriteFile(undocumented, []byte(`[{"email":"a@example.com","undocumented":"x"}]`), 0o600))
	large := filepath.Join(t.TempDir(), "large.json")
	require.NoError(t, os.WriteFile(large, []byte(`[{"email":"a@example.com"}]`), 0o600))
	secret := "bbb_test_0123456789abcdef"
	for name, test := range map[string]struct {
		environ string
		args    []string
		want    []string
	}{
		"unknown flag": {"", []string{"--nope"}, []string{"not defined: --nope"}},
		"one dash":     {"", []string{"-nope"}, []string{"not defined: --nope"}},
		"no value":     {"", []string{"--key"}, []string{"needs an argument: --key"}},
		"empty key":    {"", []string{"--key", ""}, []string{"for flag --key: must name at least one, got none"}},
		"blank keys":   {"", []string{"--key", " , "}, []string{"for flag --key: must name at least one, got none"}},
		"blank variable": {"BITBYBIT_MOCK_KEYS= \t,", nil,
			[]string{"from BITBYBIT_MOCK_KEYS for flag key: must name at least one, got none"}},
		"empty origin": {"", []string{"--cors-origin="}, []string{"for flag --cors-origin: must name at least one"}},
		"number": {"", []string{"--rate-limit", "many"},
			[]string{"for flag --rate-limit: ", `"many"`, "must be a whole number"}},
		"negative":    {"", []string{"--max-customers=-1"}, []string{"max-customers", "must be a whole number"}},
		"none":        {"", []string{"--max-customers=0"}, []string{"--max-customers: must be at least 1"}},
		"no store":    {"", []string{"--store-size", "0"}, []string{"store-size", "must be a number of bytes, 1 or more"}},
		"full store":  {"", []string{"--store-size", "100", "--seed", large}, []string{"--seed: must leave room in a store of 100 bytes"}},
		"bytes":       {"", []string{"--max-body", "1MB"}, []string{"max-body", "must be a number of bytes"}},
		"duration":    {"", []string{"--latency", "5"}, []string{"latency", "must be a duration like 250ms"}},
		"drain":       {"", []string{"--drain", "5"}, []string{"drain", "must be a duration like 250ms"}},
		"switch":      {"", []string{"--strict=maybe"}, []string{"for flag --strict: must be 1, true, yes"}},
		"environment": {"BITBYBIT_MOCK_STRICT=maybe", nil, []string{"from BITBYBIT_MOCK_STRICT for flag strict: must be 1, true, yes"}},
		"log level": {"", []string{"--log-level", "loud"},
			[]string{"log-level", "must be debug, info, warn or error"}},
		"log format": {"", []string{"--log-format", "xml"}, []string{"log-format", "must be text or json"}},
		"id seed":    {"", []string{"--id-seed", "-1"}, []string{"id-seed", "must be a whole number"}},
		"key": {"", []string{"--key", "hunter2"},
			[]string{"--key: key 1", "must start with bbb_live_ or bbb_test_"}},
		"key's scope": {"", []string{"--key", secret + "=customers:fly"},
			[]string{"--key: key 1 (bbb_test_…cdef)"}},
		"key's allowlist": {"BITBYBIT_MOCK_KEYS=" + secret + "@10.0.0.0/2", nil,
			[]string{"--key: key 1 (bbb_test_…cdef)", "no wider than /9"}},
		"seed": {"", []string{"--seed", seed},
			[]string{"--seed: [0].email or phoneNumber: is required; [1].email: must be an email address"}},
		"strict seed": {"", []string{"--strict", "--seed", undocumented},
			[]string{"--seed: [0].undocumented: is not a documented property"}},
		"seeds fill the store": {"", []string{"--max-customers=1", "--seed", undocumented}, []string{"--seed: "}},
		"no seed":              {"", []string{"--seed", seed + ".none"}, []string{"--seed: open "}},
		"address": {"", []string{"--addr", "localhost"},
			[]string{`--addr: must be HOST:PORT, got "localhost"`}},
		"port":        {"", []string{"--addr", "127.0.0.1:99999"}, []string{"--addr: ", "99999", "invalid port"}},
		"port name":   {"", []string{"--addr", "127.0.0.1:no-such-port"}, []string{"--addr: ", "no-such-port"}},
		"health port": {"", []string{"health", "--addr", "127.0.0.1:99999"}, []string{"--addr: ", "99999"}},
		"origin":      {"", []string{"--cors-origin", "example.com"}, []string{"--cors-origin: "}},
		"cors header": {"", []string{"--cors-header", "x:y"}, []string{"--cors-header: must be the name of a header"}},
		"control host": {"", []string{"--control-host", "mock:4010"},
			[]string{"--control-host: must be a host name"}},
		"webhook":              {"", []string{"--webhook", "ftp://127.0.0.1/"}, []string{"--webhook: ", "http:// or https://"}},
		"webhook elsewhere":    {"", []string{"--webhook", "http://192.0.2.1/"}, []string{"--webhook: ", "--webhook-allow 192.0.2.1/32 adds it"}},
		"webhook's port":       {"", []string{"--webhook", "http://127.0.0.1:0/"}, []string{"--webhook: ", "from 1 to 65535"}},
		"secret of no webhook": {"", []string{"--webhook-secret", "whsec_1"}, []string{"--webhook-secret: needs a --webhook"}},
		"secrets": {"", []string{"--webhook", "http://127.0.0.1:1/", "--webhook-secret", "a,b"},
			[]string{"--webhook-secret: must be given once, or once for each --webhook, got 2 for 1"}},
		"webhook-allow": {"", []string{"--webhook-allow", "ten"}, []string{"--webhook-allow: must be an address or a range"}},
		"webhook-speed": {"", []string{"--webhook-speed", "0"}, []string{"--webhook-speed: must be from 1 to 1,000,000"}},
		"command":       {"", []string{"start"}, []string{`there is no command "start"`, "health, exec, rules and webhook"}},
		"argument":      {"", []string{"--strict", "yes"}, []string{`takes no arguments, got ["yes"]`}},
		"exec":          {"", []string{"exec", "--strict-exit"}, []string{"must name a command"}},
		"exec open":     {"", []string{"exec", "--open", "--", "true"}, []string{"not defined: --open"}},
		"exec stdin":    {"", []string{"exec", "--stop-with-stdin", "--", "true"}, []string{"not defined: --stop-with-stdin"}},
		"exec addr":     {"", []string{"exec", "--addr", ":1", "--", "true"}, []string{"exec takes no --addr", "free port"}},
		"health": {"", []string{"health", "--addr", "127.0.0.1:0"},
			[]string{"--addr: must be the HOST:PORT on which a mock listens"}},
		"a flag before a command": {"", []string{"--strict", "rules"}, []string{"the flags of rules come after it", "rules --strict"}},
		"like a flag":             {"", []string{"--rate-limt=5"}, []string{"not defined: --rate-limt; did you mean --rate-limit?"}},
		"like a command":          {"", []string{"helth"}, []string{`there is no command "helth"; did you mean health?`}},
		"no such shell":           {"", []string{"completion", "tcsh"}, []string{"tcsh"}},
		"rules":                   {"", []string{"rules", "all"}, []string{`rules takes no arguments, got ["all"]`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, []string{test.environ}, test.args...)
			assert.Equal(t, exitUsage, code)
			assert.Empty(t, stdout)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
			for _, part := range test.want {
				assert.Contains(t, stderr, part)
			}
			assert.NotContains(t, stderr, secret)
			assert.NotContains(t, stderr, "hunter2")
		})
	}
}

func TestHelpNamesEverything(t *testing.T) {
	t.Parallel()
	code, help, stderr := call(t, nil, "--help")
	assert.Equal(t, 0, code)
	assert.Empty(t, stderr)
	golden, err := os.ReadFile("testdata/help.txt")
	require.NoError(t, err)
	assert.Equal(t, string(golden), help)
	for _, trigger := range mockserver.Triggers() {
		assert.Contains(t, help, trigger.Email)
		assert.Contains(t, help, trigger.PhoneNumber)
		assert.Regexp(t, trigger.Email+` .* `+strconv.Itoa(trigger.Status)+" "+string(trigger.Code)+"\n", help)
		assert.NotContains(t, help, trigger.Example, "errors have one name, that of docs/faults.md")
	}
	example := regexp.MustCompile(`(?m)^ +(--key .*)$`).FindAllStringSubmatch(help, -1)
	require.Len(t, example, 2, "the flag, and the grammar of scopes with an example, which is one that works:")
	code, stdout, stderr := call(t, nil, append(strings.Fields(example[1][1]), "--version")...)
	assert.Equal(t, 0, code, stderr)
	assert.NotEmpty(t, stdout)
	_, err = mockserver.New(mockserver.WithKeys(strings.Fields(strings.ReplaceAll(example[1][1], "--key", ""))...))
	assert.NoError(t, err)
	for _, word := range []string{"customers, orders, products or messages", "read,\nwrite or delete", "code=201", "MISSING_COMPANY_ID"} {
		assert.Contains(t, help, word)
	}
	for _, args := range [][]string{{"help"}, {"-h"}} {
		code, same, _ := call(t, nil, args...)
		assert.Equal(t, 0, code)
		assert.Equal(t, help, same, "%q", args)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	code, stdout, _ := call(t, nil, "--version")
	assert.Equal(t, 0, code)
	assert.Equal(
		t,
		"bitbybit-mock "+mockserver.Version()+" "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH+"\n",
		stdout,
	)
}

func TestRulesPrintsATable(t *testing.T) {
	t.Parallel()
	code, stdout, _ := call(t, nil, "rules")
	assert.Equal(t, 0, code)
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	assert.Len(t, lines, 1+len(mockserver.Rules()))
	assert.Regexp(t, `^PROVENANCE +VENDOR'S PAGE +PLACE +RULE$`, lines[0])
	assert.Regexp(
		t,
		`(?m)^documented +Rate Limiting +openapi\.yaml:\d+ +At most 100 requests a minute and API key`,
		stdout,
	)
	assert.Regexp(t, `(?m)^assumed +Create Customer +openapi\.yaml:\d+ +address1 is required in an address\.$`, stdout)
}
