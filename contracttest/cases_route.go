package contracttest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// routes tries other methods, other paths, and the contract's other base paths.
func (p *planner) routes() {
	methods := []string{
		http.MethodGet, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodHead, http.MethodTrace,
	}
	for i, method := range methods {
		r := p.build.with(nil)
		r.method = method
		r.header.Del("Content-Type")
		if op, _ := p.contract.judge.RouteBelow(method, p.op.Path); op != nil {
			continue
		}
		weight := weightMore
		if i < 1 {
			weight = weightRoute
		}
		p.add(testCase{request: r}, result.PhaseCoverage, weight, "method/"+method)
	}
	path := fill(p.op.Path)
	others := []string{
		path + "/", "/" + path, path + "x", "/nothing-here", strings.ToUpper(path), strings.Replace(path, "/", "/%2F", 1),
		path + "/x/y", "",
	}
	for i, other := range others {
		r := p.build.with(p.body())
		r.path = p.contract.base + other
		weight := weightMore
		if i < 1 {
			weight = weightRoute
		}
		p.add(testCase{request: r}, result.PhaseCoverage, weight, "path/"+strings.TrimPrefix(other, "/"))
	}
	// Only the mock serves every base path of the contract at one address.
	bases := p.contract.judge.BasePaths()
	if !p.contract.mode.asksTheMock() || !slices.Contains(bases, p.contract.base) {
		return
	}
	for _, base := range bases {
		if base != p.contract.base {
			r := p.build.with(p.body())
			r.path = base + path
			p.add(testCase{request: r, mockOnly: true}, result.PhaseCoverage, weightMore, "base path"+base)
		}
	}
}
