package main

import (
	"errors"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
)

// value is a flag's value: how it is read.
type value struct {
	set      func(string) error
	isSwitch bool
}

func (v value) Set(s string) error { return v.set(s) }

// String is what the flag package asks of a value; the help tells the defaults itself.
func (v value) String() string { return "" }

// IsBoolFlag lets a switch stand without a value.
func (v value) IsBoolFlag() bool { return v.isSwitch }

func parsed[T any](into *T, parse func(string) (T, error)) value {
	return value{set: func(s string) error {
		read, err := parse(s)
		if err == nil {
			*into = read
		}
		return err
	}}
}

func text(into *string) value { return parsed(into, func(s string) (string, error) { return s, nil }) }

// words adds to a list: a flag that is given again adds to it, and an environment variable separates with commas or
// spaces. A list of nothing is an error: without names, some settings mean any.
func words(into *[]string) value {
	return value{set: func(s string) error {
		words := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
		if len(words) == 0 {
			return errors.New("must name at least one, got none")
		}
		*into = append(*into, words...)
		return nil
	}}
}

func yesOrNo(into *bool) value {
	v := parsed(into, func(s string) (bool, error) {
		switch strings.ToLower(s) {
		case "1", "true", "yes", "on":
			return true, nil
		case "0", "false", "no", "off":
			return false, nil
		}
		return false, errors.New("must be 1, true, yes, 0, false or no")
	})
	v.isSwitch = true
	return v
}

func wholeNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, errors.New("must be a whole number, 0 or more")
	}
	return n, nil
}

// byteCount reads a number of bytes, also in one of the units that the help counts in.
func byteCount(s string) (int64, error) {
	digits, unit := s, int64(1)
	for i, suffix := range []string{"KiB", "MiB", "GiB"} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			digits, unit = strings.TrimRight(rest, " "), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt64/unit {
		return 0, errors.New("must be a number of bytes, 1 or more, as in 1048576 or 1MiB")
	}
	return n * unit, nil
}

func seedNumber(s string) (*uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return nil, errors.New("must be a whole number, 0 or more")
	}
	return &n, nil
}

func duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, errors.New("must be a duration like 250ms or 2s")
	}
	return d, nil
}

func logFormat(s string) (string, error) {
	if s != "text" && s != "json" {
		return "", errors.New("must be text or json")
	}
	return s, nil
}

func logLevel(s string) (level slog.Level, err error) {
	if level.UnmarshalText([]byte(s)) != nil {
		return 0, errors.New("must be debug, info, warn or error")
	}
	return level, nil
}
