package contracttest_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/mutate"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/player"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// TestMutation measures the suite by wrong contracts, each in both directions: the suite reads the mutant and the
// server keeps the contract; and the server plays the mutant while the suite reads the contract. In either, a finding
// of severity error kills the mutant, and so does a run that could judge nothing, since neither is a success. What is
// not killed must be listed as equivalent, with its reason. BITBYBIT_FULL=1 tries all of them, as CI does; otherwise it
// is every eighth of each kind. The last column is what users run: a server that does not say that it is the mock, at
// which assumed rules are warnings, and the requests of one window.
func TestMutation(t *testing.T) {
	t.Parallel()
	document, err := spec.GetSpecJSON()
	require.NoError(t, err)
	mutants, err := mutate.All(document)
	require.NoError(t, err)
	switch {
	case underRace:
		mutants = everyNth(mutants, 10)
	case !full():
		mutants = everyNthOfEachKind(mutants, 8)
	}

	require.Equal(
		t,
		fate{},
		tryDocument(t, "the contract itself", judge.Contract()), // as any server too
		"what is no mutant must not be killed",
	)

	fates := make([]fate, len(mutants))
	inParallel(len(mutants), func(i int) { fates[i] = try(t, mutants[i]) })

	table := map[string]*row{}
	total := &row{}
	var survivors []string
	for i, m := range mutants {
		if table[m.Kind] == nil {
			table[m.Kind] = &row{}
		}
		reason := equivalent(m.Name())
		for _, r := range []*row{table[m.Kind], total} {
			r.count(fates[i], reason != "")
		}
		if !fates[i].reading && !fates[i].playing && !fates[i].invalid && reason == "" {
			survivors = append(survivors, m.Name())
		}
		if (fates[i].reading || fates[i].playing || fates[i].elsewhere) && reason != "" {
			t.Errorf("%s is listed as equivalent and is not: the suite saw it", m.Name())
		}
	}
	t.Log("\n" + rows(table, total))
	assert.Empty(
		t,
		survivors,
		"mutants that nothing tells from the contract: add a check or a case, or list them in equivalent with a reason",
	)
	assert.LessOrEqual(t, total.equivalent*10, total.all, "at most one mutant of ten may be equivalent")
	killed := total.reading + total.playing
	assert.GreaterOrEqual(t, total.soon*10, killed*9, "ninety requests must kill nine of ten")
}

// fate is what became of a mutant. The zero fate is survival.
type fate struct {
	reading bool // killed by the suite that read it
	playing bool // killed by the suite that met the server which played it
	soon    bool // within the requests of one window
	// elsewhere is set where the mutant was killed, in either direction and within one window, as any server.
	elsewhere bool
	invalid   bool // no contract at all: it does not count
}

// oneWindow is how many requests a run makes against a live server.
const oneWindow = 90

// beforeFuzz are the phases that such a run gets to; leaving out the last one changes nothing but the time.
var beforeFuzz = []result.Phase{result.PhaseExamples, result.PhaseCoverage}

func try(t *testing.T, m mutate.Mutant) fate {
	doc, err := m.Document()
	if err != nil {
		return fate{invalid: true}
	}
	mutant, err := judge.New(doc)
	if err != nil {
		return fate{invalid: true}
	}
	return tryDocument(t, m.Name(), mutant)
}

func tryDocument(t *testing.T, name string, mutant *judge.Judge) fate {
	right := player.New(judge.Contract(), nil)
	wrong := player.New(mutant, judge.Contract())
	outcome := fate{elsewhere: full() && (objectsElsewhere(t, name, mutant, right) || objectsElsewhere(t, name, judge.Contract(), wrong))}
	// Most mutants are killed by the first few requests; the full run is for the others.
	for _, requests := range []int{10, oneWindow, -1} {
		outcome.soon = requests > 0
		if objects(t, name, mutant, right, requests) {
			outcome.reading = true
			return outcome
		}
		if objects(t, name, judge.Contract(), wrong, requests) {
			outcome.playing = true
			return outcome
		}
	}
	outcome.soon = false
	return outcome
}

// objectsElsewhere is objects for a server that does not say that it is the mock, within one window. What such a server
// says of its rate limit is waited for, in the time of a bubble.
func objectsElsewhere(t *testing.T, name string, reads *judge.Judge, server http.Handler) (killed bool) {
	synctest.Test(t, func(t *testing.T) { killed = objects(t, name, reads, hidden(server), oneWindow) })
	return killed
}

// hidden is a server that does not say that it is the mock.
func hidden(server http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_mock/") {
			http.NotFound(w, r)
			return
		}
		server.ServeHTTP(w, r)
	})
}

// wordsOfTheMock are the checks of what no server but the mock itself has to say. Players say that they are the mock,
// so that nothing is forgiven them.
var wordsOfTheMock = []result.Check{result.MessageNamesFields}

// objects runs the suite and reports whether it did not end well.
func objects(t *testing.T, name string, reads *judge.Judge, server http.Handler, requests int) bool {
	config := contracttest.Config{
		URL:         testURL,
		APIKey:      testKey,
		Judge:       reads,
		MaxRequests: requests,
		HTTPClient:  client(server),
		Exclude:     wordsOfTheMock,
	}
	if requests > 0 {
		config.Phases = beforeFuzz
	}
	report, err := contracttest.Run(t.Context(), config)
	if err != nil && !errors.Is(err, result.ErrNothingJudged) && !errors.Is(err, contracttest.ErrUnsupported) {
		t.Errorf("%s: %v", name, err)
	}
	return err != nil || len(report.Open(result.Error)) > 0
}

// testURL is where handlers are asked; the mock's control API answers to loopback names only.
const testURL = "http://127.0.0.1:4010"

// testKey is a key of the documented form.
const testKey = "bbb_test_0123456789abcdef"

// inParallel does n things, as many at a time as there are processors.
func inParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}

func everyNth[T any](all []T, n int) (some []T) {
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// everyNthOfEachKind is a sample that has at least one mutant of each kind.
func everyNthOfEachKind(all []mutate.Mutant, n int) (some []mutate.Mutant) {
	seen := map[string]int{}
	for _, m := range all {
		if seen[m.Kind]%n == 0 {
			some = append(some, m)
		}
		seen[m.Kind]++
	}
	return some
}

// row is a line of the table.
type row struct{ all, reading, playing, soon, elsewhere, equivalent, survived, invalid int }

func (r *row) count(f fate, isEquivalent bool) {
	if f.invalid {
		r.invalid++
		return
	}
	r.all++
	switch {
	case f.reading:
		r.reading++
	case f.playing:
		r.playing++
	case isEquivalent:
		r.equivalent++
	default:
		r.survived++
	}
	if f.soon {
		r.soon++
	}
	if f.elsewhere {
		r.elsewhere++
	}
}

func rows(table map[string]*row, total *row) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(
		w,
		"kind\tmutants\tsuite reads it\tserver plays it\tas the mock, in 90 requests\tas any server, in 90 requests\tequivalent\tsurvived\tno contract\t",
	)
	line := func(name string, r *row) {
		fmt.Fprintf(
			w,
			"%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n",
			name,
			r.all,
			r.reading,
			r.playing,
			r.soon,
			r.elsewhere,
			r.equivalent,
			r.survived,
			r.invalid,
		)
	}
	for _, kind := range slices.Sorted(maps.Keys(table)) {
		line(kind, table[kind])
	}
	line("all", total)
	_ = w.Flush()
	return b.String()
}
