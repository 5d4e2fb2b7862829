package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// Read reads a delivery from a request and verifies it, as Verify does. It reads at most gen.WebhookMaxPayload bytes and one more of the
// body, and none of one whose headers are refused. The time that a body may take is for http.Server.ReadTimeout to say.
func (r *Receiver) Read(req *http.Request) (Event, error) { return r.read(nil, req) }

// read is Read. A w that is not nil makes its server close the connection of a body that is too large.
func (r *Receiver) read(w http.ResponseWriter, req *http.Request) (Event, error) {
	params, err := bind(req.Header)
	if err != nil {
		return Event{}, err
	}
	if coding := strings.Join(req.Header.Values("Content-Encoding"), ", "); coding != "" && !strings.EqualFold(coding, "identity") {
		return Event{}, fmt.Errorf("%w: %.40q, expected none: what is signed is the JSON", ErrEncodedBody, coding)
	}
	sent := req.Body
	if sent == nil { // a request that a program made, and no server
		sent = http.NoBody
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, sent, gen.WebhookMaxPayload))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return Event{}, fmt.Errorf("%w: expected at most %d bytes", ErrTooLarge, gen.WebhookMaxPayload)
	} else if err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrUnreadableBody, err)
	}
	return r.verify(body, params)
}

// Handler returns the endpoint: it reads a delivery, has f handle its event as Handle does, and answers as StatusCode says.
//
//   - 200: f succeeded, the event was handled before, or it is of a type that this package does not know;
//   - 400: the delivery is not the vendor's, or cannot be read; f was not called;
//   - 405, with Allow: a method other than POST;
//   - 503: f failed or panicked, another delivery of the event is being handled, or the store failed. The vendor sends the event again after
//     30 s, 5 min, 30 min and 2 h.
//
// The answer's text says why, without anything of the payload or of f's error; the vendor shows it in the delivery's history. f is called from
// several goroutines at once, for different events. On a server that has no ReadTimeout the body must arrive within gen.WebhookAnswerTime.
func (r *Receiver) Handler(f func(context.Context, Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		unbound := bound(w, req)
		if req.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "webhook: expected POST", http.StatusMethodNotAllowed)
			return
		}
		e, err := r.read(w, req)
		if err == nil {
			unbound()
			err = r.handle(req.Context(), e, f)
		}
		r.log(req.Context(), e, err)
		answer(w, e.Type, err)
	})
}

// bound bounds the time that a body may take, if its server does not. What is not read to its end keeps the bound, since the server may read on; else
// unbound takes it away.
func bound(w http.ResponseWriter, req *http.Request) (unbound func()) {
	connection := http.NewResponseController(w)
	server, ok := req.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok || server.ReadTimeout > 0 || connection.SetReadDeadline(time.Now().Add(gen.WebhookAnswerTime)) != nil {
		return func() {}
	}
	return func() { _ = connection.SetReadDeadline(time.Time{}) }
}

// handle is Handle for an endpoint: a panic of f is an error that was logged, but for the one that net/http has for aborting.
func (r *Receiver) handle(ctx context.Context, e Event, f func(context.Context, Event) error) (err error) {
	defer func() {
		switch v := recover(); {
		case v == http.ErrAbortHandler: //nolint:errorlint // as net/http compares it
			panic(v)
		case v != nil:
			what := fmt.Sprintf("of type %T", v) // its text may have personal data
			if e, ok := v.(runtime.Error); ok {
				what = e.Error()
			}
			err = fmt.Errorf("%w: panic %s\n%s", ErrHandler, what, debug.Stack())
		}
	}()
	return r.Handle(ctx, e, f)
}

func (r *Receiver) log(ctx context.Context, e Event, err error) {
	level, message := slog.LevelError, "webhook: an event was not handled, it will come again"
	switch status := StatusCode(err); {
	case err == nil:
		return
	case status == http.StatusOK:
		level, message = slog.LevelInfo, "webhook: an event was not handled again"
	case status == http.StatusBadRequest:
		level, message = slog.LevelWarn, "webhook: a delivery was refused"
	}
	r.logger.LogAttrs(ctx, level, message, slog.Any("event", e), slog.Any("error", err))
}

// answer says what became of a delivery, in words that hold nothing of its payload or of errors of other packages.
func answer(w http.ResponseWriter, eventType string, err error) {
	text := "webhook: handled"
	switch {
	case err != nil:
		text = "webhook: not handled, send it again"
	case eventType != gen.WebhookEventCustomerCreated:
		text = "webhook: ignored, only " + gen.WebhookEventCustomerCreated + " is handled"
	}
	for _, own := range []error{ErrDuplicate, ErrReplay, ErrInProgress, ErrStoreFull, ErrUnreadableBody, ErrHandler} {
		if errors.Is(err, own) {
			text = own.Error()
		}
	}
	status := StatusCode(err)
	if status == http.StatusBadRequest && !errors.Is(err, ErrUnreadableBody) {
		text = err.Error()
	}
	http.Error(w, text, status)
}
