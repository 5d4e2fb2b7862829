package mockserver

import (
	"errors"
	"log/slog"
	"time"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/access"
)

// Option sets one thing about a [Server]. One that cannot be carried out makes [New] fail.
type Option func(*config) error

type config struct {
	logger    *slog.Logger
	now       func() time.Time
	clockSet  bool // now is not the default
	maxBody   int64
	rateLimit int

	keys         access.Keys
	namedKeys    []string // the keys of keys
	idSeed       *uint64
	maxCustomers int
	storeSize    int64
	seed         []byte // JSON; nil where there is none
	strict       bool
	latency      time.Duration
	corsOrigins  []string // any where empty
	corsHeaders  []string // beside the API's own; any where empty
	noTriggers   bool
	controlHosts []string // beside localhost and addresses
	webhooks     webhooks
}

func defaults() config {
	return config{
		logger:    slog.New(slog.DiscardHandler),
		now:       time.Now,
		maxBody:   1 << 20,
		rateLimit: 100,

		maxCustomers: 1_000_000,
		storeSize:    256 << 20,
	}
}

// WithLogger sets where the server logs: a line a request, and what deserves a warning. It never logs bodies or whole
// keys. The default is nowhere.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return errors.New("WithLogger: the logger must not be nil")
		}
		c.logger = logger
		return nil
	}
}

// WithClock sets where the server reads the time: for createdAt and updatedAt, for ids and for the rate limit. The
// default is time.Now. It is called from many goroutines.
func WithClock(now func() time.Time) Option {
	return func(c *config) error {
		if now == nil {
			return errors.New("WithClock: the clock must not be nil")
		}
		c.now, c.clockSet = now, true
		return nil
	}
}
