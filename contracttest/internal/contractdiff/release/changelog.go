package release

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

const (
	changelog  = "CHANGELOG.md"
	unreleased = "[Unreleased]"
)

// heading is that of a version in the changelog, with its date.
var heading = regexp.MustCompile(`^\[([^\]]+)\] - (\d{4}-\d{2}-\d{2})$`)

// changelog asks for the section [Unreleased] and, after it, those of the versions with their dates, the newest first. Where a version is to be
// released now it has a section, with entries, and [Unreleased] has none.
func (c *checker) changelog(version string, now bool) error {
	text, err := os.ReadFile(filepath.Join(c.root, changelog))
	if err != nil {
		return err
	}
	_, sections, _ := strings.Cut("\n"+string(text), "\n## ")
	found, above := false, ""
	for i, section := range strings.Split(sections, "\n## ") {
		title, body, _ := strings.Cut(section, "\n")
		title = strings.TrimSpace(title)
		hasEntries := strings.Contains("\n"+body, "\n- ")
		if i == 0 {
			if title != unreleased {
				c.wrong(`%s: expected the first section to be "## %s", got %q`, changelog, unreleased, title)
			} else if now && hasEntries {
				c.wrong("%s: expected no entries in %s: what is released is told in the section of %s", changelog, unreleased, version)
			}
			continue
		}
		match := heading.FindStringSubmatch(title)
		if match == nil {
			c.wrong(`%s: expected a section such as "## [0.2.0] - 2027-01-31", got "## %s"`, changelog, title)
			continue
		}
		if _, err := time.Parse(time.DateOnly, match[2]); err != nil {
			c.wrong("%s: expected a date, got %s: %v", changelog, match[2], err)
		}
		of := "v" + match[1]
		switch {
		case !isVersion(of):
			c.wrong("%s: expected a version such as 0.2.0, got %s", changelog, match[1])
		case above != "" && semver.Compare(of, above) >= 0:
			c.wrong("%s: expected the newest version first, got %s below %s", changelog, of, above)
		}
		above = of
		if of == version {
			found = true
			if !hasEntries {
				c.wrong("%s: expected entries in the section of %s", changelog, version)
			}
		}
	}
	if now && !found {
		c.wrong(`%s: expected a section "## [%s] - YYYY-MM-DD"`, changelog, strings.TrimPrefix(version, "v"))
	}
	return nil
}
