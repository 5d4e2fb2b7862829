package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
)

const maxBody = 64 << 10 // bytes

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Parse(pageText))

// input is what a caller may say of a customer, in JSON or in a form.
type input struct {
	Email       string `json:"email"`
	PhoneNumber string `json:"phoneNumber"`
	FirstName   string `json:"firstName"`
}

// service creates customers, and keeps the calls that are in doubt until bitbybit's webhook settles them.
type service struct {
	client  *client.Client
	tracker *outcome.Tracker
	webhook http.Handler
	logger  *slog.Logger

	mu sync.Mutex
	// answers has what became of a call, by its ref. In a program of several replicas it is a table, the store of the tracker is that of
	// examples/outcome-store, and that of the webhooks is that of examples/webhook-store: what is in memory is lost when the process ends.
	answers map[string]answer
}

func newService(c *client.Client, secret string, logger *slog.Logger) (*service, error) {
	s := &service{client: c, logger: logger, answers: map[string]answer{}}
	var err error
	if s.tracker, err = outcome.New(outcome.NewMemoryStore(0), s.settled); err != nil {
		return nil, err
	}
	receiver, err := webhook.New([]string{secret}, webhook.WithLogger(logger))
	if err != nil {
		return nil, err
	}
	s.webhook = receiver.Handler(func(ctx context.Context, e webhook.Event) error { return s.tracker.Created(ctx, e.Customer) })
	return s, nil
}

func (s *service) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { s.show(w, answer{status: http.StatusOK}) })
	mux.HandleFunc("POST /customers", s.create)
	mux.HandleFunc("GET /customers/{ref}", s.look)
	mux.Handle("/webhooks", s.webhook)
	// A form of another site does not get through. bitbybit's deliveries are no browser's.
	return http.NewCrossOriginProtection().Handler(mux)
}

// create creates a customer, and answers a form with the page and JSON with JSON.
func (s *service) create(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	write := s.write
	var in input
	var err error
	switch media {
	case "application/json":
		err = read(r.Body, &in)
	case "application/x-www-form-urlencoded":
		write = s.show
		err = r.ParseForm()
		in = input{Email: r.PostForm.Get("email"), PhoneNumber: r.PostForm.Get("phoneNumber"), FirstName: r.PostForm.Get("firstName")}
	default:
		s.write(w, answer{status: http.StatusUnsupportedMediaType, Message: "expected application/json or application/x-www-form-urlencoded"})
		return
	}
	if err != nil {
		write(w, answer{status: http.StatusBadRequest, Message: "expected a customer with email, phoneNumber and firstName, all texts"})
		return
	}
	ref := rand.Text()
	// Whoever closes the browser must not put the call in doubt: it ends by itself, within attemptTime and retryTime.
	ctx := context.WithoutCancel(r.Context())
	customer, err := s.tracker.CreateCustomer(ctx, s.client, client.CustomerInput{
		Email: given(in.Email), PhoneNumber: given(in.PhoneNumber), FirstName: given(in.FirstName),
	}, ref)
	write(w, s.answered(ref, customer, err))
}

// look answers what became of a call that was in doubt.
func (s *service) look(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	known, found := s.answers[r.PathValue("ref")]
	s.mu.Unlock()
	if !found {
		known = answer{status: http.StatusNotFound, Message: "no call in doubt has this number"}
	}
	s.write(w, known)
}

// settled is told what became of a call in doubt, possibly before the call has returned, and again if it returns an error.
func (s *service) settled(_ context.Context, o outcome.Outcome) error {
	a := answer{status: http.StatusOK, Ref: o.Ref}
	switch o.Status {
	case outcome.Created:
		a.State, a.ID, a.Message = created, o.CustomerID, "the customer is there"
	case outcome.NotCreated:
		a.State, a.Message = notCreated, "no customer was created: send it again"
	case outcome.Undecided:
		a.State, a.Message = undecided, "look the customer up in bitbybit before it is sent again"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers[o.Ref].State != created { // which counts over the others
		s.answers[o.Ref] = a
	}
	s.logger.Info("a call in doubt is settled", slog.String("ref", o.Ref), slog.String("status", string(o.Status)),
		slog.String("customer", o.CustomerID), slog.String("reason", o.Reason))
	return nil
}

func (s *service) write(w http.ResponseWriter, a answer) {
	a.header(w.Header(), "application/json")
	w.WriteHeader(a.status)
	if err := json.NewEncoder(w).Encode(a); err != nil {
		s.logger.Warn("the caller did not get its answer", slog.Any("error", err))
	}
}

func (s *service) show(w http.ResponseWriter, a answer) {
	a.header(w.Header(), "text/html; charset=utf-8")
	w.WriteHeader(a.status)
	if err := page.Execute(w, a); err != nil {
		s.logger.Warn("the caller did not get its page", slog.Any("error", err))
	}
}

func read(body io.Reader, in *input) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(in); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("expected one JSON object")
	}
	return nil
}

// given is nil for what was not typed: the field is then not sent.
func given(text string) *string {
	if text = strings.TrimSpace(text); text == "" {
		return nil
	}
	return &text
}
