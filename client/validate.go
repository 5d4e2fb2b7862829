package client

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// checkInput finds what is sure to be refused, or cannot be sent as it is: encoding/json would silently replace invalid
// UTF-8. Its error names fields, never their values. Everything else is for the vendor to judge.
func checkInput(in CustomerInput) error {
	if in.Email == nil && in.PhoneNumber == nil {
		return errors.New("either Email or PhoneNumber is required, both are nil")
	}
	if field := notUTF8(in); field != "" {
		return fmt.Errorf("%s is not valid UTF-8", field)
	}
	return nil
}

// notUTF8 returns the path of the first string that is not valid UTF-8, as the vendor spells it.
func notUTF8(in CustomerInput) string {
	for _, f := range []struct {
		path  string
		value *string
	}{
		{"email", in.Email}, {"phoneNumber", in.PhoneNumber}, {"firstName", in.FirstName}, {"lastName", in.LastName},
		{"imageUrl", in.ImageURL},
	} {
		if f.value != nil && !utf8.ValidString(*f.value) {
			return f.path
		}
	}
	for i, tag := range in.Tags {
		if !utf8.ValidString(tag) {
			return fmt.Sprintf("tags[%d]", i)
		}
	}
	for i, a := range in.Addresses {
		for _, f := range []struct {
			path  string
			value *string
		}{
			{"address1", &a.Address1}, {"firstName", a.FirstName}, {"lastName", a.LastName}, {"phone", a.Phone},
			{"address2", a.Address2}, {"city", a.City}, {"province", a.Province}, {"country", a.Country}, {"zip", a.Zip},
		} {
			if f.value != nil && !utf8.ValidString(*f.value) {
				return fmt.Sprintf("addresses[%d].%s", i, f.path)
			}
		}
	}
	return ""
}
