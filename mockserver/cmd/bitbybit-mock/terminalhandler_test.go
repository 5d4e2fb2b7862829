package main

import (
	"bytes"
	"errors"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// terminalLine is what a terminal gets of a record.
func terminalLine(t *testing.T, colours bool, level slog.Level, message string, attrs ...slog.Attr) string {
	t.Helper()
	var b bytes.Buffer
	record := slog.NewRecord(time.Date(2024, 1, 15, 10, 30, 5, 7e6, time.UTC), level, message, 0)
	record.AddAttrs(attrs...)
	require.NoError(t, newTerminalHandler(&b, slog.LevelInfo, colours).Handle(t.Context(), record))
	return b.String()
}

func TestLinesForATerminal(t *testing.T) {
	t.Parallel()
	request := func(status int) []slog.Attr {
		return []slog.Attr{slog.String("id", "req_1"), slog.Int("status", status), slog.Float64("duration_ms", 1.23456)}
	}
	for name, test := range map[string]struct {
		level   slog.Level
		message string
		attrs   []slog.Attr
		plain   string
		colour  string // what colours the first attribute or the level
	}{
		"created": {slog.LevelInfo, "request", request(201), "INF request status=201 id=req_1 duration_ms=1.235", "\x1b[2;92mstatus=\x1b[22m201\x1b[0m"},
		"refused": {slog.LevelInfo, "request", request(404), "INF request status=404 id=req_1 duration_ms=1.235", "\x1b[2;93mstatus="},
		"failed":  {slog.LevelInfo, "request", request(503), "INF request status=503 id=req_1 duration_ms=1.235", "\x1b[2;91mstatus="},
		"cut":     {slog.LevelInfo, "request", request(0), "INF request status=0 id=req_1 duration_ms=1.235", "\x1b[2mstatus="},
		"error": {slog.LevelError, "it stopped", []slog.Attr{slog.Any("error", errors.New("no more"))},
			`ERR it stopped error="no more"`, "\x1b[91mERR\x1b[0m it stopped \x1b[2;91merror="},
		"warning": {slog.LevelWarn, "see", []slog.Attr{slog.Any("bytes", []byte("plain")), slog.Any("any", []int{1}), slog.String("empty", "")},
			`WRN see bytes=plain any=[1] empty=""`, "\x1b[93mWRN\x1b[0m"},
		"groups": {slog.LevelInfo, "see", []slog.Attr{{}, slog.Group("g", slog.Int("status", 1), slog.String("s", "x=y"))},
			`INF see g.status=1 g.s="x=y"`, "\x1b[2mg.status="},
		"U+FFFD": {slog.LevelInfo, "a\ufffdb", []slog.Attr{slog.String("s", "a\ufffdb")}, "INF a\ufffdb s=\"a\ufffdb\"", "\x1b[92mINF"},
	} {
		assert.Equal(t, "10:30:05.007 "+test.plain+"\n", terminalLine(t, false, test.level, test.message, test.attrs...), name)
		coloured := terminalLine(t, true, test.level, test.message, test.attrs...)
		assert.Contains(t, coloured, test.colour, name)
		assert.Equal(t, "10:30:05.007 "+test.plain+"\n", sgr.ReplaceAllString(coloured, ""), name)
	}
}

// sgr are the sequences that colour, which are tint's.
var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// each puts a text into every place of a record that can have one.
func each(text string) map[string]func(*slog.Logger) {
	attr := func(a slog.Attr) func(*slog.Logger) {
		return func(l *slog.Logger) { l.LogAttrs(nil, slog.LevelError, "m", a) } //nolint:staticcheck // no handler here reads the context
	}
	return map[string]func(*slog.Logger){
		"message":            func(l *slog.Logger) { l.Error(text) },
		"text":               attr(slog.String("a", text)),
		"error":              attr(slog.Any("a", errors.New(text))),
		"bytes":              attr(slog.Any("a", []byte(text))),
		"any":                attr(slog.Any("a", []string{text})),
		"key":                attr(slog.String(text, "v")),
		"in a group":         attr(slog.Group("g", slog.String("a", text))),
		"group":              attr(slog.Group(text, slog.String("a", "v"))),
		"called as built in": attr(slog.String(slog.MessageKey, text)),
		"of the logger":      func(l *slog.Logger) { l.With(slog.String("a", text)).Error("m") },
		"group of logger":    func(l *slog.Logger) { l.WithGroup(text).Error("m", slog.String("a", "v")) },
	}
}

func TestNoTextControlsTheTerminal(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ESC":             "\x1b]0;title\a",
		"ESC and a space": "a \x1b]0;title\a",
		"written out":     `a \x1b]0;title\a`, // tint makes ESC of it
		"C1":              "\u009b31m",
		"bidi":            "\u202etxt.exe",
		"lines":           "a\r\nb\u2028c",
		"DEL":             "\x7f\b",
		"not UTF-8":       "\x9b31m\xff",
	} {
		for place, log := range each(text) {
			for _, colours := range []bool{false, true} {
				var b bytes.Buffer
				log(slog.New(newTerminalHandler(&b, slog.LevelInfo, colours)))
				assertHarmless(t, b.String(), name+" as "+place)
			}
		}
	}
	assert.Contains(t, terminalLine(t, true, slog.LevelInfo, "m", slog.String("a", "\x1b\u009b\u202e")),
		`"\x1b\u009b\u202e"`, "shown all the same")
	assert.Contains(t, terminalLine(t, true, slog.LevelInfo, "\x1b\u009b\u202e\xff"), `\x1b\u009b\u202e\xff`)
}

// Every character there is, many to a line.
func TestNoCharacterControlsTheTerminal(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for r := range utf8.MaxRune + 1 {
		text.WriteRune(r)
		if r%(1<<16) != 1<<16-1 {
			continue
		}
		assertHarmless(t, terminalLine(t, true, slog.LevelInfo, text.String(), slog.String("a", text.String())), "U+%X", r)
		text.Reset()
	}
}

func assertHarmless(t *testing.T, line string, message ...any) {
	t.Helper()
	rest, ends := strings.CutSuffix(sgr.ReplaceAllString(line, ""), "\n")
	assert.True(t, ends, message...)
	harmful := strings.IndexFunc(rest, func(r rune) bool { return !strconv.IsPrint(r) })
	if !assert.Negative(t, harmful, message...) {
		t.Logf("%q", rest[harmful:min(len(rest), harmful+20)])
	}
	assert.True(t, utf8.ValidString(rest), message...)
}

func TestColoursCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"": true, "TERM=xterm": true, "TERM=dumb": false, "NO_COLOR=1": false, "NO_COLOR=0": false, "NO_COLOR=": true,
	} {
		assert.Equal(t, want, (&program{environ: []string{environ}}).colours(), environ)
	}
}
