package result

import (
	"errors"
	"fmt"
)

// ErrNothingJudged is returned, together with the report, where the run says nothing of the server: it was not reached,
// every valid request was answered 401, 403, 404, 429 or 5xx, or no check that was asked for had anything to look at.
// [NothingJudgedError] says more.
var ErrNothingJudged = errors.New("contracttest: nothing could be judged")

// NothingJudgedError says why a run says nothing of the server, in three parts, each of one line. It is
// [ErrNothingJudged] for errors.Is.
type NothingJudgedError struct {
	// Tried is what was sent.
	Tried string `json:"tried"`
	// Came is what came of it.
	Came string `json:"came"`
	// Do is what to do about it.
	Do string `json:"do"`
}

// Error is all three parts in one line.
func (e *NothingJudgedError) Error() string {
	return fmt.Sprintf("%v: %s (tried: %s; what to do: %s)", ErrNothingJudged, e.Came, e.Tried, e.Do)
}

// Is makes the error ErrNothingJudged.
func (e *NothingJudgedError) Is(target error) bool { return target == ErrNothingJudged }
