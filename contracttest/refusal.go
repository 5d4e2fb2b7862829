package contracttest

import (
	"maps"
	"net/http"
	"slices"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// keepRefusal keeps the first answer of a status that any request can get, so that it is judged although the request is
// sent again.
func (s *sender) keepRefusal(x *exchange, answer *response) {
	s.refusing.Lock()
	defer s.refusing.Unlock()
	if s.refusals[answer.status] != nil {
		return
	}
	refused := *x
	refused.take(answer, nil)
	s.refusals[answer.status] = &refused
}

// refusalCases makes the first 429 and the first 503 cases of their own: whatever the request is, the answer has to be
// the one that the contract documents for its status.
func (r *run) refusalCases() {
	for _, status := range slices.Sorted(maps.Keys(r.sender.refusals)) {
		x := r.sender.refusals[status]
		if x.class.op == nil || r.config.Case != "" || !r.planOptions().reaches(result.PhaseCoverage) {
			continue
		}
		errs := documentedErrors(x.class.op.Spec)
		i := slices.IndexFunc(errs, func(e documentedError) bool { return e.status == status })
		if i < 0 {
			continue
		}
		x.c.id, x.c.phase, x.c.tree = "coverage/limit/"+errs[i].example, result.PhaseCoverage, nil
		if status == http.StatusServiceUnavailable {
			x.c.id = "coverage/unavailable/" + errs[i].example
		}
		x.c.asked = &asked{status: status, code: errs[i].code, unasked: true}
		r.done = append(r.done, judged(x, r.config.wants))
	}
}
