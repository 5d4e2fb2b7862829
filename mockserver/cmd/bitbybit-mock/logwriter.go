package main

import (
	"bytes"
	"io"
	"sync"
	"time"
)

const (
	mostPending = 1 << 20     // how many bytes of log lines wait to be written
	flushTime   = time.Second // how long Close waits for them
)

// logWriter hands log lines to a writer that may block, as a pipe does that is not read, without waiting for it. Lines
// that do not fit into mostPending, or that cannot be written, are dropped and counted; the log says how many as soon as
// something can be written again. Each Write is one line.
type logWriter struct {
	out     io.Writer
	dropped func(lines int) []byte // makes the line that says so

	mu      sync.Mutex
	changed sync.Cond // pending or closed
	pending []byte
	lost    int
	closed  bool
	done    chan struct{} // closed once everything is written
}

func newLogWriter(out io.Writer, dropped func(lines int) []byte) *logWriter {
	w := &logWriter{out: out, dropped: dropped, done: make(chan struct{})}
	w.changed.L = &w.mu
	go w.run()
	return w
}

func (w *logWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending)+len(line) > mostPending {
		w.lost++
	} else {
		w.pending = append(w.pending, line...)
		w.changed.Signal()
	}
	return len(line), nil
}

// Close writes what is pending, and gives up where that takes longer than flushTime. Lines that come later are dropped.
func (w *logWriter) Close() {
	w.mu.Lock()
	w.closed = true
	w.changed.Signal()
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-time.After(flushTime):
	}
}

func (w *logWriter) run() {
	defer close(w.done)
	var batch []byte
	for {
		w.mu.Lock()
		for len(w.pending) == 0 && !w.closed {
			w.changed.Wait()
		}
		batch, w.pending = w.pending, batch[:0]
		lost, closed := w.lost, w.closed
		w.lost = 0
		w.mu.Unlock()

		lines := batch
		if lost > 0 {
			lines = append(lines, w.dropped(lost)...)
		}
		if n, err := w.out.Write(lines); err != nil {
			unwritten := lost
			if n < len(batch) {
				unwritten += bytes.Count(batch[n:], []byte("\n"))
			}
			w.mu.Lock()
			w.lost += unwritten
			w.mu.Unlock()
		}
		if closed {
			return
		}
	}
}
