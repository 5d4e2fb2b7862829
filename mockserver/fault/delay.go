package fault

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// Delay is how much later an answer leaves. At most one of its three forms is set; the zero value is no delay. The
// distributions are those of WireMock. It is real time, whatever clock the server reads.
type Delay struct {
	// Fixed is the same delay each time, at most an hour.
	Fixed time.Duration

	// Lower and Upper bound a uniform distribution; Upper is what sets it.
	Lower, Upper time.Duration

	// Median and Sigma are those of a lognormal distribution: half of the delays are longer than Median, and Sigma, the
	// standard deviation of the logarithm, says how long the tail is (0.1 short, 1 very long). Median is what sets it.
	// An hour is the most that comes of it.
	Median time.Duration
	Sigma  float64
}

func (d Delay) check() error {
	forms := 0
	for _, form := range []bool{d.Fixed != 0, d.Lower != 0 || d.Upper != 0, d.Median != 0 || d.Sigma != 0} {
		if form {
			forms++
		}
	}
	switch {
	case forms > 1:
		return errors.New("fault: delay must be fixed, uniform or lognormal, not several of them")
	case d.Fixed < 0 || d.Fixed > longestWait:
		return fmt.Errorf("fault: delay must be from 0 to %v, got %v", longestWait, d.Fixed)
	case d.Lower < 0 || d.Upper < d.Lower || d.Upper > longestWait:
		return fmt.Errorf("fault: uniform delay must have 0 ≤ lower ≤ upper ≤ %v, got lower %v and upper %v",
			longestWait, d.Lower, d.Upper)
	case d.Median < 0 || d.Median > longestWait || d.Sigma != 0 && d.Median == 0:
		return fmt.Errorf("fault: lognormal delay must have a median above 0 and up to %v, got %v",
			longestWait, d.Median)
	case !(d.Sigma >= 0 && d.Sigma <= mostSigma):
		return fmt.Errorf("fault: lognormal delay must have a sigma from 0 to %v, got %v", mostSigma, d.Sigma)
	}
	return nil
}

// mostSigma keeps a lognormal delay within what floating point can carry.
const mostSigma = 10

// draw is the delay of one call.
func (d Delay) draw(random *rand.Rand) time.Duration {
	switch {
	case d.Upper > 0:
		return d.Lower + time.Duration(random.Int64N(int64(d.Upper-d.Lower)+1))
	case d.Median > 0:
		return time.Duration(min(float64(d.Median)*math.Exp(random.NormFloat64()*d.Sigma), float64(longestWait)))
	}
	return d.Fixed
}

// Drip sends the body of an answer in chunks spread over a time (WireMock's chunked dribble delay). The zero value is
// none.
type Drip struct {
	// Chunks is how many pieces the body is sent in, from 1 to 1,000; never more than it has bytes.
	Chunks int
	// Over is how long that takes: the pieces leave at equal distances, the last one after Over. At most an hour.
	Over time.Duration
}

const mostChunks = 1000

func (d Drip) check() error {
	if d != (Drip{}) && (d.Chunks < 1 || d.Chunks > mostChunks || d.Over < 0 || d.Over > longestWait) {
		return fmt.Errorf("fault: drip must have from 1 to %d chunks over at most %v, got %d over %v",
			mostChunks, longestWait, d.Chunks, d.Over)
	}
	return nil
}
