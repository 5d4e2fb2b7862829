package decode

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// decodeTime reads a time of an answer in any form that RFC 3339, section 5.6, allows; time.Time refuses some of them, and
// null leaves it zero.
func decodeTime(b []byte, t *time.Time) error {
	if plainTime(b) && t.UnmarshalJSON(b) == nil { // a tenth of the time of parseTime
		return nil
	}
	var s *string
	err := json.Unmarshal(b, &s)
	switch {
	case err != nil:
		return errTime
	case s != nil:
		*t, err = parseTime(*s)
	}
	return err
}

// plainTime reports whether b has the form "2026-11-23T08:30:00Z", with or without a fraction. Of texts of this form time.Time
// accepts what RFC 3339 does; of others it accepts more, such as one digit for the hour or a comma before the fraction
// (https://go.dev/issue/54580).
func plainTime(b []byte) bool {
	const form = `"2026-11-23T08:30:00Z"`
	return len(b) >= len(form) && b[14] == ':' && (b[20] == '.' || b[20] == 'Z') && b[len(b)-2] == 'Z'
}

var errTime = errors.New("a time is not RFC 3339")

// dateTime is the ABNF rule of this name. It leaves to time.Parse whether month, day, hour, minute and second exist.
var dateTime = regexp.MustCompile(
	`^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$`)

// parseTime reads a date-time of RFC 3339, section 5.6, but for the space in place of the T, which a note there leaves to
// applications. Digits of the fraction beyond nanoseconds are dropped. A leap second is accepted where UTC can have one, at
// 23:59:60 at the end of June or December (section 5.7), as the instant that the next minute begins.
func parseTime(s string) (time.Time, error) {
	at := dateTime.FindStringSubmatchIndex(s)
	if at == nil {
		return time.Time{}, errTime
	}
	s = strings.ToUpper(s)
	leap := s[at[2]:at[3]] == "60"
	if leap {
		s = s[:at[2]] + "59" + s[at[3]:]
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, errTime // the text of err repeats s
	}
	if leap {
		t = t.Add(time.Second)
		if next := t.UTC().Format("01-02 15:04"); next != "01-01 00:00" && next != "07-01 00:00" {
			return time.Time{}, errTime
		}
	}
	return t, nil
}
