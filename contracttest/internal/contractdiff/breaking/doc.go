// Package breaking compares the tree with an earlier commit, and asks that CHANGELOG.md tells users of each change that breaks them (make breaking):
// of the HTTP API (openapi.yaml), of the mock's control API, and of the Go API of the public packages.
package breaking

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff"
)

// Where the OpenAPI documents that users hold to are in the tree, and what the second calls the first.
const (
	contract      = "openapi.yaml"
	controlAPI    = "mockserver/internal/control/control.yaml"
	contractThere = "../../../openapi.yaml"
)

// change is one that breaks users.
type change struct {
	what string   // for people
	name string   // what a line of the changelog has to name
	also []string // other names that do as well
}

// Result is what Check found.
type Result struct {
	Breaks  int // changes that break users
	Unnamed int // those of them that no line of CHANGELOG.md names
}

// Check compares the tree at root with the commit base, or with the last tag where base is empty, and writes to w what breaks users. Lines of
// CHANGELOG.md count that are in the section [Unreleased], or in that of the version that comes next, once it has its date. Without a tag there is
// nothing to compare with, which is no error.
func Check(ctx context.Context, root, base string, w io.Writer) (result Result, err error) {
	if base == "" {
		if base, err = LastTag(ctx, root, ""); err != nil {
			return result, err
		}
	}
	if base == "" {
		fmt.Fprintln(w, "nothing to compare with: there is no tag yet (BASE=<commit> names a commit)")
		return result, nil
	}
	before, err := os.MkdirTemp("", "breaking-")
	if err != nil {
		return result, err
	}
	defer os.RemoveAll(before)
	if err := extract(ctx, root, base, before); err != nil {
		return result, err
	}
	var all []change
	for _, document := range []string{contract, controlAPI} {
		if all, err = ofDocument(all, before, root, document); err != nil {
			return result, err
		}
	}
	changes, err := ofGo(ctx, before, root)
	if err != nil {
		return result, err
	}
	all = append(all, changes...)
	next, err := Required(root)
	if err != nil {
		return result, err
	}
	lines, err := newLines(filepath.Join(before, changelog), filepath.Join(root, changelog), next)
	if err != nil {
		return result, err
	}
	for _, c := range all {
		if lines.name(c) {
			fmt.Fprintf(w, "%s: %s names it\n", c.what, changelog)
			continue
		}
		result.Unnamed++
		fmt.Fprintf(w, "%s: no line tells users\n  add one under \"### Changed\" or \"### Removed\" of [Unreleased] in %s, with `%s` in it\n", c.what, changelog, c.name)
	}
	fmt.Fprintf(w, "compared with %s: %d changes break users, %d of them without a line in %s\n", base, len(all), result.Unnamed, changelog)
	result.Breaks = len(all)
	return result, nil
}

// ofDocument adds the changes of an OpenAPI document that break those who call the API, or whose programs have code that is generated of it: what is gone
// is gone there, too, and they do not compile, even if on the wire nobody misses it, as the status of an error. A document that was not there yet breaks
// nobody. A change of what both documents refer to is one.
func ofDocument(all []change, before, after, document string) ([]change, error) {
	name := filepath.Base(document)
	was, err := loaded(before, document, name+" before")
	if isNotExist(err) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	is, err := loaded(after, document, name)
	if err != nil {
		return nil, err
	}
	result, err := contractdiff.Compare(was, is)
	if err != nil {
		return nil, err
	}
	for _, d := range result.Differences {
		if !d.Breaks && d.Group != contractdiff.Gone {
			continue
		}
		file, where := name, d.Places()
		if strings.HasPrefix(d.TheirPlaces[0].Pointer, contractThere+"#") {
			file = contract
		}
		if document == controlAPI {
			where = "the control API's " + where
		}
		what := fmt.Sprintf("%s:%d: %s in ", file, d.TheirPlaces[0].Line, d)
		if i := slices.IndexFunc(all, func(c change) bool { return strings.HasPrefix(c.what, what) }); i >= 0 {
			all[i].what += "; " + where
			continue
		}
		all = append(all, change{what: what + where, name: nameOf(d)})
	}
	return all, nil
}

func loaded(root, document, name string) (*contractdiff.Document, error) {
	text, err := contractdiff.ReadFile(filepath.Join(root, document))
	if err != nil {
		return nil, err
	}
	if document == contract {
		return contractdiff.Load(name, text)
	}
	referred, err := contractdiff.ReadFile(filepath.Join(root, contract))
	if err != nil {
		return nil, err
	}
	return contractdiff.LoadWith(name, text, map[string][]byte{contractThere: referred})
}

// nameOf is what a line about a difference has to name: the property, header, operation …, the nearest to it.
func nameOf(d contractdiff.Difference) string {
	switch {
	case d.Keyword == "operations" || d.Name == "" && len(d.Names) > 0:
		return d.Names[len(d.Names)-1]
	case d.Keyword == "parameters":
		return d.Name[strings.IndexByte(d.Name, ' ')+1:]
	case d.Name != "" && d.Keyword != "security" && d.Keyword != "securitySchemes":
		return d.Name
	case d.Ours != "":
		return strings.Trim(d.Ours, `"`)
	default:
		return strings.Trim(d.Theirs, `"`)
	}
}
