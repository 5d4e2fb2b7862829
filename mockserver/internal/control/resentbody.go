package control

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// resentBody is the body as it came or another one, without the members that are to be left out.
func resentBody(x journal.Exchange, whole bool, input gencontrol.ResendInput) ([]byte, error) {
	body := x.Body
	switch {
	case input.Body != nil:
		body = []byte(*input.Body)
	case !whole:
		return nil, fmt.Errorf("body: must be given, since the journal kept only %d bytes of this one", len(x.Body))
	}
	if len(input.Without) == 0 {
		return body, nil
	}
	left := slices.Clone(input.Without)
	shortened, err := withoutMembers(body, &left)
	switch {
	case err != nil:
		// What is wrong where is quoted from the body.
		return nil, fmt.Errorf("without: the body must be JSON for a member to be left out: %s", mask.Keys(err.Error()))
	case len(left) > 0:
		return nil, fmt.Errorf("without: there is no %s in the body", untrusted.Quote(left[0]))
	}
	return shortened, nil
}

// withoutMembers leaves members and items out of JSON, named by their JSON Pointers. The pointers that it found are taken from the list.
func withoutMembers(body []byte, pointers *[]string) ([]byte, error) {
	options := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), jsontext.PreserveRawStrings(true)}
	from := jsontext.NewDecoder(bytes.NewReader(body), options...)
	var to bytes.Buffer
	c := memberCopy{from: from, to: jsontext.NewEncoder(&to, options...), left: pointers}
	if err := c.value(slices.Clone(*pointers), 0); err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(to.Bytes()), body[from.InputOffset():]...), nil
}

type memberCopy struct {
	from *jsontext.Decoder
	to   *jsontext.Encoder
	left *[]string
}

// value copies the next value. Of the pointers it is given those that can lead into it, and how many bytes of each lead to it: the way to
// each value is written nowhere, since a body can have a long name with thousands of values below it.
func (c *memberCopy) value(without []string, at int) error {
	kind := c.from.PeekKind()
	if kind != '{' && kind != '[' || len(without) == 0 {
		return c.copy()
	}
	if err := c.token(); err != nil {
		return err
	}
	for i := 0; c.from.PeekKind() != '}' && c.from.PeekKind() != ']'; i++ {
		if err := c.member(kind, without, at, i); err != nil {
			return err
		}
	}
	return c.token()
}

// member copies the next member of an object or item of an array, unless it is to be left out.
func (c *memberCopy) member(of jsontext.Kind, without []string, at, i int) error {
	name := strconv.Itoa(i)
	var written jsontext.Token
	if of == '{' {
		token, err := c.from.ReadToken()
		if err != nil {
			return err
		}
		written = token.Clone()
		name = judge.EscapePointer(written.String())
	}
	name = "/" + name
	var below []string
	for _, pointer := range without {
		switch rest, ok := strings.CutPrefix(pointer[at:], name); {
		case ok && rest == "":
			*c.left = slices.DeleteFunc(*c.left, func(p string) bool { return p == pointer || strings.HasPrefix(p, pointer+"/") })
			return c.from.SkipValue()
		case ok && rest[0] == '/':
			below = append(below, pointer)
		}
	}
	if of == '{' {
		if err := c.to.WriteToken(written); err != nil {
			return err
		}
	}
	return c.value(below, at+len(name))
}

func (c *memberCopy) copy() error {
	value, err := c.from.ReadValue()
	if err != nil {
		return err
	}
	return c.to.WriteValue(value)
}

func (c *memberCopy) token() error {
	token, err := c.from.ReadToken()
	if err != nil {
		return err
	}
	return c.to.WriteToken(token)
}
