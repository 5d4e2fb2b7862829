package mockserver_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestEveryStringSurvives(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	var everyControl, everyPlane strings.Builder
	for r := range rune(0x3000) {
		everyControl.WriteRune(r)
	}
	for r := rune(0); r <= utf8.MaxRune; r += 257 {
		if utf8.ValidRune(r) {
			everyPlane.WriteRune(r)
		}
	}
	for name, s := range map[string]string{
		"empty":                  "",
		"control characters":     everyControl.String(),
		"every plane":            everyPlane.String(),
		"emoji":                  "👩‍👩‍👧‍👦 🇮🇩 🏴‍☠️",
		"right to left":          "\u202eשלום مرحبا\u202c",
		"HTML":                   `<script>alert("&amp;")</script>`,
		"line separators":        "\u2028\u2029\u0085\ufeff",
		"replacement character":  "\ufffd",
		"quotes and backslashes": `\"\\\u0041\/`,
		"JSON in JSON":           `{"email":"a@b.c"}`,
		"not normalised":         "e\u0301 \u00e9",
		"one megabyte":           strings.Repeat("0123456789abcde\n", (1<<20-200)/17),
		"one megabyte of emoji":  strings.Repeat("🙂", (1<<20-200)/4),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			quoted, err := json.Marshal(s)
			require.NoError(t, err)
			for _, field := range []string{"phoneNumber", "firstName", "lastName", "imageUrl"} {
				body := `{"email":"a@example.com","` + field + `":` + string(quoted) + `}`
				require.LessOrEqual(t, len(body), 1<<20)
				got := create(t, mock, body)
				require.Equal(t, http.StatusCreated, got.status, "%.500s", got.body)
				var back struct{ Data map[string]any }
				require.NoError(t, json.Unmarshal([]byte(got.body), &back))
				assert.True(t, back.Data[field] == s, "%s: %.100q came back as %.100q", field, s, back.Data[field])
			}
			got := create(t, mock, `{"email":"a@example.com","tags":[`+string(quoted)+`],"addresses":[{"address1":"1"}]}`)
			require.Equal(t, http.StatusCreated, got.status, "%.500s", got.body)
			assert.True(t, got.customer().Tags[0] == s)
		})
	}
}

// Escapes of every kind mean the same string.
func TestEscapesAreRead(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := create(t, mock, `{"phoneNumber":"\u0041\ud83d\ude42\/\b\f\n\r\t\u0000\\\""}`)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	assert.Equal(t, "A🙂/\b\f\n\r\t\x00\\\"", *got.customer().PhoneNumber)
}
