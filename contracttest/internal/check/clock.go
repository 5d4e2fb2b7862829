package check

import (
	"fmt"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// clockCheck asks whether the times that a server shows are the local time with a Z behind it. A server is free to set its
// clock for a test, so that a difference of some hours is not enough: most answers must show the same difference from
// their Date header, one of whole quarter hours; and the clock must run as ours does.
var clockCheck = check{
	ids: []result.Check{result.Timestamps}, rules: []string{"times-true"}, run: func() watcher { return &clock{} },
}

// clock is what the times of new customers say of the server's clock.
type clock struct {
	first time.Time // shown first
	// asked and answered are when the request for the first was sent, and when its answer was there.
	asked, answered time.Time
	latest          *Verdict // that showed a time
	shown           int
	zones           map[time.Duration]int // how many of shown differ from Date by so much
	undated         int                   // had no Date, and were compared with our clock
	told            int                   // of which it can be said whether the clock ran since the first
	ran             int                   // in which it did
}

// What a time may differ from Date by, beyond its time zone: Date has whole seconds, and can be a second old.
const slack = 2 * time.Second

// enter remembers the time of a new customer.
func (c *clock) enter(v *Verdict, _ string) []Problem {
	if len(v.shown) > 0 {
		c.note(v)
	}
	return nil
}

func (c *clock) note(v *Verdict) {
	at := v.shown[0]
	c.shown++
	c.latest = v
	date, err := http.ParseTime(v.Answer.Header.Get("Date"))
	if err != nil {
		date = v.Received
		c.undated++
	}
	if zone, ok := zoneOff(at.Sub(date), slack+v.Received.Sub(v.Sent)); ok {
		if c.zones == nil {
			c.zones = map[time.Duration]int{}
		}
		c.zones[zone]++
	}
	if c.shown == 1 {
		c.first, c.asked, c.answered = at, v.Sent, v.Received
		return
	}
	// The time is taken somewhere between request and answer, and is cut to a millisecond or to a second.
	unit := time.Millisecond
	if at.Nanosecond() == 0 && c.first.Nanosecond() == 0 {
		unit = time.Second
	}
	least, most := v.Sent.Sub(c.answered)-unit, v.Received.Sub(c.asked)+unit
	if least <= 0 {
		return
	}
	c.told++
	if moved := at.Sub(c.first); moved >= least && moved <= most {
		c.ran++
	}
}

// ClockZone is the variant of a clock that shows a local time.
const ClockZone = "zone"

// end is the problem of a clock that shows a local time; uncertain where it cannot be told from one that was set.
func (c *clock) end() []Shown {
	for zone, n := range c.zones {
		if !mostOf(n, c.shown) {
			continue
		}
		if c.told > 0 && !mostOf(c.ran, c.told) {
			return nil // it stands, or runs as it likes: it was set
		}
		sure := result.Certain
		if c.told == 0 || c.undated > 0 {
			sure = result.Uncertain
		}
		return []Shown{{c.latest, Problem{
			Check: result.Timestamps, Place: "clock", Variant: ClockZone, Sure: sure, Rule: c.latest.Contract.Rules.Of("times-true"),
			Message: fmt.Sprintf(
				"expected times in UTC, got times that differ from Date by a time zone, %v: %s", zone,
				c.latest.shown[0].Format(time.RFC3339Nano),
			),
		}}}
	}
	return nil
}

func mostOf(n, all int) bool { return n*4 >= all*3 }

// zoneOff is the time zone that a difference of two clocks is nearest to; not ok where it is none but UTC.
func zoneOff(off, slack time.Duration) (zone time.Duration, ok bool) {
	const step, most = 15 * time.Minute, 14 * time.Hour
	zone = off.Round(step)
	return zone, zone != 0 && zone.Abs() <= most && (off-zone).Abs() <= slack
}
