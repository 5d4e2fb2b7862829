package contractdiff

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Document is an OpenAPI document in the form in which two are compared.
type Document struct {
	name  string
	root  *node
	bases []*node // the base paths of its servers, each with its place

	serversLine int
	nullables   []int  // the lines in which a document of OpenAPI 3.1 says nullable
	rules       []Rule // all x-rules, in the order of the document
}

// Rule is an entry of x-rules: what openapi.yaml says of a place, and whether the vendor documents it.
type Rule struct {
	ID         string   `yaml:"id"`
	Text       string   `yaml:"rule"`
	Provenance string   `yaml:"provenance"` // documented or assumed
	Page       string   `yaml:"page"`       // of the vendor's documentation
	Keyword    string   `yaml:"keyword"`    // that says the rule to machines; may be empty
	About      []string `yaml:"about"`      // keywords that the document does not use and the rule says something of, wherever they stand
	Line       int      `yaml:"-"`          // in openapi.yaml
}

// Load reads an OpenAPI document in YAML or JSON. The name is for errors and reports.
func Load(name string, data []byte) (*Document, error) { return read(name, data, nil, 0) }

// LoadWith is [Load] of a document whose references may lead into other files, too: to those that are given, by what the references call them.
func LoadWith(name string, data []byte, files map[string][]byte) (*Document, error) {
	return read(name, data, files, 0)
}

func read(name string, data []byte, files map[string][]byte, offset int) (*Document, error) {
	root, err := parse(data)
	if err != nil {
		where := name
		if offset > 0 {
			where = fmt.Sprintf("%s: the block that begins in line %d", name, offset+1)
		}
		return nil, fmt.Errorf("%s: expected YAML or JSON: %w", where, bounded(err))
	}
	version := ""
	if v := member(root, "openapi"); v != nil {
		version = v.Value
	}
	if !strings.HasPrefix(version, "3.0") && !strings.HasPrefix(version, "3.1") {
		return nil, fmt.Errorf(`%s: expected an OpenAPI document whose member "openapi" begins with 3.0 or 3.1, got %s`, name, shown(version))
	}
	b := &builder{since31: !strings.HasPrefix(version, "3.0"), source: source{name: name, root: root, offset: offset, files: map[string]*yaml.Node{}, read: map[*yaml.Node]map[string]place{}}}
	for file, text := range files {
		if b.files[file], err = parse(text); err != nil {
			return nil, fmt.Errorf("%s: %w", file, bounded(err))
		}
	}
	return b.document()
}

// builder makes the form that is compared of a document as it was written.
type builder struct {
	source
	open      []string // the references that are being followed
	inside    int      // how many callbacks the operation is in that is being read
	rules     []Rule
	scheme    map[string]string // what security schemes are called, by their names in the document
	since31   bool
	nullables []int // see [Document]
}

const mostInside = 5 // callbacks in callbacks

// methods are those that a path item may have (OpenAPI 3.1 section 4.8.9).
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func (b *builder) document() (*Document, error) {
	at := place{raw: b.root, line: b.root.Line + b.offset}
	top, err := b.members(at)
	if err != nil {
		return nil, err
	}
	d := &Document{name: b.name, root: mapping(at.node())}
	if err := b.servers(d, top["servers"]); err != nil {
		return nil, err
	}
	paths, webhooks := mapping(top["paths"].or(at).node()), mapping(top["webhooks"].or(at).node())
	paths.fold, webhooks.fold = exactly, folded
	global := top["security"]
	err = b.each(b.withoutExtensions(top["paths"]), func(path string, p place) error {
		return b.pathItem(paths, path, p, global, webhooks)
	})
	if err != nil {
		return nil, err
	}
	err = b.each(top["webhooks"], func(name string, p place) error {
		return b.pathItem(webhooks, name, p, place{}, webhooks)
	})
	if err != nil {
		return nil, err
	}
	d.root.members["paths"], d.root.members["webhooks"] = paths, webhooks
	if err := b.schemes(d.root, top["components"]); err != nil {
		return nil, err
	}
	slices.SortStableFunc(b.rules, func(x, y Rule) int { return x.Line - y.Line })
	slices.Sort(b.nullables)
	d.nullables = slices.Compact(b.nullables)
	d.rules = slices.CompactFunc(b.rules, func(x, y Rule) bool { return x.Line == y.Line })
	return d, nil
}

