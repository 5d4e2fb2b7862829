package breaking

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
)

const changelog = "CHANGELOG.md"

// lines are entries of a changelog, each in one line.
type lines []string

// newLines are the entries under "Changed" and "Removed" of [Unreleased], or of the version next with a date, that were not there before.
func newLines(before, after, next string) (lines, error) {
	text, err := os.ReadFile(after)
	if err != nil {
		return nil, fmt.Errorf("expected a changelog to look into: %w", err)
	}
	was, err := os.ReadFile(before)
	if err != nil && !isNotExist(err) {
		return nil, err
	}
	old := entries(string(was), next)
	return slices.DeleteFunc(entries(string(text), next), func(line string) bool { return slices.Contains(old, line) }), nil
}

// entries are those under the headings Changed and Removed, whatever follows these words in the heading, of the section [Unreleased], and of that of a
// version which has a date.
func entries(text, version string) lines {
	var all lines
	released := "## [" + strings.TrimPrefix(version, "v") + "] - "
	section, heading := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		switch {
		case strings.HasPrefix(line, "## "):
			section, heading = strings.HasPrefix(line, "## [Unreleased]") || strings.HasPrefix(line, released), false
		case strings.HasPrefix(line, "### "):
			heading = section && (strings.HasPrefix(line, "### Changed") || strings.HasPrefix(line, "### Removed"))
		case heading && (strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ")):
			all = append(all, line[2:])
		case heading && strings.HasPrefix(line, "  ") && len(all) > 0:
			all[len(all)-1] += " " + strings.TrimSpace(line)
		}
	}
	return all
}

// code is a code span of Markdown.
var code = regexp.MustCompile("`+[^`]+`+")

// name says whether an entry names a change: as a word in a code span, such as `imageUrl` or `client.Error`.
func (l lines) name(c change) bool {
	var words []*regexp.Regexp
	for _, name := range append([]string{c.name}, c.also...) {
		words = append(words, regexp.MustCompile(`(^|[^\pL\pN_])`+regexp.QuoteMeta(name)+`($|[^\pL\pN_])`))
	}
	for _, line := range l {
		for _, span := range code.FindAllString(line, -1) {
			if slices.ContainsFunc(words, func(word *regexp.Regexp) bool { return word.MatchString(span) }) {
				return true
			}
		}
	}
	return false
}

func isNotExist(err error) bool { return errors.Is(err, fs.ErrNotExist) }
