package control

import (
	"slices"
	"strings"
	"sync"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mask"
)

// LogPath is a path as the log shows it: of the segments those that a path of the API or of the control API has.
func LogPath(path string) string { return mask.Path(path, knownSegments()) }

// knownSegments are those of all paths, but for parameters.
var knownSegments = sync.OnceValue(func() (known []string) {
	paths := append([]string{Path}, judge.Contract().BasePaths()...)
	for _, operation := range slices.Concat(judge.Contract().Operations(), document().Operations()) {
		paths = append(paths, operation.Path)
	}
	for segment := range strings.SplitSeq(strings.Join(paths, "/"), "/") {
		if segment != "" && !strings.HasPrefix(segment, "{") && !slices.Contains(known, segment) {
			known = append(known, segment)
		}
	}
	return known
})
