package contracttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
)

func TestRecognisablePartsOfAKeyAreMasked(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_9f8e7d6c5b4a3F2e"
	m := newMasker(key, embeddedRules())
	for name, text := range map[string]string{
		"the key":                        "x bbb_test_9f8e7d6c5b4a3F2e y",
		"in capitals":                    "x BBB_TEST_9F8E7D6C5B4A3F2E y",
		"in small letters":               "x bbb_test_9f8e7d6c5b4a3f2e y",
		"within a word":                  "xbbb_test_9f8e7d6c5b4a3F2ey",
		"as JSON may spell it":           `"x bbb\u005ftest_9f8e7d6c5b4a\u0033F2e y"`,
		"as a URL may spell it":          "?k=x bbb%5Ftest%5f9f8e7d6c5b4a3F2e y",
		"its beginning":                  "x bbb_test_9f8e y",
		"without its prefix":             "x 9f8e7d6c5b4a3F2e y",
		"without it, in capitals":        "x 9F8E7D6C5B4A3F2E y",
		"the first six":                  "x 9f8e7d y",
		"the first six, then an ellipse": `{"k":"x 9f8e7d\u2026 y"}`,
		"the first six, then stars":      "x 9f8e7d**** y",
		"the last six":                   "x ****4a3F2e y",
		"the last six after JSON":        `{"k":"x \u20264a3f2e y"}`,
		"the last seven":                 "x b4a3F2e y",
		"the last ten":                   "x 6c5b4a3F2e y",
		"the last ten within a word":     "x key6c5b4a3F2e y",
		"eight from the middle":          "x 7d6c5b4a y",
	} {
		assert.True(t, m.shows(text, ""), name)
		masked := m.text(text)
		assert.Contains(t, masked, curl.KeyVariable, name)
		assert.Contains(t, masked, "x", name)
		for _, part := range []string{"9f8e7d", "4a3f2e", "6c5b", "9F8E7D"} {
			assert.NotContains(t, strings.ToLower(masked), strings.ToLower(part), name)
		}
		if strings.HasSuffix(text, " y") {
			assert.True(t, strings.HasSuffix(masked, " y"), "%s: what is around it stays: %s", name, masked)
		}
	}
}

func TestOrdinaryTextIsNotMasked(t *testing.T) {
	t.Parallel()
	for key, texts := range map[string][]string{
		"bbb_test_1":                {"1", "bbb_test_", "http://api.test/customer/open/v1", "2026-11-27T06:00:01Z", "bbb_test_2"},
		"bbb_test_key":              {"key", "the key is missing", "x-api-key", "bbb_test_"},
		"bbb_test_customers":        {"/customers", "customer", "Customers", "createCustomer", "stomers"},
		"bbb_test_createCustomer":   {"createCustomer 201", "created"},
		"bbb_live_MISSING_API_KEY":  {`{"error":{"code":"MISSING_API_KEY"}}`, "bbb_test_"},
		"bbb_test_contracttest":     {"contracttest-d67411c4"},
		"bbb_test_9f8e7d6c5b4a3f2e": {"9f8e7", "a9f8e7d", "9f8e7d0a-1111-4222-8333-444444444444", "x4a3f2e", "4a3f2e1", "7d6c5b4", "bbb_test_9f8", ""},
		"":                          {"bbb_test_9f8e7d6c5b4a3f2e", ""},
	} {
		m := newMasker(key, embeddedRules())
		for _, text := range texts {
			assert.Equal(t, text, m.text(text), key)
			assert.False(t, m.shows(text, ""), "%s: %s", key, text)
		}
	}
	assert.Equal(t, "key "+curl.KeyVariable+" is wrong", newMasker("bbb_test_1", embeddedRules()).text("key bbb_test_1 is wrong"))
	assert.Equal(t, "key "+curl.KeyVariable+" is wrong", newMasker("bbb_test_customers", embeddedRules()).text("key bbb_test_customers is wrong"))
}

func FuzzMaskedTextShowsNoKey(f *testing.F) {
	for _, text := range []string{"", "bbb_test_9f8e7d6c5b4a3f2e", `\u0062bb_test_9f8e7d6c`, `%62\`, "9f8e7d6c5b4a3f2e9f8e7d6c5b4a3f2e", `\u`, "%4", "\\"} {
		f.Add(text)
	}
	m := newMasker("bbb_test_9f8e7d6c5b4a3f2e", embeddedRules())
	f.Fuzz(func(t *testing.T, text string) {
		masked := m.text(text)
		assert.Equal(t, m.shows(text, ""), masked != text)
		assert.NotContains(t, smallLetters(masked), "9f8e7d6c5b4a3f2e")
	})
}
