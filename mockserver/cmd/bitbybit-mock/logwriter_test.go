package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// blocking is a writer that blocks until it is released, or fails.
type blocking struct {
	released chan struct{}

	mu      sync.Mutex
	failing bool
	got     strings.Builder
}

func (b *blocking) Write(p []byte) (int, error) {
	<-b.released
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failing {
		return 0, errors.New("broken pipe")
	}
	return b.got.Write(p)
}

func (b *blocking) fail(failing bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failing = failing
}

func (b *blocking) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got.String()
}

func saysDropped(lines int) []byte { return fmt.Appendf(nil, "%d dropped\n", lines) }

func TestLogLinesAreDroppedAndCountedWhereTheyCannotBeWritten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &blocking{released: make(chan struct{})}
		w := newLogWriter(out, saysDropped)
		line := []byte(strings.Repeat("x", 1023) + "\n")
		const all = 5000
		for range all { // none of them waits
			n, err := w.Write(line)
			assert.Equal(t, len(line), n)
			assert.NoError(t, err)
			synctest.Wait()
		}
		close(out.released)
		synctest.Wait()
		const kept = 1 + mostPending/1024 // one is on its way
		assert.Equal(t, kept, strings.Count(out.text(), "x\n"))
		assert.True(t, strings.HasSuffix(out.text(), fmt.Sprintf("x\n%d dropped\n", all-kept)), "said as soon as it can be")
		_, _ = w.Write([]byte("after\n"))
		w.Close()
		assert.True(t, strings.HasSuffix(out.text(), "dropped\nafter\n"), "and once")
	})
}

func TestLogLinesThatFailToBeWrittenAreCountedToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		out := &blocking{released: make(chan struct{}), failing: true}
		close(out.released)
		w := newLogWriter(out, saysDropped)
		for range 3 {
			_, _ = w.Write([]byte("lost\n"))
			synctest.Wait()
		}
		out.fail(false)
		_, _ = w.Write([]byte("kept\n"))
		synctest.Wait()
		assert.Equal(t, "kept\n3 dropped\n", out.text())
		w.Close()
		w.Close()
		_, _ = w.Write([]byte("late\n"))
	})
}

func TestClosingTheLogWritesWhatIsPendingAndWaitsNoLongerThanItSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ released, took time.Duration }{
		"at once":  {0, 0},
		"slow":     {flushTime / 2, flushTime / 2},
		"for ever": {time.Hour, flushTime},
	} {
		synctest.Test(t, func(t *testing.T) {
			out := &blocking{released: make(chan struct{})}
			time.AfterFunc(test.released, func() { close(out.released) })
			w := newLogWriter(out, saysDropped)
			for i := range 10 {
				_, _ = fmt.Fprintf(w, "%d\n", i)
			}
			begin := time.Now()
			w.Close()
			assert.Equal(t, test.took, time.Since(begin), name)
			if test.took < flushTime {
				assert.Equal(t, 10, strings.Count(out.text(), "\n"), name)
			}
			time.Sleep(test.released) // of the bubble: nothing is left behind
		})
	}
}
