package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
	"github.com/mattn/go-colorable"
	"golang.org/x/term"
)

// logger logs to standard error, through the writer that is returned: it has to be closed at the end.
func (s *settings) logger(p *program) (*slog.Logger, *logWriter) {
	out, handler := s.logHandler(p)
	writer := newLogWriter(out, func(lines int) []byte {
		record := slog.NewRecord(time.Now(), slog.LevelWarn, "lines of the log were dropped: standard error was not read", 0)
		record.AddAttrs(slog.Int("lines", lines))
		var b bytes.Buffer
		_ = handler(&b).Handle(context.Background(), record) // a buffer takes it
		return b.Bytes()
	})
	return slog.New(handler(writer)), writer
}

// logHandler is where the log goes, and what makes its lines: for a person where that is a terminal, else for programs.
func (s *settings) logHandler(p *program) (out io.Writer, handler func(io.Writer) slog.Handler) {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logFormat == "json" {
		return p.stderr, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, options) }
	}
	if file, ok := p.stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		// A Windows console may not know the escape sequences of colours; elsewhere this is the file itself.
		return colorable.NewColorable(file), func(w io.Writer) slog.Handler {
			return newTerminalHandler(w, s.logLevel, p.colours())
		}
	}
	return p.stderr, func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, options) }
}

// colours reports whether a terminal is to show colours: not where NO_COLOR (https://no-color.org) is set, and not where
// the terminal has none.
func (p *program) colours() bool { return p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb" }

// newTerminalHandler makes lines for a person at a terminal.
func newTerminalHandler(w io.Writer, level slog.Level, colours bool) slog.Handler {
	return &terminalHandler{tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: "15:04:05.000", NoColor: !colours})}
}
