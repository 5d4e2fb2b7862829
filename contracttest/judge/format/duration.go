package format

import (
	"regexp"
	"sync"
)

// durationGrammar is compiled at the first use: every start of a program that imports the package would pay for it.
var durationGrammar = sync.OnceValue(func() *regexp.Regexp {
	const clock = `T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S)`
	return regexp.MustCompile(`^P(?:\d+W|` + clock + `|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)(?:` + clock + `)?)$`)
})

func isDuration(s string) bool { return durationGrammar().MatchString(s) }
