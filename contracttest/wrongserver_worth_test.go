package contracttest_test

import (
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// liberties are the wrong servers that break an assumed rule only: an error at the mock, and a warning at any other
// server. What is not listed is an error at both.
var liberties = map[string]string{ // by the id of the rule
	"an empty text is null": "empty-stays-empty",

	"times are local":                     "times-spelling",
	"times have no milliseconds":          "times-spelling",
	"updatedAt is later than createdAt":   "times-spelling",
	"address1 need not be there":          "address1-required",
	"a null contact is one":               "never-null",
	"null is absent":                      "never-null",
	"null is absent in addresses":         "never-null-in-addresses",
	"no other properties are allowed":     "unlisted-properties",
	"names are short":                     "text-length",
	"what follows the body is not read":   "body-one-value",
	"the last of two equal names counts":  "body-unique-names",
	"what is not UTF-8 is replaced":       "body-utf-8",
	"any media type is JSON":              "body-media-type",
	"no media type is JSON":               "body-media-type",
	"text is JSON":                        "body-media-type",
	"a form is a customer":                "body-media-type",
	"another method is 404":               "other-methods",
	"another method is 200":               "other-methods",
	"Allow is lost":                       "other-methods",
	"Allow names all methods":             "other-methods",
	"Allow names the wrong method":        "other-methods",
	"PUT is POST":                         "other-methods",
	"another path is 200":                 "other-paths",
	"another path is a redirect":          "other-paths",
	"another path is 401":                 "other-paths",
	"a slash at the end is the same path": "other-paths",
	"two slashes are one":                 "other-paths",
	"paths are not case-sensitive":        "other-paths",
	"what is below the path is the path":  "other-paths",

	"no other properties are allowed in addresses": "unlisted-properties",
}

// severityElsewhere is what a wrong server is worth where it does not say that it is the mock.
func (wrong wrongServer) severityElsewhere() result.Severity {
	switch {
	case notice(wrong.check):
		return result.Notice
	case wrong.check == result.MessageNamesFields:
		return "" // only the mock promises that
	case liberties[wrong.name] != "", wrong.check == result.PropertyDirection:
		return result.Warning
	}
	return result.Error
}
