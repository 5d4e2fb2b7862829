package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
)

// mostRecent is how many exchanges that broke the contract are listed.
const mostRecent = 1000

// recentViolations has the latest exchanges that broke the contract, so that a test can tell what came of its own. It is safe for concurrent use.
type recentViolations struct {
	mu   sync.Mutex
	all  []brokenExchange
	last int
}

// brokenExchange is one of them.
type brokenExchange struct {
	Number     int                 `json:"number"`
	Exchange   string              `json:"exchange"`
	Violations []traffic.Violation `json:"violations"`
}

func (r *recentViolations) add(exchange string, violations []traffic.Violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.all = append(r.all, brokenExchange{r.last, exchange, violations})
	if len(r.all) > mostRecent {
		r.all = append([]brokenExchange(nil), r.all[1:]...)
	}
}

// serve lists those after a number, oldest first, once everything is judged that has passed.
func (r *recentViolations) serve(wait func()) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		after, err := strconv.Atoi(request.URL.Query().Get("after"))
		if err != nil && request.URL.Query().Has("after") {
			http.Error(w, "after must be a number, the last that this listed before", http.StatusBadRequest)
			return
		}
		wait()
		r.mu.Lock()
		defer r.mu.Unlock()
		list := struct {
			Last int              `json:"last"`
			Data []brokenExchange `json:"data"`
		}{r.last, []brokenExchange{}}
		for _, one := range r.all {
			if one.Number > after {
				list.Data = append(list.Data, one)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list)
	})
}
