package format

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The examples of RFC 3339 section 5.8, and what the time is in UTC.
func TestParseTimeReadsTheExamplesOfTheRFC(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		"1985-04-12T23:20:50.52Z":      time.Date(1985, 4, 12, 23, 20, 50, 520_000_000, time.UTC),
		"1996-12-19T16:39:57-08:00":    time.Date(1996, 12, 20, 0, 39, 57, 0, time.UTC),
		"1990-12-31T23:59:60Z":         time.Date(1991, 1, 1, 0, 0, 0, 0, time.UTC),
		"1990-12-31T15:59:60-08:00":    time.Date(1991, 1, 1, 0, 0, 0, 0, time.UTC),
		"1937-01-01T12:00:27.87+00:20": time.Date(1937, 1, 1, 11, 40, 27, 870_000_000, time.UTC),
	} {
		got, ok := ParseTime(text)
		require.True(t, ok, text)
		assert.Equal(t, want, got.UTC(), text)
		assert.True(t, isDateTime(text), text)
	}
}

func TestParseTimeKnowsWhatTheRFCAllows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, why string
		valid     bool
	}{
		// draft2020-12/optional/format/date-time.json of the JSON Schema test suite.
		{"1963-06-19T08:30:06.283185Z", "a valid date-time string", true},
		{"1963-06-19T08:30:06Z", "without second fraction", true},
		{"1937-01-01T12:00:27.87+00:20", "plus offset", true},
		{"1990-12-31T15:59:50.123-08:00", "minus offset", true},
		{"1998-12-31T23:59:60Z", "a leap second, UTC", true},
		{"1998-12-31T15:59:60.123-08:00", "a leap second, with minus offset", true},
		{"1998-12-31T23:59:61Z", "past leap second, UTC", false},
		{"1998-12-31T23:58:60Z", "leap second on a wrong minute, UTC", false},
		{"1998-12-31T22:59:60Z", "leap second on a wrong hour, UTC", false},
		{"1990-02-31T15:59:59.123-08:00", "an invalid day", false},
		{"1990-12-31T15:59:59-24:00", "an invalid offset", false},
		{"1963-06-19T08:30:06.28123+01:00Z", "an invalid closing Z after time-zone offset", false},
		{"1990-12-31T24:00:00Z", "an invalid hour", false},
		{"1990-12-31T15:60:00Z", "an invalid minute", false},
		{"1990-12-31T10:00:00+10:60", "an invalid offset minute", false},
		{"06/19/1963 08:30:06 PST", "an invalid date-time string", false},
		{"1963-06-19t08:30:06.283185z", "case-insensitive T and Z", true},
		{"2013-350T01:01:01", "only RFC 3339, not all of ISO 8601", false},
		{"1963-6-19T08:30:06.283185Z", "non-padded month", false},
		{"1963-06-1T08:30:06.283185Z", "non-padded day", false},
		{"1963-06-1৪T00:00:00Z", "a Bengali 4 in the date", false},
		{"1963-06-11T0৪:00:00Z", "a Bengali 4 in the time", false},
		{"+11963-06-19T08:30:06.283185Z", "extended year", false},
		{"1985-04-12T23:20:50+01", "a numeric offset without minutes", false},
		{"2016-12-31T24:59:60+01:00", "hour 24 is invalid even with a leap second", false},
		{"1985-04-12T00:59:59.999999999999999Z", "fifteen nines", true},
		{"1985-04-12T23:20:50Z\n", "a trailing newline", false},
		// Section 5.6.
		{"2026-11-23t08:30:00Z", "a small t alone", true},
		{"2026-11-23T08:30:00z", "a small z alone", true},
		{"2026-11-23T08:30:00-00:00", "an unknown local offset (section 4.3)", true},
		{"0000-02-29T00:00:00Z", "the first year of section 1, a leap year by appendix C", true},
		{"9999-12-31T23:59:59+23:59", "the last year, the largest offset", true},
		{"2026-11-23 08:30:00Z", "a space", false},
		{"2026-11-23_08:30:00Z", "an underscore", false},
		{"2026-11-23T08:30:00,5Z", "a comma before the fraction", false},
		{"2026-11-23T08:30:00.Z", "a fraction without digits", false},
		{"2026-11-23T08:30:00.5", "a fraction and no offset", false},
		{"2026-11-23T08:30:00.٣Z", "an Arabic 3 in the fraction", false},
		{"2026-11-23T08:30:00", "no offset", false},
		{"2026-11-23T08:30Z", "no seconds", false},
		{"2026-11-23T8:30:00Z", "an hour of one digit", false},
		{"2026-11-23T+8:30:00Z", "a sign in the hour", false},
		{"2026-11-23T08:30:00+0700", "an offset without colon", false},
		{"2026-11-23T08:30:00+7:00", "an offset of one digit", false},
		{"2026-11-23T08:30:00 Z", "white space before the offset", false},
		{" 2026-11-23T08:30:00Z", "white space before", false},
		{"2026-11-23T08:30:00ZZ", "Z twice", false},
		{"2026-11-23T08:30:00UTC", "a name of a zone", false},
		{"2026-W48-1T08:30:00Z", "a week date", false},
		{"2026-327T08:30:00Z", "an ordinal date", false},
		{"20261123T083000Z", "the basic format", false},
		{"-026-11-23T08:30:00Z", "a year before 0", false},
		{"1700000000", "an epoch", false},
		{"2026-11-23", "a date alone", false},
		{"2026-11-23T", "no time", false},
		{"", "nothing", false},
		// Section 5.7.
		{"2026-00-23T08:30:00Z", "month 0", false},
		{"2026-13-23T08:30:00Z", "month 13", false},
		{"2026-11-00T08:30:00Z", "day 0", false},
		{"2026-11-31T08:30:00Z", "a day that November has not", false},
		{"2024-02-29T08:30:00Z", "a leap year", true},
		{"2026-02-29T08:30:00Z", "not a leap year", false},
		{"2000-02-29T08:30:00Z", "a century that is a leap year", true},
		{"2100-02-29T08:30:00Z", "a century that is none", false},
		{"2026-11-23T08:30:00+24:00", "offset hour 24", false},
		{"2026-06-30T23:59:60Z", "the end of June", true},
		{"2027-01-01T06:59:60+07:00", "the end of December, in Jakarta", true},
		{"2026-12-31T23:59:60+00:00", "the end of December, +00:00", true},
		{"2026-12-31T23:59:60+07:00", "the end of December in Jakarta is not that of UTC", false},
		{"2026-11-23T23:59:60Z", "a leap second within a month", false},
		{"2026-11-30T23:59:60Z", "a leap second at the end of November", false},
		{"2026-06-30T11:59:60Z", "a leap second at noon", false},
	} {
		_, ok := ParseTime(tc.text)
		assert.Equal(t, tc.valid, ok, "%q: %s", tc.text, tc.why)
		assert.Equal(t, tc.valid, isDateTime(tc.text), "%q: %s", tc.text, tc.why)
	}
}

