package check

import (
	"fmt"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// quotaCheck asks whether RateLimit-Remaining falls with each request of a window, and RateLimit-Reset does not rise.
var quotaCheck = check{
	ids: []result.Check{result.RateLimitMonotone}, rules: []string{"rate-limit-remaining", "rate-limit-reset"},
	run: func() watcher { return quotas{} },
}

// quotas are what the answers to requests with one API key said, the latest last.
type quotas map[digest][]quota

func (l quotas) enter(v *Verdict, key string) []Problem {
	if q, ok := quotaOf(v); ok && v.makes(result.RateLimitMonotone) {
		return l.quota(v.Contract.Rules, q, key)
	}
	return nil
}

func (quotas) end() []Shown { return nil }

// quota is what the RateLimit headers of an answer say.
type quota struct {
	limit, remaining, reset int
	sent, received          time.Time
	window                  int // see exchange
}

// endless is the limit from which on a server means that it has none.
const endless = 1_000_000

// How many earlier answers are remembered, and with how many of them each is compared.
const (
	remembered = 64
	lookBack   = 16
)

// quota asks whether RateLimit-Remaining falls by one at least from each carried out request to any that was sent
// after its answer came, and RateLimit-Reset does not rise, as long as the window cannot have ended in between.
// Requests that were under way jsontree.Way the same time say nothing of each other. A server that has no limit, and says so
// with an enormous one of which nothing is ever taken, is left alone.
func (l quotas) quota(rules *exchange.RuleBook, later quota, apiKey string) (problems []Problem) {
	key := digestOf(apiKey)
	before := l[key]
	if before == nil && len(l) == mostKeys {
		for one := range l { // any of them
			delete(l, one)
			break
		}
	}
	compared := 0
	for i := len(before) - 1; i >= 0 && compared < lookBack; i-- {
		if before[i].window != later.window || before[i].received.After(later.sent) {
			continue
		}
		compared++
		if p, ok := compare(rules, before[i], later); !ok {
			problems = append(problems, p)
			break
		}
	}
	l[key] = append(before[max(0, len(before)-remembered):], later)
	return problems
}

func compare(rules *exchange.RuleBook, earlier, later quota) (p Problem, ok bool) {
	p = Problem{Check: result.RateLimitMonotone}
	end := earlier.sent.Add(time.Duration(earlier.reset-1) * time.Second)
	if !later.received.Before(end) {
		return p, true
	}
	if later.remaining >= earlier.remaining && (earlier.limit < endless || earlier.remaining != earlier.limit) {
		p.Rule, p.Place, p.Variant = rules.Of("rate-limit-remaining"), "header RateLimit-Remaining", "remaining"
		p.Message = fmt.Sprintf(
			"expected RateLimit-Remaining to fall below %d within the window, got %d", earlier.remaining,
			later.remaining,
		)
		return p, false
	}
	if later.reset > earlier.reset {
		p.Rule, p.Place, p.Variant = rules.Of("rate-limit-reset"), "header RateLimit-Reset", "reset"
		p.Message = fmt.Sprintf(
			"expected RateLimit-Reset not to rise above %d within the window, got %d", earlier.reset, later.reset,
		)
		return p, false
	}
	return p, true
}

func quotaOf(v *Verdict) (q quota, ok bool) {
	if !v.Created() {
		return q, false
	}
	q.sent, q.received, q.window = v.Sent, v.Received, v.Window
	q.limit, q.remaining, q.reset = rateLimits(v.Answer)
	return q, q.limit >= 0 && q.remaining >= 0 && q.reset >= 0
}
