package contracttest

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Where the mock says that it is one, and where a new window of its rate limit begins (mockserver/internal/control/control.yaml).
const (
	healthPath    = "/_mock/health"
	rateLimitPath = "/_mock/rate-limit"
)

// mockName is what the mock's health says of itself, and no other server by accident.
const mockName = "bitbybit-mock"

// probeTimeout is how long a server may take to say whether it is the mock.
const probeTimeout = 5 * time.Second

// isMock asks the server whether it is bitbybit-mock. The key is not sent.
func (s *sender) isMock(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	answer, err := s.send(ctx, exchange.Request{Method: http.MethodGet, Path: healthPath, Header: http.Header{}})
	if err != nil || answer.Status != http.StatusOK {
		return false
	}
	value, _ := judge.ReadJSON(answer.Body)
	health, _ := value.(map[string]any)
	return health["status"] == "ok" && health["server"] == mockName
}

// refill begins a new window of the mock's rate limit, so that a run need not wait for a minute again and again. It
// reports whether it did, or another request had it done.
func (s *sender) refill(ctx context.Context, x *exchange.Exchange) bool {
	s.window.Lock()
	defer s.window.Unlock()
	if s.windows != x.Window {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	query := url.Values{"key": {x.Contract.Key}}.Encode()
	done, err := s.send(
		ctx, exchange.Request{Method: http.MethodDelete, Path: rateLimitPath, Query: query, Header: http.Header{}},
	)
	if err != nil || done.Status != http.StatusNoContent {
		return false
	}
	s.windows++
	return true
}
