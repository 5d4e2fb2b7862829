package format

import "time"

// ParseTime reads a date-time as RFC 3339 has it: the grammar of section 5.6, where a small t or z means the same as a capital one, and the
// bounds of section 5.7. Of a fraction of any length it keeps the nanoseconds. A leap second, which [time.Time] does not have, is the second
// after it.
//
// Not accepted is a space in place of the T, which section 5.6 leaves to applications to agree on. The second 60 is accepted at the end of
// June and December in UTC, whatever the year: section 5.7 names these two, and which years have one cannot be known in advance.
func ParseTime(text string) (at time.Time, ok bool) {
	if len(text) <= len(time.DateOnly) || text[10] != 'T' && text[10] != 't' {
		return time.Time{}, false
	}
	year, month, day, ok := parseDate(text[:10])
	if !ok {
		return time.Time{}, false
	}
	clock, ok := parseClock(text[11:])
	if !ok {
		return time.Time{}, false
	}
	zone := time.UTC
	if clock.offset != 0 {
		zone = time.FixedZone("", int(clock.offset/time.Second))
	}
	at = time.Date(year, month, day, clock.hour, clock.minute, clock.second, clock.nanosecond, zone)
	if clock.second == 60 {
		if next := at.UTC(); next.Day() != 1 || next.Month() != time.January && next.Month() != time.July {
			return time.Time{}, false
		}
	}
	return at, true
}

func isDateTime(s string) bool {
	_, ok := ParseTime(s)
	return ok
}

// isDate accepts full-date of RFC 3339 section 5.6.
func isDate(s string) bool {
	_, _, _, ok := parseDate(s)
	return ok
}

// isTime accepts full-time of RFC 3339 section 5.6.
func isTime(s string) bool {
	_, ok := parseClock(s)
	return ok
}

// parseDate reads full-date: four digits, two and two, and a day that the month has.
func parseDate(s string) (year int, month time.Month, day int, ok bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	year, month, day = digits(s[:4]), time.Month(digits(s[5:7])), digits(s[8:])
	if year < 0 || month < time.January || month > time.December || day < 1 {
		return 0, 0, 0, false
	}
	lastDay := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return year, month, day, day <= lastDay
}

// clock is full-time of RFC 3339 section 5.6.
type clock struct {
	hour, minute, second, nanosecond int
	offset                           time.Duration // east of UTC
}

// parseClock reads full-time. The second 60 is accepted in the last minute of a day in UTC.
func parseClock(s string) (c clock, ok bool) {
	if len(s) < len("08:30:00Z") || s[2] != ':' || s[5] != ':' {
		return clock{}, false
	}
	c.hour, c.minute, c.second = digits(s[:2]), digits(s[3:5]), digits(s[6:8])
	if !within(c.hour, 23) || !within(c.minute, 59) || !within(c.second, 60) {
		return clock{}, false
	}
	rest := s[8:]
	if rest[0] == '.' {
		end := 1
		for end < len(rest) && isDigit(rest[end]) {
			end++
		}
		if end == 1 || end == len(rest) {
			return clock{}, false
		}
		c.nanosecond = digits((rest[1:end] + "00000000")[:9])
		rest = rest[end:]
	}
	if c.offset, ok = parseOffset(rest); !ok {
		return clock{}, false
	}
	if c.second < 60 {
		return c, true
	}
	const day = 24 * time.Hour
	minute := time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute - c.offset
	return c, (minute+day)%day == day-time.Minute
}

// parseOffset reads time-offset. The offset -00:00 says that the local one is unknown; the time is UTC all the same (section 4.3).
func parseOffset(s string) (offset time.Duration, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != len("+07:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, minutes := digits(s[1:3]), digits(s[4:])
	if !within(hours, 23) || !within(minutes, 59) {
		return 0, false
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func within(n, most int) bool { return n >= 0 && n <= most }

// digits is the number that a few ASCII digits spell; -1 where there is anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
