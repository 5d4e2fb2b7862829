package contracttest

import (
	"maps"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// keepRefusal keeps the first answer of a status that any request can get, so that it is judged although the request is
// sent again.
func (s *sender) keepRefusal(x *exchange.Exchange, answer *exchange.Response) {
	s.refusing.Lock()
	defer s.refusing.Unlock()
	if s.refusals[answer.Status] != nil {
		return
	}
	refused := *x
	refused.Take(answer, nil)
	s.refusals[answer.Status] = &refused
}

// refusalCases makes the first 429 and the first 503 cases of their own: whatever the request is, the answer has to be
// the one that the contract documents for its status.
func (r *run) refusalCases() {
	for _, status := range slices.Sorted(maps.Keys(r.sender.refusals)) {
		x := r.sender.refusals[status]
		if x.Class.Op == nil || r.config.Case != "" || !r.planOptions().Reaches(result.PhaseCoverage) {
			continue
		}
		errs := exchange.DocumentedErrors(x.Class.Op.Spec)
		i := slices.IndexFunc(errs, func(e exchange.DocumentedError) bool { return e.Status == status })
		if i < 0 {
			continue
		}
		x.Case.ID, x.Case.Phase, x.Case.Tree = "coverage/limit/"+errs[i].Example, result.PhaseCoverage, nil
		if status == http.StatusServiceUnavailable {
			x.Case.ID = "coverage/unavailable/" + errs[i].Example
		}
		x.Case.Asked = &exchange.Asked{Status: status, Code: errs[i].Code, Unasked: true}
		r.done = append(r.done, check.Judge(x, r.config.wants))
	}
}
