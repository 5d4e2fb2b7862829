package check

import (
	"regexp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge/format"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

var milliseconds = regexp.MustCompile(`\.\d{3}Z$`)

// timesCheck asks whether the times of a new customer are as the vendor shows them: in UTC with milliseconds, and all the
// same. That much is our reading; that they are RFC 3339 is the contract's word, and response_format's business.
// Whether they are a local time with a Z behind it only the whole run shows; see clock.
var timesCheck = check{
	ids: []result.Check{result.Timestamps}, rules: []string{"times-spelling", "times-true"}, needs: success, exchange: (*Verdict).times,
}

func (v *Verdict) times() {
	if !v.Created() || !v.wants(result.Timestamps) {
		return
	}
	echo := v.Contract.Echo(v.Class.Op)
	got, name := echo.Of(v.Value), echo.Name
	if echo.Answer == nil || got == nil {
		return
	}
	request, answer := v.Contract.Shape(echo.Request), v.Contract.Shape(echo.Answer)
	first, firstName := "", ""
	for _, property := range answer.Names {
		text, ok := got[property].(string)
		wasSent := request.Properties[property] != nil
		if wasSent || !ok || answer.Properties[property].Value.Format != "date-time" {
			continue // not a time that the server chose
		}
		v.makes(result.Timestamps)
		v.time(name+"."+property, text)
		if first == "" {
			first, firstName = text, property
		} else if text != first {
			before, _ := format.ParseTime(first)
			after, _ := format.ParseTime(text)
			if firstName == "createdAt" && before.Sub(after) > slack {
				v.fail(Problem{
					Check: result.Timestamps, Place: name + "." + property, Variant: "before", Rule: v.Contract.Rules.Of("times-true"),
					Message: property + ": expected no time before createdAt, " + first + ", got " + text,
				})
				continue
			}
			v.fail(Problem{
				Check: result.Timestamps, Place: name + "." + property, Variant: "differ", Rule: v.Contract.Rules.Of("times-spelling"),
				Message: property + ": expected the same as " + firstName + " for a new customer, " + first + ", got " + text,
			})
		}
	}
}

func (v *Verdict) time(place, text string) {
	at, ok := format.ParseTime(text)
	if !ok {
		return // response_format says so
	}
	if !milliseconds.MatchString(text) {
		v.fail(Problem{
			Check:   result.Timestamps,
			Place:   place,
			Rule:    v.Contract.Rules.Of("times-spelling"),
			Variant: "spelling",
			Message: place + ": expected UTC with milliseconds, like 2026-11-23T08:30:00.000Z, got " + text,
		})
	}
	if at.Year() < vendorBegan {
		v.fail(Problem{
			Check:   result.Timestamps,
			Place:   place,
			Rule:    v.Contract.Rules.Of("times-true"),
			Variant: "past",
			Message: place + ": expected the time of creation, got " + text,
		})
	}
	v.shown = append(v.shown, at)
}

// vendorBegan is a year in which the vendor had no customers yet: an earlier time was never set.
const vendorBegan = 2000
