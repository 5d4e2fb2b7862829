package commandline

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/urfave/cli/v3"
)

// settings are what the program of these tests reads.
type settings struct {
	level   string
	words   []string
	number  int
	wait    time.Duration
	enabled bool
}

// call runs a program that returns failure from its action.
func call(t *testing.T, environ map[string]string, failure error, args ...string) (got settings, code int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	got = settings{level: "low", number: 3, wait: time.Second, words: nil}
	e := Environment{Prefix: "TEST_", Getenv: func(name string) string { return environ[name] }}
	action := func(_ context.Context, c *cli.Command) error { return errors.Join(NoArguments(c), failure) }
	root := &cli.Command{
		Name: "test", Version: "v1", Writer: &out, ErrWriter: &log, Action: action,
		Flags: []cli.Flag{
			Flag(e, "level", &got.level, OneOf("low", "middle", "high"), "", "the `LEVEL`"),
			Flag(e, "word", &got.words, Words, "any", "a `WORD`"),
			Flag(e, "number", &got.number, Number(strconv.Atoi), "", "a `NUMBER`"),
			Flag(e, "wait", &got.wait, Duration, "", "a `DURATION`"),
			Flag(e, "enabled", &got.enabled, YesOrNo, "off", "a switch"),
		},
		Commands: []*cli.Command{{Name: "inspect", Action: action}},
	}
	code = Run(t.Context(), root, args, 1)
	return got, code, out.String(), log.String()
}

func TestFlagBeforeVariableBeforeDefault(t *testing.T) {
	t.Parallel()
	environ := map[string]string{"TEST_LEVEL": "high", "TEST_WORDS": "a, b", "TEST_NUMBER": "", "TEST_ENABLED": "on"}
	got, code, _, stderr := call(t, environ, nil, "--level", "middle")
	assert.Equal(t, 0, code, stderr)
	assert.Equal(t, settings{level: "middle", words: []string{"a", "b"}, number: 3, wait: time.Second, enabled: true}, got)

	got, _, _, _ = call(t, environ, nil, "--word", "c", "--word=d e", "--enabled=no", "--wait=2s")
	assert.Equal(t, settings{level: "high", words: []string{"c", "d", "e"}, number: 3, wait: 2 * time.Second}, got)
}

func TestWhatIsWrongIsOneLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ map[string]string
		args    []string
		want    string
	}{
		"flag":       {nil, []string{"--level", "deep"}, `invalid value "deep" for flag --level: must be low, middle or high`},
		"variable":   {map[string]string{"TEST_NUMBER": "-1"}, nil, `could not parse "-1" as int value from TEST_NUMBER for flag number: must be a whole number, not negative: 0 or more`},
		"suggestion": {nil, []string{"--numbr=1"}, "flag provided but not defined: --numbr; did you mean --number?"},
		"command":    {nil, []string{"inspct"}, `test takes no arguments, got ["inspct"]; there is no command "inspct"; did you mean inspect?`},
		"arguments":  {nil, []string{"inspect", "it"}, `inspect takes no arguments, got ["it"] (test inspect --help lists the flags)`},
		"order":      {nil, []string{"--enabled", "inspect"}, "the flags of inspect come after it, as in test inspect --enabled"},
		"key":        {nil, []string{"--level", "bbb_test_s3cret"}, `invalid value "bbb_test_…" for flag --level: must be low, middle or high`},
		"topic":      {nil, []string{"help", "me"}, "No help topic for 'me'. completion"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, code, stdout, stderr := call(t, test.environ, nil, test.args...)
			assert.Equal(t, ExitUsage, code)
			assert.Empty(t, stdout)
			if !strings.HasSuffix(test.want, " --help lists the flags)") {
				test.want += " (test --help lists the flags)"
			}
			assert.Equal(t, "test: "+test.want+"\n", stderr)
		})
	}
}

func TestFailuresOfActions(t *testing.T) {
	t.Parallel()
	_, code, _, stderr := call(t, nil, errors.New("two\nlines"))
	assert.Equal(t, 1, code)
	assert.Equal(t, "test: two lines\n", stderr)

	_, code, _, stderr = call(t, nil, Exit(7))
	assert.Equal(t, 7, code)
	assert.Empty(t, stderr, "it was told")
	assert.EqualError(t, Exit(7), "exit code 7")

	_, code, stdout, _ := call(t, nil, errors.New("not reached"), "--version")
	assert.Equal(t, 0, code)
	assert.Regexp(t, `^test v1 go\S+ \w+/\w+\n$`, stdout)
}

func TestHelpShowsDefaultsAndVariables(t *testing.T) {
	t.Parallel()
	environ := map[string]string{"TEST_LEVEL": "high", "TEST_WORDS": "secret"}
	_, code, help, _ := call(t, environ, nil, "--help")
	assert.Equal(t, 0, code)
	for _, want := range []string{"(default: low) [$TEST_LEVEL]", "(default: any) [$TEST_WORDS]", "(default: 1s) [$TEST_WAIT]", "[$TEST_ENABLED]"} {
		assert.Contains(t, help, want)
	}
	assert.NotContains(t, help, "secret")
	assert.NotContains(t, help, "high")
}