// each calls f for each member of a mapping, in the order of their names. A place that the document does not have has none.
func (b *builder) each(p place, f func(name string, p place) error) error {
	if p.raw == nil {
		return nil
	}
	all, err := b.members(p)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(all) {
		if err := f(name, all[name]); err != nil {
			return err
		}
	}
	return nil
}

// withoutExtensions is a mapping that may have extensions among names of the API's own, without them.
func (b *builder) withoutExtensions(p place) place {
	if p.raw == nil || p.raw.Kind != yaml.MappingNode {
		return p
	}
	rest := *p.raw
	rest.Content = nil
	for i := 0; i+1 < len(p.raw.Content); i += 2 {
		if !strings.HasPrefix(p.raw.Content[i].Value, "x-") {
			rest.Content = append(rest.Content, p.raw.Content[i], p.raw.Content[i+1])
		}
	}
	p.raw = &rest
	return p
}

// pathItem adds an item to a mapping of them. The operations' callbacks go to webhooks.
func (b *builder) pathItem(to *node, name string, p place, global place, webhooks *node) error {
	if b.inside++; b.inside > mostInside {
		return b.errorf(p.line, "callbacks are nested more than %d deep, the most that is compared", mostInside)
	}
	defer func() { b.inside-- }()
	p, done, err := b.follow(p)
	if err != nil {
		return err
	}
	defer done()
	all, err := b.members(p)
	if err != nil {
		return err
	}
	item := mapping(p.node())
	item.fold = exactly
	for _, method := range methods {
		operation, found := all[method]
		if !found {
			continue
		}
		if item.members[method], err = b.operation(operation, all["parameters"], global, webhooks); err != nil {
			return err
		}
	}
	return b.add(to, name, item)
}

func (b *builder) operation(p, shared, global place, webhooks *node) (*node, error) {
	n, err := b.object(p, operationForm, 0)
	if err != nil {
		return nil, err
	}
	all, err := b.members(p)
	if err != nil {
		return nil, err
	}
	if err := b.inherit(n, shared); err != nil {
		return nil, err
	}
	security := global
	if own, found := all["security"]; found {
		security = own
	}
	if security.raw != nil {
		if n.members["security"], err = b.security(security); err != nil {
			return nil, err
		}
		if len(n.members["security"].items) == 0 {
			delete(n.members, "security")
		}
	}
	return n, b.each(all["callbacks"], func(name string, p place) error {
		p, done, err := b.follow(p)
		if err != nil {
			return err
		}
		defer done()
		expressions := 0
		return b.each(b.withoutExtensions(p), func(expression string, p place) error {
			expressions++
			name := name
			if expressions > 1 {
				name += " " + expression
			}
			return b.pathItem(webhooks, name, p, place{}, webhooks)
		})
	})
}

// inherit adds the parameters of a path item to those of an operation.
func (b *builder) inherit(operation *node, shared place) error {
	if shared.raw == nil {
		return nil
	}
	inherited, err := b.parameters(shared, 0)
	if err != nil {
		return err
	}
	own := operation.members["parameters"]
	if own == nil {
		operation.members["parameters"] = inherited
		return nil
	}
	for _, name := range inherited.keys() {
		if own.members[name] == nil {
			own.members[name] = inherited.members[name]
		}
	}
	return nil
}

// follow follows a reference, and the one that it leads to. Until done is called, the references are those that are open.
func (b *builder) follow(p place) (to place, done func(), err error) {
	opened := 0
	done = func() { b.open = b.open[:len(b.open)-opened] }
	for {
		reference := member(p.raw, "$ref")
		if reference == nil || reference.Kind != yaml.ScalarNode {
			return p, done, nil
		}
		to := absolute(reference.Value, p)
		if slices.Contains(b.open, to) {
			done()
			return p, func() {}, b.errorf(p.line, "$ref to %s leads back to itself", shown(to))
		}
		if p, err = b.target(to, p); err != nil {
			done()
			return p, func() {}, err
		}
		b.open = append(b.open, to)
		opened++
	}
}

// folded is a name without what spellings of it differ in: customer.created and customerCreated are one event.
func folded(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// notes says where nullable was read though its version of OpenAPI does not have it.
func (d *Document) notes() (all []string) {
	for _, line := range d.nullables {
		all = append(all, fmt.Sprintf("%s:%d: nullable says nothing in OpenAPI 3.1, where the type \"null\" does; it was read as in 3.0", d.name, line))
	}
	return few(all)
}
