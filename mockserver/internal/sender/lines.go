package sender

import (
	"context"
	"log/slog"
	"sync"
)

const mostLines = 256

// lines are the lines of the log that wait to be written, by a goroutine of their own while there are any: neither a create nor a worker waits for a log
// writer that blocks. Beyond mostLines they are left out, and counted.
type lines struct {
	logger *slog.Logger
	lowest slog.Level // that is logged: asking the logger may take its time, too

	mu      sync.Mutex
	waiting []line
	leftOut int
	writing bool
}

type line struct {
	level   slog.Level
	message string
	attrs   []slog.Attr
}

// logTo sets the logger, once.
func (l *lines) logTo(logger *slog.Logger) {
	l.logger, l.lowest = logger, slog.LevelError
	for _, level := range []slog.Level{slog.LevelWarn, slog.LevelInfo, slog.LevelDebug} {
		if logger.Enabled(context.Background(), level) {
			l.lowest = level
		}
	}
}

// add has a line logged soon.
func (l *lines) add(level slog.Level, message string, attrs ...slog.Attr) {
	if level < l.lowest {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) >= mostLines {
		l.leftOut++
		return
	}
	l.waiting = append(l.waiting, line{level, message, attrs})
	if !l.writing {
		l.writing = true
		go l.write()
	}
}

func (l *lines) write() {
	for {
		l.mu.Lock()
		waiting, leftOut := l.waiting, l.leftOut
		l.waiting, l.leftOut = nil, 0
		l.writing = len(waiting) > 0
		l.mu.Unlock()
		if len(waiting) == 0 {
			return
		}
		for _, one := range waiting {
			l.logger.LogAttrs(context.Background(), one.level, one.message, one.attrs...)
		}
		if leftOut > 0 {
			l.logger.Warn("lines about webhooks were left out", slog.Int("lines", leftOut))
		}
	}
}
