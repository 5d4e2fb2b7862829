package contractdiff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// meaning is what oasdiff says of a change, from our document to theirs.
type meaning struct {
	change   checker.ApiChange
	other    checker.Change // where it is no ApiChange
	keywords []string       // that the check is about
	at       *node          // the nearest place that oasdiff names, in either document
}

func (m meaning) level() checker.Level { return m.other.GetLevel() }

// meanings has oasdiff compare the two documents, both of which are written anew for it: it tells places as lines, and each line is one value here.
func meanings(ours, theirs *Document) (all []meaning, err error) {
	defer func() {
		if reason := recover(); reason != nil { // a library is given untrusted input
			err = fmt.Errorf("oasdiff cannot compare the documents: %v", printable(fmt.Sprint(reason)))
		}
	}()
	before, ourLines, err := forOasdiff(ours.name, ours.root)
	if err != nil {
		return nil, err
	}
	after, theirLines, err := forOasdiff(theirs.name, theirs.root)
	if err != nil {
		return nil, err
	}
	d, sources, err := diff.GetWithOperationsSourcesMap(diff.NewConfig(), before, after)
	if err != nil {
		return nil, fmt.Errorf("oasdiff cannot compare the documents: %w", bounded(err))
	}
	about := map[string][]string{}
	for _, rule := range checker.GetAllRules() {
		for _, location := range rule.Locations {
			location, _, _ = strings.Cut(location, ":")
			location = strings.TrimSuffix(location, ".*")
			about[rule.Id] = append(about[rule.Id], location[strings.LastIndexByte(location, '.')+1:])
		}
	}
	for _, change := range checker.CheckBackwardCompatibilityUntilLevel(checker.NewConfig(checker.GetAllChecks()), d, sources, checker.INFO) {
		m := meaning{other: change, keywords: slices.Compact(about[change.GetId()])}
		m.change, _ = change.(checker.ApiChange)
		if s := change.GetRevisionSource(); s != nil && s.Line > 0 {
			m.at = theirLines[s.Line]
		}
		if s := change.GetBaseSource(); s != nil && s.Line > 0 && m.at == nil {
			m.at = ourLines[s.Line]
		}
		all = append(all, m)
	}
	return all, nil
}

// forOasdiff loads a document in the form that is compared, and says which value begins in each of its lines.
func forOasdiff(name string, root *node) (*load.SpecInfo, map[int]*node, error) {
	w := &lineWriter{line: 1, at: map[int]*node{}}
	w.next(`{"openapi": "3.1.0", "info": {"title": "-", "version": "1"},`)
	for i, key := range root.keys() {
		if i > 0 {
			w.next(",")
		}
		w.text.WriteString(quoted(key) + ": ")
		w.value(root.members[key])
	}
	w.text.WriteString("}")
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	loader.IsExternalRefsAllowed = false
	info, err := load.NewSpecInfoFromData(loader, []byte(w.text.String()), name)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: not an OpenAPI document, as oasdiff reads it: %w", name, bounded(err))
	}
	return info, w.at, nil
}

// isParameters says whether a mapping is a list in OpenAPI.
func isParameters(n *node) bool {
	for _, child := range n.members {
		return n.fold != nil && child.get("in") != nil && child.get("name") != nil && child.get("type") == nil
	}
	return false
}

// lineWriter writes JSON with each value in a line of its own.
type lineWriter struct {
	text strings.Builder
	line int
	at   map[int]*node
}

func (w *lineWriter) next(text string) {
	w.text.WriteString(text + "\n")
	w.line++
}

func (w *lineWriter) value(n *node) {
	w.at[w.line] = n
	items := n.items
	if isParameters(n) {
		items = nil
		for _, key := range n.keys() {
			items = append(items, n.members[key])
		}
	}
	switch {
	case n.members != nil && !isParameters(n):
		w.next("{")
		for i, key := range n.keys() {
			if i > 0 {
				w.next(",")
			}
			w.text.WriteString(quoted(key) + ": ")
			w.value(n.members[key])
		}
		w.text.WriteString("}")
	case n.list || isParameters(n):
		w.next("[")
		for i, item := range items {
			if i > 0 {
				w.next(",")
			}
			w.value(item)
		}
		w.text.WriteString("]")
	default:
		w.text.WriteString(n.scalar)
	}
}
