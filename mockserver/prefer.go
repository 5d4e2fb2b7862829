package mockserver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// prefer answers with the example that the Prefer header asks for (RFC 7240), e.g. "Prefer: code=429" or "Prefer:
// code=400, example=missingCompanyId"; an example may also be named by its error code, as in example=MISSING_COMPANY_ID.
// An error is answered whether the request is valid or not. A success is answered to a valid one alone: a program whose
// body the vendor would refuse must not be told that it works. It asks for no key, stores nothing, also for code=201,
// and counts neither for the rate limit nor for a fault. What the contract does not have is refused; other preferences
// are ignored, as the RFC says.
func (s *Server) prefer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines := r.Header["Prefer"]
		if len(lines) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		p, err := parsePrefer(lines)
		if err == nil && len(p) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		x := exchangeOf(r.Context())
		s.judgeRequest(x)
		var e *example.Example
		if err == nil {
			e, err = p.find(x.operation)
		}
		if err != nil {
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, "header Prefer: "+err.Error())
			return
		}
		if e.Status < 300 && len(x.violations) > 0 {
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, untrusted.Violations(x.violations).String())
			return
		}
		x.preference = p.String()
		x.header.Set("Preference-Applied", x.preference)
		x.answerWith(e)
	})
}

// preference is what of a Prefer header concerns the mock: the values of code and example, where they are there.
type preference map[string]string

func (p preference) find(operation *judge.Operation) (*example.Example, error) {
	documented := example.Of(operation)
	status := 0
	if code, ok := p["code"]; ok {
		var err error
		if status, err = strconv.Atoi(code); err != nil || status < 100 || status > 999 || len(code) != 3 {
			return nil, fmt.Errorf("code must be a status of the contract, got %s; it has %s", untrusted.Quote(code), documented)
		}
	}
	if name, ok := p["example"]; ok && name == "" {
		return nil, fmt.Errorf("example must name one of the contract's, got nothing; it has %s", documented)
	}
	return documented.Find(status, p["example"])
}

// String is the value of Preference-Applied. It is asked only of a preference that the contract has, whose values need
// no quotes.
func (p preference) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, name+"="+p[name])
	}
	return strings.Join(parts, ", ")
}
