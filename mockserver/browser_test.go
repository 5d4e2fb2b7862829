package mockserver_test

import (
	_ "embed"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

//go:embed testdata/page.html
var page string

// What the page saw of one call: the answer, or the error of a fetch that the browser refused.
type seen struct {
	Status  int
	Headers map[string]string
	Body    string
	Error   string
}

// A page of another origin in a real browser calls the API, reads what it answers, and does not get at /_mock/.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	browser := findBrowser(t)
	open := mockserver.Start(t)
	narrow := mockserver.Start(t, mockserver.WithCORSOrigins("https://app.example.com"))
	calls := visit(t, browser, strings.NewReplacer(
		"{open}", open.URL, "{narrow}", narrow.URL, "{control}", root(t, open).String()+"/_mock", "{key}", goodKey, "{header}", gen.KeyHeader,
	).Replace(page))

	created := calls["create"]
	assert.Equal(t, http.StatusCreated, created.Status, "%+v", created)
	assert.Equal(t, "100", created.Headers["ratelimit-limit"], "a page may read the rate limit")
	assert.Equal(t, "99", created.Headers["ratelimit-remaining"])
	assert.Equal(t, "60", created.Headers["ratelimit-reset"])
	customers := open.Customers(goodKey)
	require.Len(t, customers, 1)
	assert.Contains(t, created.Body, customers[0].ID)

	refused := calls["refused"]
	assert.Equal(t, http.StatusBadRequest, refused.Status, "%+v", refused)
	assert.Contains(t, refused.Body, "email: must be an email address", "errors can be read, too")
	assert.Equal(t, "98", refused.Headers["ratelimit-remaining"])

	preferred := calls["preferred"]
	assert.Equal(t, http.StatusTooManyRequests, preferred.Status, "%+v", preferred)
	assert.Equal(t, "code=429", preferred.Headers["preference-applied"])

	assert.NotEmpty(t, calls["narrow"].Error, "an origin that --cors-origin does not name")
	assert.NotEmpty(t, calls["read control"].Error, "a page cannot read /_mock/")
	assert.NotEmpty(t, calls["write control"].Error, "a page cannot write to /_mock/")
	assert.Contains(t, calls, "write control blindly")
	assert.Len(t, open.Customers(goodKey), 1, "not even blindly")
}

// findBrowser finds Chromium: $CHROMIUM, or what distributions call it. CI requires it; elsewhere the test is skipped
// without.
func findBrowser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	const message = "no browser: install Chromium, or name one in CHROMIUM"
	if os.Getenv("BITBYBIT_REQUIRE_BROWSER") == "1" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// visit opens a page in the browser and returns what the page posts to its own server at the end.
func visit(t *testing.T, browser, page string) map[string]seen {
	t.Helper()
	results := make(chan []byte, 1)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET /":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, page)
		case "POST /results":
			body, _ := io.ReadAll(r.Body)
			results <- body
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	// Not t.TempDir: a browser that is killed may still be writing, and that is no failure.
	profile, err := os.MkdirTemp("", "bitbybit-browser-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(profile) })

	command := exec.CommandContext(t.Context(), browser,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-sync",
		"--disable-background-networking", "--disable-component-update", "--user-data-dir="+profile, site.URL)
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	command.WaitDelay = 5 * time.Second
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	var posted []byte
	select {
	case posted = <-results:
		_ = command.Process.Kill()
		require.Error(t, <-ended, "it was killed")
	case err := <-ended:
		t.Fatalf("the browser ended before the page was done: %v\n%s", err, output.String())
	case <-time.After(2 * time.Minute):
		_ = command.Process.Kill()
		t.Fatalf("the page was not done in time (%v)\n%s", <-ended, output.String())
	}
	calls := map[string]seen{}
	require.NoError(t, json.Unmarshal(posted, &calls), "%s", posted)
	return calls
}
