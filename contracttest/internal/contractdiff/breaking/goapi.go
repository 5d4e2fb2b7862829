package breaking

import (
	"context"
	"errors"
	"fmt"
	"go/types"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/packages"
)

// ofGo are the changes of the public packages that break programs which import them.
func ofGo(ctx context.Context, before, after string) ([]change, error) {
	old, err := public(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("the packages before: %w", err)
	}
	now, err := public(ctx, after)
	if err != nil {
		return nil, err
	}
	var all []change
	for _, path := range slices.Sorted(maps.Keys(old)) {
		if now[path] == nil {
			name := path[strings.LastIndexByte(path, '/')+1:]
			all = append(all, change{what: "package " + path + ": removed", name: name})
			continue
		}
		for _, c := range apidiff.Changes(old[path], now[path]).Changes {
			if c.Compatible || forAnOperation.MatchString(c.Message) {
				continue
			}
			identifier, _, _ := strings.Cut(c.Message, ":")
			identifier = strings.NewReplacer("(*", "", "(", "", ")", "").Replace(identifier)
			all = append(all, change{
				what: now[path].Name() + "." + c.Message, name: now[path].Name() + "." + identifier,
				also: []string{identifier, identifier[strings.LastIndexByte(identifier, '.')+1:]},
			})
		}
	}
	return all, nil
}

// forAnOperation is a change of an interface that is generated of all operations of an API: one that is added breaks nobody who calls the others.
var forAnOperation = regexp.MustCompile(`^(StrictServer|Server|Client|ClientWithResponses)Interface\.\w+: added$`)

// public are the packages of the modules in a folder that others can import, by path.
func public(ctx context.Context, folder string) (map[string]*types.Package, error) {
	loaded, err := packages.Load(&packages.Config{
		Context: ctx, Dir: folder, Mode: packages.NeedName | packages.NeedTypes,
		BuildFlags: []string{"-trimpath"},                       // what is compiled for one folder is in the cache for another
		Env:        append(os.Environ(), "GOWORK=", "GOFLAGS="), // the folder's own go.work, if it has one
	}, "work")
	if err != nil {
		return nil, err
	}
	all := map[string]*types.Package{}
	for _, p := range loaded {
		if p.Name == "main" || p.Name == "" || slices.Contains(strings.Split(p.PkgPath, "/"), "internal") {
			continue
		}
		var wrong []error
		for _, e := range p.Errors {
			wrong = append(wrong, e)
		}
		if len(wrong) > 0 {
			return nil, fmt.Errorf("%s does not build: %w", p.PkgPath, errors.Join(wrong...))
		}
		all[p.PkgPath] = p.Types
	}
	return all, nil
}