func TestParseTimeKeepsNanosecondsAndOffset(t *testing.T) {
	t.Parallel()
	at, ok := ParseTime("2026-11-23T08:30:00.1234567899+07:00")
	require.True(t, ok)
	assert.Equal(t, 123456789, at.Nanosecond())
	_, offset := at.Zone()
	assert.Equal(t, 7*60*60, offset)
}

func TestDateTime(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"2026-11-23T08:30:00Z", "2026-11-23T08:30:00.000Z", "2026-11-23T08:30:00+07:00", "2024-02-29T23:59:59.123456789-11:30"} {
		assert.True(t, isDateTime(good), good)
	}
	for _, bad := range []string{
		"", "2026-11-23", "2026-11-23 08:30:00Z", "2026-11-23T08:30:00", "2026-11-23T08:30Z", "2026-02-30T08:30:00Z", "2026-11-23T24:00:00Z",
		"2026-11-23T08:30:00,5Z", "2026-11-23T08:30:00+0700", "1700000000", "2026-11-23T8:30:00Z", "2026-11-23T08:30:00+99:99",
	} {
		assert.False(t, isDateTime(bad), bad)
	}
}

// FuzzParseTime compares with time.Parse, which knows most of RFC 3339: what both read is the same time, and what only one reads is one of
// the differences that are meant.
func FuzzParseTime(f *testing.F) {
	for _, seed := range []string{
		"2026-11-23T08:30:00Z", "2026-11-23t08:30:00.5z", "1998-12-31T15:59:60.123-08:00", "2026-11-23T08:30:00,5Z", "2026-11-23T8:30:00Z", "2024-02-29T08:30:00+24:00",
		"0000-01-01T00:00:00-23:59",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseTime(text)
		if !ok {
			assert.True(t, got.IsZero())
			return
		}
		require.GreaterOrEqual(t, len(text), 20)
		capital := []byte(text)
		capital[10] = 'T'
		if text[len(text)-1] == 'z' {
			capital[len(text)-1] = 'Z'
		}
		leap := text[17:19] == "60"
		if leap {
			copy(capital[17:], "59")
		}
		want, err := time.Parse(time.RFC3339, string(capital))
		require.NoError(t, err, text)
		if leap {
			want = want.Add(time.Second)
		}
		assert.True(t, want.Equal(got), "%s: %s, want %s", text, got, want)
	})
}
