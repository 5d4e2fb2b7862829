package mockserver

import (
	"net/http"
	"sync"
	"time"
)

// uploadTime is how long a request body that is still arriving may take once the server closes.
const uploadTime = 2 * time.Second

// uploads are the request bodies that are being read. One that never arrives would keep http.Server.Shutdown waiting
// until the server's read timeout: once the server closes, each has uploadTime left.
type uploads struct {
	mu      sync.Mutex
	closing bool
	reading map[*http.ResponseController]struct{}
}

// begin is called before a body is read from the connection of w, and end after it.
func (u *uploads) begin(w http.ResponseWriter) *http.ResponseController {
	control := http.NewResponseController(w)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.reading == nil {
		u.reading = map[*http.ResponseController]struct{}{}
	}
	u.reading[control] = struct{}{}
	if u.closing {
		_ = control.SetReadDeadline(time.Now().Add(uploadTime))
	}
	return control
}

// end takes the deadline away where the body arrived whole: it would end the context of the request, as if its caller
// had left.
func (u *uploads) end(control *http.ResponseController, whole bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.reading, control)
	if u.closing && whole {
		_ = control.SetReadDeadline(time.Time{})
	}
}

// extend gives a body that is being dropped more time to arrive. It is false once the server closes.
func (u *uploads) extend(control *http.ResponseController, d time.Duration) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return !u.closing && control.SetReadDeadline(time.Now().Add(d)) == nil
}

func (u *uploads) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.closing = true
	for control := range u.reading {
		_ = control.SetReadDeadline(time.Now().Add(uploadTime))
	}
}
