package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenOpensThePageOfTheMock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environ, args []string
		opens         bool
	}{
		"default":           {nil, nil, false},
		"flag":              {nil, []string{"--open"}, true},
		"variable":          {[]string{"BITBYBIT_MOCK_OPEN=yes"}, nil, true},
		"flag over it":      {[]string{"BITBYBIT_MOCK_OPEN=yes"}, []string{"--open=no"}, false},
		"reached by others": {nil, []string{"--open", "--addr", "0.0.0.0:0"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opened := make(chan string, 1)
			p := &program{environ: test.environ, open: func(_ context.Context, page string) error {
				// The port is open by now, so that a browser gets an answer.
				request, _ := http.NewRequest(http.MethodGet, page, http.NoBody)
				response, err := http.DefaultClient.Do(request)
				if assert.NoError(t, err) {
					assert.Equal(t, http.StatusOK, response.StatusCode)
					_ = response.Body.Close()
				}
				opened <- page
				return nil
			}}
			origin, stop := serveAs(t, p, test.args...)
			if test.opens {
				select {
				case page := <-opened:
					assert.Equal(t, origin+"/_mock/", page)
				case <-time.After(patience):
					assert.Fail(t, "nothing was opened")
				}
			}
			code, log := stop()
			assert.Equal(t, 0, code)
			assert.NotContains(t, log, "browser")
			assert.Empty(t, opened)
		})
	}
}

func TestExecOpensNothing(t *testing.T) {
	t.Parallel()
	var out, log buffer
	p := &program{
		stdin: strings.NewReader(""), stdout: &out, stderr: &log,
		environ: append(os.Environ(), actAs+"=exit 7", "BITBYBIT_MOCK_OPEN=yes"),
		open:    func(context.Context, string) error { return errors.New("opened") },
	}
	assert.Equal(t, 7, p.run(t.Context(), []string{"exec", "--", os.Args[0]}))
	assert.Empty(t, log.String())
}

func TestABrowserThatCannotBeOpenedIsAWarning(t *testing.T) {
	t.Parallel()
	p := &program{}
	failed := make(chan struct{})
	p.open = func(context.Context, string) error {
		defer close(failed)
		return errors.New("there is no display")
	}
	origin, stop := serveAs(t, p, "--open")
	<-failed
	log := p.stderr.(*buffer)
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "browser") }, patience, time.Millisecond)
	assert.Equal(t, http.StatusCreated, create(t, origin, `{"email":"a@example.com"}`).StatusCode, "it serves on")
	code, _ := stop()
	assert.Equal(t, 0, code)
	assert.Contains(t, log.String(), `level=WARN msg="the page could not be opened in a browser" page=`+origin+
		`/_mock/ error="there is no display"`)
}

func TestABrowserThatRunsHoldsNothingUp(t *testing.T) {
	t.Parallel()
	closed, ended := make(chan struct{}), make(chan struct{})
	origin, stop := serveAs(t, &program{open: func(context.Context, string) error {
		defer close(ended)
		<-closed
		return nil
	}}, "--open")
	assert.Equal(t, http.StatusCreated, create(t, origin, `{"email":"a@example.com"}`).StatusCode)
	code, log := stop()
	assert.Equal(t, 0, code, log)
	close(closed)
	<-ended
}

func TestOpeners(t *testing.T) {
	t.Parallel()
	const page = "http://127.0.0.1:4010/_mock/"
	wsl, linux := []string{"wslview", page}, []string{"xdg-open", page}
	for name, test := range map[string]struct {
		system, browser string
		want            [][]string
	}{
		"Linux":                {"linux", "", [][]string{wsl, linux}},
		"another Unix":         {"freebsd", "", [][]string{wsl, linux}},
		"macOS":                {"darwin", "", [][]string{{"open", page}}},
		"Windows":              {"windows", "firefox", [][]string{{"rundll32", "url.dll,FileProtocolHandler", page}}},
		"BROWSER":              {"linux", "firefox", [][]string{{"firefox", page}, wsl, linux}},
		"BROWSER on macOS":     {"darwin", "firefox", [][]string{{"firefox", page}, {"open", page}}},
		"BROWSER with options": {"linux", "firefox --new-window", [][]string{{"firefox", "--new-window", page}, wsl, linux}},
		"BROWSER with %s":      {"linux", "see --url=%s --now", [][]string{{"see", "--url=" + page, "--now"}, wsl, linux}},
		"BROWSER as a list":    {"linux", "a: :b %s:", [][]string{{"a", page}, {"b", page}, wsl, linux}},
	} {
		assert.Equal(t, test.want, openers(test.system, test.browser, page), name)
	}
}
