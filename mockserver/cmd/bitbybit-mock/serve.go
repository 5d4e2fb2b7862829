package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// drainTime is how long calls may take to end once the program is told to stop. Docker waits ten seconds before it
// kills.
const drainTime = 8 * time.Second

// surviveClosedPipes makes writing to a standard output or error that is no longer read, as behind "| head -1", an
// error instead of the end of the program. The signal is caught and not ignored: exec's command would inherit that.
func surviveClosedPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// serve runs the mock until SIGINT, SIGTERM or SIGHUP, or the end of standard input where that is asked for, then lets the calls end that are under way.
func (p *program) serve(ctx context.Context, s *settings) error {
	if s.stopWithStdin {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go func() {
			defer cancel()
			_, _ = io.Copy(io.Discard, p.stdin) // an error is an end as well
		}()
	}
	ctx, stop := signal.NotifyContext(ctx, commandline.StopSignals()...)
	defer stop()
	surviveClosedPipes()
	logger, log := s.logger(p)
	defer log.Close()
	m, err := s.listen(ctx, logger)
	if err != nil {
		return err
	}
	if !isLoopback(m.listener.Addr()) {
		m.logger.Warn(
			"other machines reach this mock, and it asks them for no real key; --addr 127.0.0.1:4010 keeps it to this one",
			slog.String("address", m.listener.Addr().String()),
		)
	}
	// One write, so that whoever reads only the first line cannot make it fail half way.
	if _, err := fmt.Fprint(p.stdout, m.banner(s)); err != nil {
		m.logger.Warn("the banner was not printed", slog.Any("error", err))
	}
	if s.open {
		p.openPage(ctx, m)
	}
	return m.serve(ctx, stop, s.drain)
}

// listening is a mock with its port open.
type listening struct {
	mock     *mockserver.Server
	logger   *slog.Logger
	listener net.Listener
	server   *http.Server
	unused   *unused
}

// listen makes the mock of the settings and opens its port.
func (s *settings) listen(ctx context.Context, logger *slog.Logger) (*listening, error) {
	host, _, err := net.SplitHostPort(s.addr)
	if err != nil {
		return nil, commandline.Usagef("--addr: must be HOST:PORT, got %q", s.addr)
	}
	if host != "" && net.ParseIP(host) == nil {
		s.controlHosts = append(s.controlHosts, host)
	}
	mock, err := s.server(logger)
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	if s.drain > 0 {
		config.SetMultipathTCP(false) // Linux attaches no filter to its sockets, see refuseConnections
	}
	listener, err := config.Listen(ctx, "tcp", s.addr)
	if errors.Is(err, errInUse) {
		return nil, fmt.Errorf("%s is in use, by another mock perhaps; --addr 127.0.0.1:0 picks a free port, and so does "+
			`make mock ARGS="--addr 127.0.0.1:0"`, s.addr)
	}
	if err != nil {
		return nil, addressError(err)
	}
	server := &http.Server{
		Handler:           mock,
		ReadHeaderTimeout: 10 * time.Second,
		// A fault that waits or drips moves these two out of its way.
		ReadTimeout:    30*time.Second + s.latency,
		WriteTimeout:   30*time.Second + s.latency,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
		// The mock answers "OPTIONS *" like everything else.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		Protocols:                    new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true) // for clients that begin with it, as curl --http2-prior-knowledge does
	// A second is left for what comes after the waits.
	server.RegisterOnShutdown(func() { mock.CloseWithin(drainTime - time.Second) })
	m := &listening{mock: mock, logger: logger, listener: listener, server: server, unused: &unused{connections: map[net.Conn]bool{}}}
	if s.drain > 0 {
		server.ConnState = m.unused.watch
	}
	return m, nil
}

// addressError tells an address that is none from one that cannot be listened at.
func addressError(err error) error {
	_, isAddress := errors.AsType[*net.AddrError](err)
	_, isName := errors.AsType[*net.DNSError](err)
	if isAddress || isName {
		return commandline.Usagef("--addr: %w", err)
	}
	return fmt.Errorf("--addr: %w", err)
}

// serve answers until the context ends, and for the time of --drain after that, then stops. Before that it calls stop, so that a second
// signal ends the program at once.
func (m *listening) serve(ctx context.Context, stop func(), drain time.Duration) error {
	failed := make(chan error, 1)
	go func() { failed <- m.server.Serve(m.listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	stop()
	if drain > 0 {
		m.mock.Drain()
		m.logger.Info("draining: /_mock/health says 503, and what arrives is served", slog.String("for", drain.String()))
		select {
		case err := <-failed:
			return err
		case <-time.After(drain):
		}
		m.refuseConnections()
	}
	m.logger.Info("stopping: calls under way may end, but for faults that would keep them too long",
		slog.String("within", drainTime.String()))
	return m.drain(context.WithoutCancel(ctx))
}

func (m *listening) drain(ctx context.Context) error {
	defer m.mock.Close()
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	if err := m.server.Shutdown(ctx); err != nil {
		m.logger.Warn("calls were cut off that did not end in time", slog.String("waited", drainTime.String()))
		return m.server.Close()
	}
	return nil
}

// origin is the URL of the mock, without a path. An address that stands for all is reached by the loopback address.
func (m *listening) origin() string { return "http://" + reachable(m.listener.Addr().String()) }

// page is what a person looks at.
func (m *listening) page() string { return m.origin() + "/_mock/" }

// baseURL is what a client of the API is given.
func (m *listening) baseURL() string { return m.origin() + gen.BasePath }

// reachable is an address to connect to, for one to listen on.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
