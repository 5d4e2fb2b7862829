// Package release says before a version is tagged whether the tree is fit for it (make release-check): whether the modules require each other at that
// version, guides and examples name its image, CHANGELOG.md tells of it, and its number fits what has changed since the last one.
package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
)

// folders are those of the modules that are released together, and tagged in this order: a module after those that it requires.
func folders() []string { return []string{"gen", "client", ""} }

// checker counts what is wrong.
type checker struct {
	root     string
	w        io.Writer
	problems int
}

func (c *checker) wrong(format string, arguments ...any) {
	c.problems++
	fmt.Fprintf(c.w, format+"\n", arguments...)
}

// Check writes to w what keeps the tree at root from being released as a version, and returns how much that is. Without a version it judges the one at which
// the modules require each other, as far as that is to be had before a release: a version that is tagged already has nothing to be judged but what comes after it.
func Check(ctx context.Context, root, version string, w io.Writer) (problems int, err error) {
	c := &checker{root: root, w: w}
	required, err := breaking.Required(root)
	if err != nil {
		return 0, err
	}
	next := version
	if next == "" {
		next = required
	}
	if !isVersion(next) {
		return 0, fmt.Errorf("expected a version such as v0.2.0, got %q", next)
	}
	if err := c.modules(next); err != nil {
		return 0, err
	}
	if err := c.images(ctx, next); err != nil {
		return 0, err
	}
	if err := c.changelog(next, version != ""); err != nil {
		return 0, err
	}
	if version != "" {
		if err := c.committed(ctx); err != nil {
			return 0, err
		}
	}
	elsewhere, err := c.tags(ctx, next, version != "")
	if err != nil {
		return 0, err
	}
	if elsewhere {
		err = c.after(ctx, next)
	} else {
		err = c.number(ctx, next)
	}
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(w, "%s: %d problems\n", next, c.problems)
	return c.problems, nil
}

// isVersion says whether a text is a whole version, as vX.Y.Z or vX.Y.Z-rc.1.
func isVersion(version string) bool {
	return semver.IsValid(version) && semver.Canonical(version) == version
}

// committed asks for a tree without changes: what is tagged is a commit.
func (c *checker) committed(ctx context.Context) error {
	out, err := breaking.Git(ctx, c.root, "status", "--porcelain")
	if err != nil {
		return err
	}
	if len(out) > 0 {
		c.wrong("the tree has changes that are not committed, and would not be released:\n%s", strings.TrimRight(string(out), "\n"))
	}
	return nil
}

// tags looks whether the tags of a version are there already: at HEAD, where the version is being released, is well. It returns whether that of the
// module at the root is at another commit, which is a problem only for a version that was asked for.
func (c *checker) tags(ctx context.Context, version string, asked bool) (elsewhere bool, err error) {
	head, err := breaking.Git(ctx, c.root, "rev-parse", "HEAD")
	if err != nil {
		return false, err
	}
	for _, folder := range folders() {
		tag := strings.TrimPrefix(folder+"/"+version, "/")
		out, err := breaking.Git(ctx, c.root, "for-each-ref", "--format=%(objectname) %(*objectname)", "refs/tags/"+tag)
		if err != nil {
			return false, err
		}
		fields := strings.Fields(string(out))
		if len(fields) == 0 || fields[len(fields)-1] == strings.TrimSpace(string(head)) {
			continue
		}
		elsewhere = elsewhere || folder == ""
		if asked {
			c.wrong("the tag %s is at %s already: a version cannot be released twice", tag, fields[len(fields)-1])
		}
	}
	return elsewhere, nil
}

// after says what the version after a released one has to be.
func (c *checker) after(ctx context.Context, released string) error {
	result, err := breaking.Check(ctx, c.root, released, c.w)
	if err != nil {
		return err
	}
	c.problems += result.Unnamed
	lowest, err := lowestAfter(released, result.Breaks > 0)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.w, "%s is released: the next version is %s or higher\n", released, lowest)
	return nil
}

// number judges the number of a version that is not released by what has changed since the last one.
func (c *checker) number(ctx context.Context, version string) error {
	last, err := breaking.LastTag(ctx, c.root, version)
	if err != nil {
		return err
	}
	if last == "" {
		fmt.Fprintln(c.w, "no version was released before: any number will do")
		return nil
	}
	if !isVersion(last) {
		return fmt.Errorf("expected the last tag to be a version such as v0.1.0, got %q", last)
	}
	if semver.Compare(version, last) < 0 {
		c.wrong("%s: expected a version above %s, the last tag", version, last)
		return nil
	}
	result, err := breaking.Check(ctx, c.root, last, c.w)
	if err != nil {
		return err
	}
	c.problems += result.Unnamed
	lowest, err := lowestAfter(last, result.Breaks > 0)
	if err != nil {
		return err
	}
	if core(version) != version {
		lowest += "-0" // the lowest prerelease of it
	}
	if semver.Compare(version, lowest) < 0 {
		c.wrong("%s: expected %s or higher after %s, as %d changes since then break users", version, lowest, last, result.Breaks)
	}
	return nil
}

// core is a version without what marks it as a prerelease.
func core(version string) string { return strings.TrimSuffix(version, semver.Prerelease(version)) }

// lowestAfter returns the lowest version that may follow another. A change that breaks users takes the next minor version before v1, and the next
// major version from then on. What follows a prerelease may be the version that it leads to.
func lowestAfter(version string, breaks bool) (string, error) {
	if core(version) != version {
		return core(version), nil
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "v%d.%d.%d", &major, &minor, &patch); err != nil {
		return "", errors.Join(fmt.Errorf("expected a version such as v0.2.0, got %q", version), err)
	}
	switch {
	case breaks && major == 0:
		minor, patch = minor+1, 0
	case breaks:
		major, minor, patch = major+1, 0, 0
	default:
		patch++
	}
	return fmt.Sprintf("v%d.%d.%d", major, minor, patch), nil
}
