package decode

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What RFC 3339 says of date-time, and what the JSON Schema Test Suite asks of it (optional/format/date-time.json).
func TestTime(t *testing.T) {
	t.Parallel()
	utc := func(year int, month time.Month, day, hour, minute, second, nano int) time.Time {
		return time.Date(year, month, day, hour, minute, second, nano, time.UTC)
	}
	for text, want := range map[string]time.Time{
		// RFC 3339, 5.8
		"1985-04-12T23:20:50.52Z":      utc(1985, 4, 12, 23, 20, 50, 520e6),
		"1996-12-19T16:39:57-08:00":    utc(1996, 12, 20, 0, 39, 57, 0),
		"1990-12-31T23:59:60Z":         utc(1991, 1, 1, 0, 0, 0, 0),
		"1990-12-31T15:59:60-08:00":    utc(1991, 1, 1, 0, 0, 0, 0),
		"1937-01-01T12:00:27.87+00:20": utc(1937, 1, 1, 11, 40, 27, 870e6),
		// The suite
		"1963-06-19T08:30:06.283185Z":      utc(1963, 6, 19, 8, 30, 6, 283185e3),
		"1963-06-19T08:30:06Z":             utc(1963, 6, 19, 8, 30, 6, 0),
		"1937-01-01T12:00:27.87+00:20 ":    {},
		"1990-12-31T15:59:50.123-08:00":    utc(1990, 12, 31, 23, 59, 50, 123e6),
		"1998-12-31T23:59:60Z":             utc(1999, 1, 1, 0, 0, 0, 0),
		"1998-12-31T15:59:60.123-08:00":    utc(1999, 1, 1, 0, 0, 0, 123e6),
		"1998-12-31T23:59:61Z":             {},
		"1998-12-31T23:58:60Z":             {},
		"1998-12-31T22:59:60Z":             {},
		"1990-02-31T15:59:59.123-08:00":    {},
		"1990-12-31T15:59:59-24:00":        {},
		"1963-06-19T08:30:06.28123+01:00Z": {},
		"06/19/1963 08:30:06 PST":          {},
		"1963-06-19t08:30:06.283185z":      utc(1963, 6, 19, 8, 30, 6, 283185e3),
		"2013-350T01:01:01":                {},
		"1963-6-19T08:30:06.283185Z":       {},
		"1963-06-1T08:30:06.283185Z":       {},
		"1963-06-1৪T00:00:00Z":             {},
		"1963-06-11T0৪:00:00Z":             {},
		"+11963-06-19T08:30:06.283185Z":    {},
		// The rest of the ABNF, 5.6, and of 5.7
		"2026-11-23T08:30:00.000Z":            utc(2026, 11, 23, 8, 30, 0, 0),
		"2026-11-23t08:30:00z":                utc(2026, 11, 23, 8, 30, 0, 0),
		"2026-11-23T08:30:00-00:00":           utc(2026, 11, 23, 8, 30, 0, 0),
		"2026-11-23T08:30:00+23:59":           utc(2026, 11, 22, 8, 31, 0, 0),
		"2026-11-23T08:30:00-23:59":           utc(2026, 11, 24, 8, 29, 0, 0),
		"2026-11-23T08:30:00.1Z":              utc(2026, 11, 23, 8, 30, 0, 100e6),
		"2026-11-23T08:30:00.1234567899Z":     utc(2026, 11, 23, 8, 30, 0, 123456789),
		"0000-02-29T00:00:00Z":                utc(0, 2, 29, 0, 0, 0, 0),
		"9999-12-31T23:59:59Z":                utc(9999, 12, 31, 23, 59, 59, 0),
		"2024-02-29T00:00:00Z":                utc(2024, 2, 29, 0, 0, 0, 0),
		"2027-01-01T01:29:60.5+01:30":         utc(2027, 1, 1, 0, 0, 0, 500e6),
		"2023-02-29T00:00:00Z":                {},
		"2100-02-29T00:00:00Z":                {},
		"2026-00-10T00:00:00Z":                {},
		"2026-13-10T00:00:00Z":                {},
		"2026-04-31T00:00:00Z":                {},
		"2026-11-23T24:00:00Z":                {},
		"2026-11-23T08:60:00Z":                {},
		"2026-11-23T08:30:60Z":                {},
		"2026-11-23T23:59:60Z":                {}, // no leap second is inserted in November
		"2026-11-23T23:59:60+00:01":           {},
		"2026-11-23T08:30:00+24:00":           {},
		"2026-11-23T08:30:00+01:60":           {},
		"2026-11-23T08:30:00+0100":            {},
		"2026-11-23T08:30:00+01":              {},
		"2026-11-23T08:30:00":                 {},
		"2026-11-23T08:30:00.Z":               {},
		"2026-11-23T08:30:00,5Z":              {},
		"2026-11-23T08:30Z":                   {},
		"2026-11-23T8:30:00Z":                 {},
		"2026-11-23 08:30:00Z":                {},
		"2026-11-23_08:30:00Z":                {},
		"2026-11-23T08:30:00\u2212" + "01:00": {},
		"2026-11-23T08:30:00Z\n":              {},
		" 2026-11-23T08:30:00Z":               {},
		"20261123T083000Z":                    {},
		"2026-W48-1T08:30:00Z":                {},
		"12026-11-23T08:30:00Z":               {},
		"-0001-11-23T08:30:00Z":               {},
		"2026-11-23":                          {},
		"1763886600":                          {},
		"":                                    {},
		"2026-11-23T08:30:00." + strings.Repeat("9", 100_000) + "Z": utc(2026, 11, 23, 8, 30, 0, 999999999),
	} {
		got, err := parseTime(text)
		name := text[:min(len(text), 40)]
		quoted, quoteErr := json.Marshal(text)
		require.NoError(t, quoteErr)
		var decoded time.Time
		decodeErr := decodeTime(quoted, &decoded)
		assert.Equal(t, err, decodeErr, "%q", name)
		assert.True(t, got.Equal(decoded), "%q is %v", name, decoded)
		if want.IsZero() {
			assert.Error(t, err, "%q", name)
			continue
		}
		assert.NoError(t, err, "%q", name)
		assert.True(t, want.Equal(got), "%q is %v", name, got)
	}
}

// The short way through time.Time and the grammar of RFC 3339 say the same.
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-11-23T08:30:00.5Z", "1990-12-31t15:59:60-08:00", "2026-02-29T24:00:00+24:00", "2026-11-23T8:30:00.5Z", "2026-11-23T08:30:00,5Z",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, wantErr := parseTime(s)
		quoted, err := json.Marshal(s)
		require.NoError(t, err)
		var got time.Time
		require.Equal(t, wantErr, decodeTime(quoted, &got))
		require.True(t, want.Equal(got), "%v, not %v", got, want)
	})
}
