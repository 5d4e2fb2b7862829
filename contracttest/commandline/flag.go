package commandline

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"
)

// Environment gives each flag its variable: the prefix and the flag's name in capitals, with an S at the end where it is a list, as
// in BITBYBIT_MOCK_KEYS of --key. A variable that is empty counts as one that is not set.
type Environment struct {
	Prefix string
	Getenv func(string) string
}

// Parse reads one value of a flag. Its error says what was expected; it does not show the value.
type Parse[T any] func(string) (T, error)

// Flag is a flag that is read by parse, from its variable where the command line does not have it. Its default is what
// into holds, which the help shows as byDefault where that is not empty. Where T is a slice, a flag that is given again
// adds to it.
func Flag[T any](e Environment, name string, into *T, parse Parse[T], byDefault, usage string) *cli.FlagBase[T, Parse[T], value[T]] {
	variable := e.Prefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	if reflect.TypeFor[T]().Kind() == reflect.Slice {
		variable = strings.TrimSuffix(variable, "S") + "S"
	}
	return &cli.FlagBase[T, Parse[T], value[T]]{
		Name: name, Value: *into, Destination: into, Config: parse, DefaultText: byDefault, Usage: usage, Local: true,
		Sources: cli.NewValueSourceChain(source{variable, e.Getenv}),
	}
}

// value is the value of a flag, as the library asks for it.
type value[T any] struct {
	into  *T
	parse Parse[T]
}

// Create is a [cli.ValueCreator]'s.
func (value[T]) Create(initial T, into *T, parse Parse[T]) cli.Value {
	*into = initial
	return value[T]{into, parse}
}

// ToString is the text of a default; empty for a zero value.
func (value[T]) ToString(v T) string {
	if reflect.ValueOf(&v).Elem().IsZero() {
		return ""
	}
	return fmt.Sprint(v)
}

// Set reads a value.
func (v value[T]) Set(s string) error {
	read, err := v.parse(s)
	if err != nil {
		return err
	}
	into, from := reflect.ValueOf(v.into).Elem(), reflect.ValueOf(&read).Elem()
	if into.Kind() == reflect.Slice {
		from = reflect.AppendSlice(into, from)
	}
	into.Set(from)
	return nil
}

// Get is the value as it was read.
func (v value[T]) Get() any { return *v.into }

// String is the value's text.
func (v value[T]) String() string { return v.ToString(*v.into) }

// IsBoolFlag lets a switch stand without a value.
func (v value[T]) IsBoolFlag() bool { return reflect.TypeFor[T]().Kind() == reflect.Bool }

// source is an environment variable that a flag is read from.
type source struct {
	name   string
	getenv func(string) string
}

func (s source) Lookup() (string, bool) {
	value := s.getenv(s.name)
	return value, value != ""
}

func (s source) IsFromEnv() bool  { return true }
func (s source) Key() string      { return s.name }
func (s source) String() string   { return s.name }
func (s source) GoString() string { return s.name }

// Text takes any text.
func Text(s string) (string, error) { return s, nil }

// YesOrNo reads a switch.
func YesOrNo(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "1", "t", "true", "yes", "on":
		return true, nil
	case "0", "f", "false", "no", "off":
		return false, nil
	}
	return false, errors.New("must be 1, true, yes, 0, false or no")
}

// Number reads a whole number, 0 or more, in a way of strconv.
func Number[T int | uint64](read func(string) (T, error)) Parse[T] {
	return func(s string) (T, error) {
		n, err := read(s)
		if err != nil || n < 0 {
			return 0, errors.New("must be a whole number, not negative: 0 or more")
		}
		return n, nil
	}
}

// Duration reads a duration, 0 or more.
func Duration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errors.New("must be a duration like 250ms or 2s")
	}
	if d < 0 {
		return 0, errors.New("must be a duration that is not negative, like 250ms or 2s")
	}
	return d, nil
}

// Words reads a list whose words are separated by commas or white space. None is an error: to some settings an empty
// list would mean any.
func Words(s string) ([]string, error) {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(", \t\n", r) })
	if len(words) == 0 {
		return nil, errors.New("must name at least one, got none")
	}
	return words, nil
}

// OneOf takes one of the words of an enum.
func OneOf(words ...string) Parse[string] {
	last := len(words) - 1
	return func(s string) (string, error) {
		if slices.Contains(words, s) {
			return s, nil
		}
		return "", errors.New("must be " + strings.Join(words[:last], ", ") + " or " + words[last])
	}
}
