package client

import (
	"bytes"
	"encoding/json"
	"iter"
	"reflect"
	"strings"
)

// encoding/json takes names in another case for the same, and of several members with one name the last. The functions of
// this file read the names as they are written. All take JSON that was found valid.

// members returns the names and values of an object; nothing for any other value.
func members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		i := skip(object, 0, " \t\r\n")
		if i == len(object) || object[i] != '{' {
			return
		}
		for i++; ; {
			i = skip(object, i, " \t\r\n,")
			if object[i] == '}' {
				return
			}
			end := valueEnd(object, i)
			name := object[i+1 : end-1]
			if bytes.IndexByte(name, '\\') >= 0 {
				var plain string
				_ = json.Unmarshal(object[i:end], &plain)
				name = []byte(plain)
			}
			i = skip(object, end, " \t\r\n:")
			end = valueEnd(object, i)
			if !yield(name, object[i:end]) {
				return
			}
			i = end
		}
	}
}

// items returns the items of a list; nothing for any other value.
func items(list []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(list) == 0 || list[0] != '[' {
			return
		}
		for i := 1; ; {
			i = skip(list, i, " \t\r\n,")
			if list[i] == ']' {
				return
			}
			end := valueEnd(list, i)
			if !yield(list[i:end]) {
				return
			}
			i = end
		}
	}
}

// skip returns where the first byte is, from i on, that is not one of these.
func skip(b []byte, i int, these string) int {
	for i < len(b) && strings.IndexByte(these, b[i]) >= 0 {
		i++
	}
	return i
}

// valueEnd returns where the value ends that begins at i.
func valueEnd(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				return i // behind a number or a word
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

// find returns the value of the member with exactly this name, nil if there is none, or one in another case, or several.
func find(object []byte, name string) []byte {
	var found []byte
	for n, value := range members(object) {
		if !strings.EqualFold(string(n), name) {
			continue
		}
		if string(n) != name || found != nil {
			return nil
		}
		found = value
	}
	return found
}

// text returns the value of the member with exactly this name, and whether it is a string.
func text(object []byte, name string) (string, bool) {
	var s *string
	err := json.Unmarshal(find(object, name), &s)
	if err != nil || s == nil {
		return "", false
	}
	return *s, true
}

// has tells whether there is a member of this name, in whatever case, that is not null.
func has(object []byte, name string) bool {
	for n, value := range members(object) {
		if strings.EqualFold(string(n), name) && string(value) != "null" {
			return true
		}
	}
	return false
}

// misspells tells whether one of these names is there more than once, or in another case.
func misspells(object []byte, names []string) bool {
	var seen uint64 // a bit for each of names
	for n := range members(object) {
		for i, name := range names {
			if !strings.EqualFold(string(n), name) {
				continue
			}
			if string(n) != name || seen&(1<<i) != 0 {
				return true
			}
			seen |= 1 << i
		}
	}
	return false
}

// namesOf returns the names of a struct's fields in JSON.
func namesOf[T any]() []string {
	var names []string
	for f := range reflect.TypeFor[T]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

var (
	customerNames = namesOf[Customer]()
	addressNames  = namesOf[Address]()
)
