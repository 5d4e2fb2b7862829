package fault

import (
	"context"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
)

// Response is the answer that a fault delivers, or breaks.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Pause waits for d. It is false where the caller or the server does not wait so long; after is how long what follows takes.
type Pause func(ctx context.Context, d, after time.Duration) bool

// Deliver sends an answer the way that the fault says: late, slowly, in part or not at all. Where nothing slows or breaks it, send sends it.
// It panics with http.ErrAbortHandler where the connection is to be closed.
func (h Hit) Deliver(ctx context.Context, w http.ResponseWriter, a Response, pause Pause, send func()) {
	if h.Wait > 0 {
		transfer.ExtendDeadlines(w, h.Wait+h.Fault.Drip.Over)
		if !pause(ctx, h.Wait, h.Fault.Drip.Over) {
			transfer.Abort(w)
		}
	}
	switch {
	case h.Fault.Connection != "":
		h.breakConnection(ctx, w, a, pause)
	case h.Fault.Drip.Chunks > 0:
		h.Fault.Drip.send(ctx, w, a, pause)
	default:
		send()
	}
}

// send sends the body piece by piece.
func (d Drip) send(ctx context.Context, w http.ResponseWriter, a Response, pause Pause) {
	transfer.ExtendDeadlines(w, d.Over)
	controller := http.NewResponseController(w)
	w.WriteHeader(a.Status)
	_ = controller.Flush()
	chunks := max(1, min(d.Chunks, len(a.Body)))
	for i := range chunks {
		between := d.Over / time.Duration(chunks)
		if !pause(ctx, between, time.Duration(chunks-1-i)*between) {
			transfer.Abort(w)
		}
		if _, err := w.Write(a.Body[len(a.Body)*i/chunks : len(a.Body)*(i+1)/chunks]); err != nil {
			return
		}
		_ = controller.Flush()
	}
}
