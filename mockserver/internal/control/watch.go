package control

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

const (
	eventsPerWrite = 1000
	// gatherTime is how long events are gathered before they are sent: under load many leave with one write.
	gatherTime = 150 * time.Millisecond
	// aliveTime is the time between two signs of life where nothing happens.
	aliveTime = 15 * time.Second
	// readTime is how long a client may leave what was sent unread.
	readTime = 10 * time.Second
)

// newStart begins the ids of events. It is another one for each mock, so that the ids of one that was started anew are not taken for those of the
// one before.
func newStart() string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // it never fails
	return fmt.Sprintf("%x-", random)
}

// WatchRequests sends an event for each change of the journal. It keeps no queue: it reads from the journal at the pace of the client, and what is
// dropped there meanwhile is left out.
func (o operations) WatchRequests(
	ctx context.Context, request gencontrol.WatchRequestsRequestObject,
) (gencontrol.WatchRequestsResponseObject, error) {
	w := watch{operations: o, request: requestOf(ctx), after: o.Journal.LastChange()}
	if last := request.Params.LastEventID; last != "" {
		digits, ofThisStart := strings.CutPrefix(last, o.start)
		after, err := strconv.ParseUint(digits, 10, 64)
		if ofThisStart = ofThisStart && err == nil && after <= w.after; ofThisStart {
			w.after = after
		}
		w.missed = !ofThisStart
	}
	return &w, nil
}

type watch struct {
	operations
	request *http.Request
	after   uint64 // the change that was sent last
	missed  bool   // the client has seen what this journal does not know of
	behind  bool   // there is more to send at once
}

// VisitWatchRequestsResponse sends the events until the client leaves or the server closes.
func (w *watch) VisitWatchRequestsResponse(out http.ResponseWriter) error {
	header := out.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("X-Accel-Buffering", "no") // nginx would hold events back
	if w.request.ProtoMajor == 1 {
		header.Set("Connection", "close") // the deadlines are this answer's alone
	}
	out.WriteHeader(http.StatusOK)
	if x, ok := out.(*response); ok {
		out = x.ResponseWriter // a piece is written at once
	}
	if w.request.Method == http.MethodHead {
		return nil
	}
	// Over HTTP/2 an answer whose time to be written is over ends, also where there is nothing to write: between two pieces it has no such time.
	controller := http.NewResponseController(out)
	defer func() { _ = controller.SetWriteDeadline(time.Now().Add(readTime)) }() // of the answer's end
	text := ": one event for each request that was recorded or brought up to date\nretry: 1000\n\n"
	if w.missed {
		text += w.event(journal.Change{Number: w.after, Kind: journal.Forgotten})
	}
	for {
		if w.Transfers.SendPiece(out, []byte(text), readTime) != nil {
			return nil // the client left
		}
		_ = controller.SetWriteDeadline(time.Time{})
		if text = w.next(); text == "" {
			return nil
		}
	}
}

// next waits for events, or until a sign of life is due; it is empty where there is nothing more to send.
func (w *watch) next() string {
	alive := time.NewTimer(aliveTime)
	defer alive.Stop()
	soon, now := w.Transfers.Closing()
	for {
		select { // first, for the other channels may be ready too, again and again
		case <-w.request.Context().Done():
			return ""
		case <-soon:
			return ""
		case <-now:
			return ""
		default:
		}
		select {
		case <-w.Journal.Changed(w.after):
			if !w.behind && !w.Transfers.Pause(w.request.Context(), gatherTime, 0) {
				return ""
			}
			last := w.Journal.LastChange()
			if events := w.events(); events != "" {
				return events
			}
			w.after = max(w.after, last) // the journal has dropped what changed
		case <-alive.C:
			return ":\n\n"
		case <-w.request.Context().Done():
		case <-soon:
		case <-now:
		}
	}
}

// events are those that are there, as many as are sent at once.
func (w *watch) events() string {
	var b strings.Builder
	changes := w.Journal.Changes(w.after, eventsPerWrite)
	w.behind = len(changes) == eventsPerWrite
	for _, change := range changes {
		w.after = change.Number
		b.WriteString(w.event(change))
	}
	return b.String()
}

func (w *watch) event(change journal.Change) string {
	r := change.Request
	event := gencontrol.RequestEvent{
		Type: gencontrol.RequestEventType(change.Kind),
		ID:   r.ID, Method: r.Method, Target: r.Target, Status: r.Status, Key: r.Key, Reason: r.Reason(),
	}
	if r.ID != "" {
		event.Time = r.Time.UTC()
	}
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(event) // texts can always be encoded; the line break at the end is the only one
	return "id: " + w.start + strconv.FormatUint(change.Number, 10) + "\ndata: " + data.String() + "\n"
}
