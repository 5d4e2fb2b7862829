package transfer

import (
	"net/http"
	"sync"
	"time"
)

// uploadTime is how long a request body that is still arriving may take once the server closes.
const uploadTime = 2 * time.Second

// arrivalTime is how long a large body may take to arrive from when others wait for its share; one that takes longer is
// answered as one that did not arrive whole. Without it a few uploads that stall would keep all others waiting until
// the read timeout of http.Server.
const arrivalTime = 3 * time.Second

// uploads are the request bodies that are being read. One that never arrives would keep http.Server.Shutdown waiting
// until the server's read timeout: once the server closes, each has uploadTime left.
type uploads struct {
	mu      sync.Mutex
	closing bool
	reading map[*http.Request]*upload
}

type upload struct {
	control *http.ResponseController
	holds   bool // a share of memory that others wait for
	hurried bool // has a deadline that it must keep
}

// begin is called before the body of a request is read from the connection of w, and end after it.
func (u *uploads) begin(w http.ResponseWriter, r *http.Request) *http.ResponseController {
	control := http.NewResponseController(w)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.reading == nil {
		u.reading = map[*http.Request]*upload{}
	}
	one := &upload{control: control}
	u.reading[r] = one
	if u.closing {
		one.hurry(uploadTime)
	}
	return control
}

// end takes the deadline away where the body arrived whole: it would end the context of the request, as if its caller
// had left.
func (u *uploads) end(r *http.Request, whole bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if one := u.reading[r]; one.hurried && whole {
		_ = one.control.SetReadDeadline(time.Time{})
	}
	delete(u.reading, r)
}

// hold notes that the body of a request has its share. One that waited for it has LingerTime left, whatever the read
// timeout of http.Server says. A request whose body is not being read is none of it.
func (u *uploads) hold(r *http.Request, waited bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	one := u.reading[r]
	if one == nil {
		return
	}
	one.holds = true
	if waited && !one.hurried {
		_ = one.control.SetReadDeadline(time.Now().Add(LingerTime))
	}
}

// hurry gives the bodies that have a share arrivalTime to arrive, since others wait for one. It is called after one
// begins to wait, and after one gets its share while others wait, so that neither misses the other.
func (u *uploads) hurry() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, one := range u.reading {
		if one.holds && !one.hurried {
			one.hurry(arrivalTime)
		}
	}
}

func (u *upload) hurry(d time.Duration) {
	u.hurried = true
	_ = u.control.SetReadDeadline(time.Now().Add(d))
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
	for _, one := range u.reading {
		one.hurry(uploadTime)
	}
}
