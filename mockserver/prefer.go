package mockserver

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mask"
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
		if err == nil && !p.asks() {
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
			refuse(x, http.StatusBadRequest, gen.CodeValidationError, mask.Violations(x.violations).String())
			return
		}
		x.preference = p.applied()
		x.header.Set("Preference-Applied", x.preference)
		x.answerWith(e)
	})
}

// preference is what of a Prefer header concerns the mock.
type preference struct {
	code, example       string
	hasCode, hasExample bool
}

func (p preference) asks() bool { return p.hasCode || p.hasExample }

func (p preference) find(operation *judge.Operation) (*example.Example, error) {
	documented := example.Of(operation)
	status := 0
	if p.hasCode {
		var err error
		if status, err = strconv.Atoi(p.code); err != nil || status < 100 || status > 999 || len(p.code) != 3 {
			return nil, fmt.Errorf("code must be a status of the contract, got %s; it has %s",
				mask.Quote(p.code), documented)
		}
	}
	if p.hasExample && p.example == "" {
		return nil, fmt.Errorf("example must name one of the contract's, got nothing; it has %s", documented)
	}
	return documented.Find(status, p.example)
}

// applied is the value of Preference-Applied. It is asked only of a preference that the contract has, whose values need
// no quotes.
func (p preference) applied() string {
	var parts []string
	if p.hasCode {
		parts = append(parts, "code="+p.code)
	}
	if p.hasExample {
		parts = append(parts, "example="+p.example)
	}
	return strings.Join(parts, ", ")
}
