package plan

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// routes tries other methods, other paths, and the contract's other base paths.
func (p *planner) routes() {
	methods := []string{
		http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodHead, http.MethodTrace,
	}
	for i, method := range methods {
		r := p.build.with(nil)
		r.Method = method
		r.Header.Del("Content-Type")
		if op, _ := p.contract.Judge.RouteBelow(method, p.op.Path); op != nil {
			continue
		}
		if get, _ := p.contract.Judge.RouteBelow(http.MethodGet, p.op.Path); method == http.MethodHead && get != nil {
			continue // servers answer it like GET (RFC 9110 section 9.1)
		}
		p.addRequest(weightIf(i == 0, weightRoute), "method/"+method, r)
	}
	names := otherPaths(p.op.Path)
	for i, other := range otherPaths(p.unknown) {
		r := p.build.with(p.body())
		r.Path = p.contract.Base + other
		p.addRequest(weightIf(i == 0, weightRoute), "path/"+strings.TrimPrefix(names[i], "/"), r)
	}
	// Only the mock serves every base path of the contract at one address.
	bases := p.contract.Judge.BasePaths()
	if !p.contract.Mode.AsksTheMock() || !slices.Contains(bases, p.contract.Base) {
		return
	}
	for _, base := range bases {
		if base != p.contract.Base {
			r := p.build.with(p.body())
			r.Path = base + p.build.path
			p.add(exchange.Case{Request: r, MockOnly: true}, result.PhaseCoverage, weightMore, "base path"+base)
		}
	}
}

// otherPaths are paths that a server could take for one of the contract.
func otherPaths(path string) []string {
	return []string{
		path + "/", "/" + path, path + "x", "/nothing-here", strings.ToUpper(path), strings.Replace(path, "/", "/%2F", 1),
		path + "/x/y", "",
	}
}
