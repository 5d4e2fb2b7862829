package outcometest_test

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/outcome/outcometest"
)

func TestMemoryStore(t *testing.T) {
	t.Parallel()
	store := outcome.NewMemoryStore(0)
	outcometest.Test(t, store, store)
}

// recorder is a testing.TB that notes what is wrong.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

type (
	change = func([]byte) (outcome.Entry, error)
	// wrong is a Store that does one thing wrong.
	wrong struct {
		*outcome.MemoryStore
		change func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error
		due    func(at time.Time) time.Time
	}
)

func (w wrong) Change(ctx context.Context, key string, c change) error {
	if w.change == nil {
		return w.MemoryStore.Change(ctx, key, c)
	}
	return w.change(w.MemoryStore, ctx, key, c)
}

func (w wrong) Due(ctx context.Context, at time.Time) ([]string, error) {
	if w.due != nil {
		at = w.due(at)
	}
	return w.MemoryStore.Due(ctx, at)
}

// Each wrong Store is found out, by what is wrong with it.
func TestWrongStores(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		store wrong
		want  string
	}{
		"two transactions": {wrong{change: func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error {
			var old []byte
			_ = s.Change(ctx, key, func(value []byte) (outcome.Entry, error) {
				old = value
				return outcome.Entry{}, assert.AnError
			})
			entry, err := c(old)
			if err != nil {
				return err
			}
			runtime.Gosched() // so that others run meanwhile
			return s.Change(ctx, key, func([]byte) (outcome.Entry, error) { return entry, nil })
		}}, "each of which adds 1"},
		"an error is lost": {wrong{change: func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error {
			_ = s.Change(ctx, key, c)
			return nil
		}}, "must return the error of the function"},
		"a failed change is kept": {wrong{change: func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error {
			var failed error
			err := s.Change(ctx, key, func(value []byte) (entry outcome.Entry, err error) {
				entry, failed = c(value)
				return entry, nil
			})
			if failed != nil {
				return failed
			}
			return err
		}}, "a change that failed"},
		"empty for nil": {wrong{change: func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error {
			return s.Change(ctx, key, func(value []byte) (outcome.Entry, error) { return c(append([]byte{}, value...)) })
		}}, "must be given nil"},
		"nothing is removed": {wrong{change: func(s *outcome.MemoryStore, ctx context.Context, key string, c change) error {
			return s.Change(ctx, key, func(value []byte) (outcome.Entry, error) {
				entry, err := c(value)
				if entry.Value == nil {
					entry = outcome.Entry{Value: value}
				}
				return entry, err
			})
		}}, "must not return its key"},
		"seconds": {wrong{due: func(at time.Time) time.Time { return at.Truncate(time.Second) }}, "that are due then"},
		"late":    {wrong{due: func(at time.Time) time.Time { return at.Add(-1) }}, "that are due then"},
		"early":   {wrong{due: func(at time.Time) time.Time { return at.Add(time.Hour) }}, "that are due then"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.store.MemoryStore = outcome.NewMemoryStore(0)
			r := &recorder{TB: t}
			outcometest.Test(r, test.store, test.store)
			assert.Contains(t, fmt.Sprint(r.errors), test.want)
		})
	}
	t.Run("two Stores that are two", func(t *testing.T) {
		t.Parallel()
		r := &recorder{TB: t}
		outcometest.Test(r, outcome.NewMemoryStore(0), outcome.NewMemoryStore(0))
		assert.Contains(t, fmt.Sprint(r.errors), "of the other Store")
	})
}
