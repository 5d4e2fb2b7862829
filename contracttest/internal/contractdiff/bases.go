package contractdiff

import (
	"net/url"
	"slices"
	"strings"
)

// servers notes the base paths.
func (b *builder) servers(d *Document, p place) error {
	if p.raw == nil {
		return nil
	}
	d.serversLine = p.line
	all, err := b.items(p)
	if err != nil {
		return err
	}
	for _, server := range all {
		members, err := b.members(server)
		if err != nil {
			return err
		}
		address, found := members["url"]
		if !found {
			return b.errorf(server.line, "%s: expected a server with a url", shown(server.pointer))
		}
		base := address.node()
		base.scalar = quoted(strings.TrimRight(pathOf(address.raw.Value), "/"))
		d.bases = append(d.bases, base)
	}
	return nil
}

// pathOf is the path of a server's address; all of it where it is no URL.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

// relative is a path below the base path that the document's servers have.
func (d *Document) relative(path string) (rest string, found bool) {
	for _, base := range d.bases {
		if rest, found = strings.CutPrefix(path, base.text()); found && strings.HasPrefix(rest, "/") {
			return rest, true
		}
	}
	return path, false
}

// relocate names the paths of theirs as they are below a base path of ours, whether the vendor writes that with the server, before each path, or half
// here and half there. It returns those base paths of theirs that lead to one of ours.
func relocate(ours, theirs *Document) map[string]bool {
	bases := map[string]bool{"": true}
	for _, base := range theirs.bases {
		bases[base.text()] = true
	}
	paths, relocated := theirs.root.get("paths"), map[string]bool{}
	for _, path := range paths.keys() {
		for _, base := range sortedKeys(bases) {
			relative, found := ours.relative(base + path)
			if !found {
				continue
			}
			relocated[base] = true
			if paths.members[relative] == nil {
				paths.members[relative] = paths.members[path]
				delete(paths.members, path)
			}
		}
	}
	return relocated
}

// addBases tells of base paths of theirs that lead to none of ours.
func (r *Result) addBases(ours, theirs *Document, relocated map[string]bool) {
	for _, base := range theirs.bases {
		path := base.text()
		if relocated[path] || slices.ContainsFunc(ours.bases, func(b *node) bool { return b.text() == path }) {
			continue
		}
		r.Differences = append(r.Differences, Difference{
			Group: New, Keyword: "servers", Name: printable(path), Where: []Where{{API: "base path"}}, Theirs: base.scalar,
			OurPlace: Place{Pointer: "/servers", Line: ours.serversLine}, TheirPlaces: []Place{{base.pointer, base.line}},
		})
	}
}
