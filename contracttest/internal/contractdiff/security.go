package contractdiff

import (
	"fmt"
	"strings"
)

// security is a list of requirements. The schemes of both documents have the same names, in the order in which they are used.
func (b *builder) security(p place) (*node, error) {
	n, err := b.value(p, 0)
	if err != nil {
		return nil, err
	}
	if !n.list {
		return nil, b.errorf(p.line, "%s: expected a list, got %s", shown(p.pointer), kind(p.raw))
	}
	if b.scheme == nil {
		b.scheme = map[string]string{}
	}
	for _, requirement := range n.items {
		renamed := map[string]*node{}
		for _, name := range requirement.keys() {
			if b.scheme[name] == "" {
				b.scheme[name] = fmt.Sprintf("scheme%d", len(b.scheme)+1)
			}
			renamed[b.scheme[name]] = requirement.members[name]
		}
		requirement.members = renamed
	}
	return n, nil
}

// schemes adds the security schemes that are used.
func (b *builder) schemes(root *node, components place) error {
	used := mapping(root)
	used.fold = exactly
	root.members["components"] = mapping(root)
	root.members["components"].members["securitySchemes"] = used
	if components.raw == nil {
		return nil
	}
	all, err := b.members(components)
	if err != nil {
		return err
	}
	at := all["securitySchemes"].or(components).node()
	used.pointer, used.line = at.pointer, at.line
	return b.each(all["securitySchemes"], func(name string, p place) error {
		if b.scheme[name] == "" {
			return nil
		}
		p, done, err := b.follow(p)
		if err != nil {
			return err
		}
		defer done()
		n, err := b.object(p, schemeForm, 0)
		if err != nil {
			return err
		}
		if header := n.get("name"); header != nil && n.get("in").text() == "header" {
			header.scalar = quoted(strings.ToLower(header.text()))
		}
		used.members[b.scheme[name]] = n
		return nil
	})
}
