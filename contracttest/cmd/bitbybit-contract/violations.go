package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
)

// Of the exchanges that broke the contract so many are listed, while they have no more bytes than that.
const (
	mostRecent = 1000
	mostBytes  = 8 << 20
)

// recentViolations has the latest exchanges that broke the contract, so that a test can tell what came of its own. It is safe for concurrent use.
type recentViolations struct {
	mu   sync.Mutex
	all  []brokenExchange
	last int
	size int // bytes of all
}

// brokenExchange is one of them.
type brokenExchange struct {
	Number     int                 `json:"number"`
	Exchange   string              `json:"exchange"`
	Violations []traffic.Violation `json:"violations"`
	size       int
}

func (r *recentViolations) add(exchange string, violations []traffic.Violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	one := brokenExchange{Number: r.last, Exchange: exchange, Violations: violations}
	for _, v := range violations {
		one.size += len(v.Place) + len(v.Message) + len(v.Rule)
	}
	r.all, r.size = append(r.all, one), r.size+one.size
	for len(r.all) > 1 && (len(r.all) > mostRecent || r.size > mostBytes) {
		r.size -= r.all[0].size
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
