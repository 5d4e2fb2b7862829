package main

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lmittmann/tint"
)

// The colours of a terminal, as numbers of [tint.Attr].
const (
	red    = 9
	green  = 10
	yellow = 11
)

// terminalHandler prepares records for tint, which writes some texts as they are and even makes an escape character of
// the four characters \x1b. After it no text can control the terminal: neither a control character, nor an escape
// sequence, nor a character that turns the direction of writing. It is done here and not in tint's ReplaceAttr, which
// sees no names of groups and cannot tell a record's message from an attribute that is called "msg".
type terminalHandler struct{ tint slog.Handler }

// Enabled is a [slog.Handler]'s.
func (h *terminalHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.tint.Enabled(ctx, level)
}

// Handle is a [slog.Handler]'s. The status comes first: it is of one width, so that the statuses of requests make a
// column whatever the lines say beside.
func (h *terminalHandler) Handle(ctx context.Context, r slog.Record) error {
	var first, others []slog.Attr
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "status" {
			first = append(first, terminalAttr(a))
		} else {
			others = append(others, terminalAttr(a))
		}
		return true
	})
	prepared := slog.NewRecord(r.Time, r.Level, terminalMessage(r.Message), r.PC)
	prepared.AddAttrs(first...)
	prepared.AddAttrs(others...)
	return h.tint.Handle(ctx, prepared)
}

// WithAttrs is a [slog.Handler]'s.
func (h *terminalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &terminalHandler{h.tint.WithAttrs(terminalAttrs(attrs))}
}

// WithGroup is a [slog.Handler]'s.
func (h *terminalHandler) WithGroup(name string) slog.Handler {
	return &terminalHandler{h.tint.WithGroup(terminalKey(name))}
}

func terminalAttrs(attrs []slog.Attr) []slog.Attr {
	prepared := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		prepared[i] = terminalAttr(a)
	}
	return prepared
}

// terminalAttr is an attribute with a text that can be shown and with its colour, if it has one.
func terminalAttr(a slog.Attr) slog.Attr {
	if a.Equal(slog.Attr{}) {
		return a // which no handler shows
	}
	value := a.Value.Resolve()
	prepared := slog.Attr{Key: terminalKey(a.Key), Value: value}
	switch value.Kind() {
	case slog.KindGroup:
		prepared.Value = slog.GroupValue(terminalAttrs(value.Group())...)
	case slog.KindString:
		prepared.Value = terminalText(value.String())
	case slog.KindFloat64:
		prepared.Value = slog.StringValue(strconv.FormatFloat(value.Float64(), 'f', 3, 64))
	case slog.KindInt64:
		if colour, ok := statusColours[value.Int64()/100]; ok && a.Key == "status" {
			return tint.Attr(colour, prepared)
		}
	case slog.KindAny:
		if text, ok := value.Any().([]byte); ok {
			prepared.Value = terminalText(string(text))
			break
		}
		prepared.Value = terminalText(fmt.Sprintf("%+v", value.Any()))
		if _, ok := value.Any().(error); ok {
			return tint.Attr(red, prepared)
		}
	}
	return prepared
}

// statusColours are the colours of statuses, by their hundreds.
var statusColours = map[int64]uint8{2: green, 4: yellow, 5: red}

// terminalText is a text that tint shows as it is where that is plain, and else in Go's quotes: tint quotes bytes with
// strconv alone, while it lets escape characters of a string through. U+FFFD is quoted since tint ends a string there.
func terminalText(s string) slog.Value {
	if s != "" && !strings.ContainsAny(s, " =\ufffd") && strconv.Quote(s) == `"`+s+`"` {
		return slog.StringValue(s)
	}
	return slog.AnyValue([]byte(s))
}

// terminalMessage is a message whose characters can all be shown; tint writes it without quotes.
func terminalMessage(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if strconv.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteString(s[:size])
		} else {
			quoted := strconv.Quote(s[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		s = s[size:]
	}
	return b.String()
}

// terminalKey is a name that tint writes without quotes; what else it has becomes an underscore.
func terminalKey(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= utf8.RuneSelf-1 || strings.ContainsRune(`="\`, r) {
			return '_'
		}
		return r
	}, s)
}
