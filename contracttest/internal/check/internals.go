package check

import (
	"regexp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// internals are what servers let slip: stack traces, panics, paths of source files, statements for a database.
var internals = regexp.MustCompile(
	`goroutine \d+ \[|panic: |runtime error: |\.go:\d+|Traceback \(most recent call last\)|File "[^"]+", line \d+|` +
		`\bat [\w.$]+\([\w.]+\.(?:java|kt|scala):\d+\)|\bat .+\.(?:js|ts):\d+:\d+|node_modules/|Exception in thread|\b[\w.]+Exception: |` +
		`\bORA-\d{5}\b|\bSQLSTATE\b|pq: |\bPrismaClient|\.py:\d+|\.rb:\d+:in `,
)

// internalsCheck asks whether an error shows something of how the server is made.
var internalsCheck = check{
	ids: []result.Check{result.NoStackTrace}, rules: []string{"internals"}, needs: anAnswer, exchange: (*Verdict).showsInternals,
}

func (v *Verdict) showsInternals() {
	if v.Answer.Status < 400 || !v.makes(result.NoStackTrace) {
		return
	}
	for _, text := range []string{v.message(), string(v.Answer.Body[:min(len(v.Answer.Body), MostBody)])} {
		if found := internals.FindString(text); found != "" {
			v.fail(Problem{
				Check:   result.NoStackTrace,
				Place:   "body",
				Rule:    v.Contract.Rules.Of("internals"),
				Variant: "trace",
				Message: "expected an error without the server's internals, got " + short(found),
			})
			return
		}
	}
}
