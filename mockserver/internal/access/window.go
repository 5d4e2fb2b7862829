package access

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// mostWindows is how many keys have a window. The key that was used longest ago is forgotten, and starts over.
const mostWindows = 10_000

// Limiter has the window of each key, also where no limit applies: it is the list of the keys that called. It is safe for concurrent use.
//
// No library fits the windows: the vendor's headers describe a fixed window with a number left and a number of seconds,
// golang.org/x/time/rate is a token bucket, which has neither, and go-chi/httprate estimates over a sliding window and
// keeps its counters where they cannot be reset by key.
type Limiter struct {
	limit   int
	windows *lru.Cache[apikey.Digest, *Window]
	named   atomic.Int64 // how many windows were made
}

// NewLimiter makes a limiter of so many requests a minute and key; 0 is no limit.
func NewLimiter(limit int) *Limiter {
	windows, err := lru.New[apikey.Digest, *Window](mostWindows)
	if err != nil {
		panic(err) // it is for a size that is not positive
	}
	return &Limiter{limit: limit, windows: windows}
}

// Limit is how many requests a minute and key are admitted; 0 where no limit applies.
func (l *Limiter) Limit() int { return l.limit }

// Window is that of a key. A request without a good key has nil, a window that is always whole.
func (l *Limiter) Window(key string, digest apikey.Digest) *Window {
	if window, ok := l.windows.Get(digest); ok {
		return window
	}
	window := &Window{Key: strings.Clone(key), ID: windowID + strconv.FormatInt(l.named.Add(1), 10)}
	if earlier, found, _ := l.windows.PeekOrAdd(digest, window); found {
		return earlier
	}
	return window
}

// Windows are those of all keys, the one that was used last first.
func (l *Limiter) Windows() []*Window {
	windows := l.windows.Values()
	slices.Reverse(windows)
	return windows
}

const windowID = "key_"

// KeyOf is the whole API key where a text is the ID of a window; any other text is its own key.
func (l *Limiter) KeyOf(text string) string {
	if !strings.HasPrefix(text, windowID) {
		return text
	}
	for _, window := range l.windows.Values() {
		if window.ID == text {
			return window.Key
		}
	}
	return text
}

// IsUnknownID reports whether a text is written as the ID of a window, and is that of none.
func (l *Limiter) IsUnknownID(text string) bool {
	return strings.HasPrefix(text, windowID) && l.KeyOf(text) == text
}

// IDOf is the ID of the window of a key; empty where it has none.
func (l *Limiter) IDOf(key string) string {
	if window, ok := l.windows.Peek(apikey.DigestOf(key)); ok {
		return window.ID
	}
	return ""
}

// Reset begins a new window for a key; for all keys with "".
func (l *Limiter) Reset(key string) {
	if key != "" {
		if window, ok := l.windows.Peek(apikey.DigestOf(key)); ok {
			window.reset()
		}
		return
	}
	for _, window := range l.windows.Values() {
		window.reset()
	}
}

// Take counts a request. It is not admitted where the window is used up; that does not make the minute longer.
func (l *Limiter) Take(w *Window, now time.Time) (q Quota, admitted bool) { return l.count(w, now, 1) }

// Peek is the quota of a window as it stands.
func (l *Limiter) Peek(w *Window, now time.Time) Quota {
	q, _ := l.count(w, now, 0)
	return q
}

func (l *Limiter) count(w *Window, now time.Time, requests int) (q Quota, admitted bool) {
	switch {
	case l.limit == 0:
		return Quota{Limit: unlimited, Remaining: unlimited, Reset: 60}, true
	case w == nil:
		return Quota{Limit: l.limit, Remaining: l.limit, Reset: 60}, true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	ends, used := w.ends, w.used
	if w.over(now) {
		ends, used = now.Add(time.Minute), 0
	}
	if admitted = used+requests <= l.limit; admitted {
		used += requests
	}
	if requests > 0 { // a look alone does not begin a window
		w.ends, w.used = ends, used
	}
	seconds := int((ends.Sub(now) + time.Second - 1) / time.Second)
	return Quota{Limit: l.limit, Remaining: l.limit - used, Reset: min(seconds, 60)}, admitted
}

// Quota is what the RateLimit headers of an answer say.
type Quota struct {
	Limit, Remaining int
	Reset            int // seconds
}

// unlimited is what the headers say where no limit applies: they are part of every answer.
const unlimited = 1_000_000_000

// Set sets the RateLimit headers.
func (q Quota) Set(header http.Header) {
	values := []string{strconv.Itoa(q.Limit), strconv.Itoa(q.Remaining), strconv.Itoa(q.Reset)}
	header["Ratelimit-Limit"] = values[0:1:1]
	header["Ratelimit-Remaining"] = values[1:2:2]
	header["Ratelimit-Reset"] = values[2:3:3]
}

// RemoveQuota takes the RateLimit headers away.
func RemoveQuota(header http.Header) {
	for _, name := range []string{"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset"} {
		delete(header, name)
	}
}

// Window is the fixed minute of one key. It begins with the first request after the last one ended, so that a key is
// never surprised by the turn of a minute on the clock.
type Window struct {
	// Key is the whole API key, and ID what stands for it where it must not be shown: "key_1", "key_2" … in the order in which keys came.
	Key, ID string

	mu   sync.Mutex
	ends time.Time
	used int
}

// over reports whether the window has ended. Requests that come at the same time can bring their readings of the clock
// in another order, so that a window which seems to begin a little later is no other one; only a clock that was set
// back makes it seem far off.
func (w *Window) over(now time.Time) bool {
	return !now.Before(w.ends) || w.ends.Sub(now) > 2*time.Minute
}

func (w *Window) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends, w.used = time.Time{}, 0
}
