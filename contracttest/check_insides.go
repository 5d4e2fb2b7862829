package contracttest

import (
	"regexp"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// insides are what servers let slip: stack traces, panics, paths of source files, statements for a database.
var insides = regexp.MustCompile(
	`goroutine \d+ \[|panic: |runtime error: |\.go:\d+|Traceback \(most recent call last\)|File "[^"]+", line \d+|` +
		`\bat [\w.$]+\([\w.]+\.(?:java|kt|scala):\d+\)|\bat .+\.(?:js|ts):\d+:\d+|node_modules/|Exception in thread|\b[\w.]+Exception: |` +
		`\bORA-\d{5}\b|\bSQLSTATE\b|pq: |\bPrismaClient|\.py:\d+|\.rb:\d+:in `,
)

// insides asks whether an error shows something of the server that is nobody's business.
func (v *verdict) insides() {
	if v.Answer.Status < 400 || !v.makes(result.NoStackTrace) {
		return
	}
	for _, text := range []string{v.message(), string(v.Answer.Body[:min(len(v.Answer.Body), mostBody)])} {
		if found := insides.FindString(text); found != "" {
			v.fail(problem{
				check:   result.NoStackTrace,
				place:   "body",
				rule:    v.suite.Rules.Of("internals"),
				variant: "trace",
				message: "expected an error without the server's internals, got " + short(found),
			})
			return
		}
	}
}
