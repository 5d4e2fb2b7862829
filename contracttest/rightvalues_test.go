package contracttest_test

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// schemaOf is a schema of the contract.
func schemaOf(name string) *openapi3.Schema {
	return judge.Contract().Document().Components.Schemas[name].Value
}

// The texts of a customer and of an address that may be anything, email among them.
var customerTexts, addressTexts = textsOf("CustomerInput"), textsOf("AddressInput")

func textsOf(schema string) (names []string) {
	for name, property := range schemaOf(schema).Properties {
		s := property.Value
		free := s.Format == "" && s.Pattern == "" && s.Enum == nil && s.MinLength == 0 && s.MaxLength == nil
		if s.Type.Is("string") && (free || name == "email") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func checkCustomer(sent map[string]any) error {
	_, hasEmail := sent["email"]
	_, hasPhone := sent["phoneNumber"]
	if !hasEmail && !hasPhone {
		return errors.New("no contact")
	}
	return checkValue(schemaOf("CustomerInput"), sent, "customer")
}

// checkValue is what a server that was written by hand would ask of a value.
func checkValue(schema *openapi3.Schema, value any, name string) error {
	if schema.Enum != nil && !slices.ContainsFunc(schema.Enum, func(one any) bool { return reflect.DeepEqual(one, value) }) {
		return fmt.Errorf("%s is none of %v", name, schema.Enum)
	}
	switch value := value.(type) {
	case nil:
		if schema.Nullable {
			return nil
		}
	case bool:
		if schema.Type.Is("boolean") {
			return nil
		}
	case float64:
		if schema.Type.Is("number") || schema.Type.Is("integer") && value == math.Trunc(value) {
			return checkNumber(schema, value, name)
		}
	case string:
		if schema.Type.Is("string") {
			return checkText(schema, value, name)
		}
	case []any:
		if schema.Type.Is("array") {
			return checkItems(schema, value, name)
		}
	case map[string]any:
		if schema.Type.Is("object") {
			return checkMembers(schema, value)
		}
	}
	return fmt.Errorf("%s is no %s", name, schema.Type.Slice()[0])
}

func checkMembers(schema *openapi3.Schema, members map[string]any) error {
	for _, name := range schema.Required {
		if _, ok := members[name]; !ok {
			return fmt.Errorf("no %s", name)
		}
	}
	for name, property := range schema.Properties {
		if value, given := members[name]; given {
			if err := checkValue(property.Value, value, name); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkItems(schema *openapi3.Schema, items []any, name string) error {
	if n := uint64(len(items)); n < schema.MinItems || schema.MaxItems != nil && n > *schema.MaxItems {
		return fmt.Errorf("%s has %d items", name, n)
	}
	for i, item := range items {
		if schema.UniqueItems && slices.ContainsFunc(items[:i], func(other any) bool { return reflect.DeepEqual(other, item) }) {
			return fmt.Errorf("%s has an item twice", name)
		}
		if err := checkValue(schema.Items.Value, item, "an item of "+name); err != nil {
			return err
		}
	}
	return nil
}

func checkNumber(schema *openapi3.Schema, n float64, name string) error {
	low, high := schema.Min != nil && n < *schema.Min, schema.Max != nil && n > *schema.Max
	wide := schema.Type.Is("integer") && (schema.Format == "int32" && math.Abs(n) >= 1<<31 || math.Abs(n) >= 1<<63)
	odd := schema.MultipleOf != nil && math.Mod(n, *schema.MultipleOf) != 0
	if low || high || wide || odd {
		return fmt.Errorf("%s is %v", name, n)
	}
	return nil
}

func checkText(schema *openapi3.Schema, text, name string) error {
	if n := uint64(utf8.RuneCountInString(text)); n < schema.MinLength || schema.MaxLength != nil && n > *schema.MaxLength {
		return fmt.Errorf("%s has %d characters", name, n)
	}
	if schema.Pattern != "" && !regexp.MustCompile(schema.Pattern).MatchString(text) {
		return fmt.Errorf("%s does not match %s", name, schema.Pattern)
	}
	if good := goodTexts[schema.Format]; good != nil && !good(text) {
		return fmt.Errorf("%s is no %s", name, schema.Format)
	}
	return nil
}

// goodTexts tell, by format, whether a text has it.
var goodTexts = map[string]func(string) bool{
	"email":     goodEmail,
	"date":      func(text string) bool { _, err := time.Parse(time.DateOnly, text); return err == nil },
	"date-time": func(text string) bool { _, err := time.Parse(time.RFC3339, text); return err == nil },
	"uuid":      regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`).MatchString,
	"uri": func(text string) bool {
		u, err := url.Parse(text)
		return err == nil && u.IsAbs() && !strings.Contains(text, " ")
	},
	"ipv4": func(text string) bool { address, err := netip.ParseAddr(text); return err == nil && address.Is4() },
	"ipv6": func(text string) bool { address, err := netip.ParseAddr(text); return err == nil && address.Is6() },
}

var (
	localPart = regexp.MustCompile(
		"^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\\-\u0080-\U0010FFFF]+(\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\\-\u0080-\U0010FFFF]+)*$",
	)
	domainLabel = regexp.MustCompile(
		"^[a-zA-Z0-9\u0080-\U0010FFFF]([a-zA-Z0-9\\-\u0080-\U0010FFFF]*[a-zA-Z0-9\u0080-\U0010FFFF])?$",
	)
)

func goodEmail(text string) bool {
	at := strings.LastIndex(text, "@")
	if at < 0 || at > 64 || len(text)-at-1 > 255 || !localPart.MatchString(text[:at]) {
		return false
	}
	for label := range strings.SplitSeq(text[at+1:], ".") {
		if len(label) > 63 || !domainLabel.MatchString(label) {
			return false
		}
	}
	return true
}
