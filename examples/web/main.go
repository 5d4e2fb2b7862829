// Command web is a small web service that creates customers at bitbybit. Copy it, and change it as you like.
//
//	bitbybit-mock exec --webhook http://127.0.0.1:8080/webhooks -- go run .
//
// It reads BITBYBIT_API_KEY, BITBYBIT_BASE_URL (the vendor's unless it is set), BITBYBIT_WEBHOOK_SECRET, and ADDR, where it listens (127.0.0.1:8080).
// It is a module of its own, as a program that uses the client is.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client"
)

const (
	attempts    = 2
	attemptTime = 10 * time.Second // of one request to bitbybit: what it cuts off is in doubt
	retryTime   = 5 * time.Second  // of waits between requests: a person is waiting, too
	stopTime    = 30 * time.Second // for calls under way when the service stops; longer than a call takes
	settleEvery = time.Minute      // as package outcome asks
)

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(context.Background(), logger); err != nil {
		logger.Error("the service ended", slog.Any("error", err))
		os.Exit(1)
	}
}

// run serves until Ctrl+C, SIGTERM or the end of ctx.
func run(ctx context.Context, logger *slog.Logger) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	c, err := client.New("", client.WithLogger(logger), client.WithTimeout(attemptTime), client.WithRetry(client.RetryPolicy{MaxAttempts: attempts, MaxWait: retryTime}))
	if err != nil {
		return err
	}
	secret := os.Getenv("BITBYBIT_WEBHOOK_SECRET")
	if secret == "" {
		return errors.New("BITBYBIT_WEBHOOK_SECRET is empty; set it to the signing secret of the endpoint")
	}
	s, err := newService(c, secret, logger)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cmp.Or(os.Getenv("ADDR"), "127.0.0.1:8080"))
	if err != nil {
		return err
	}
	logger.Info("listening", slog.String("url", "http://"+listener.Addr().String()))
	return serve(ctx, listener, s)
}

// serve serves until ctx ends, and then until the calls under way have ended.
func serve(ctx context.Context, listener net.Listener, s *service) error {
	server := &http.Server{Handler: s.handler(), ReadTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	settle := time.NewTicker(settleEvery)
	defer settle.Stop()
	for {
		if err := s.tracker.Settle(ctx); err != nil && ctx.Err() == nil {
			s.logger.Error("calls in doubt were not settled; the next run tries again", slog.Any("error", err))
		}
		select {
		case err := <-failed:
			return err
		case <-settle.C:
		case <-ctx.Done():
			s.logger.Info("stopping: calls under way may end", slog.Duration("within", stopTime))
			limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
			defer cancel()
			if err := server.Shutdown(limited); err != nil {
				return fmt.Errorf("calls were still under way after %v: %w", stopTime, err)
			}
			return nil
		}
	}
}
