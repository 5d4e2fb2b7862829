package main

import (
	"context"
	"errors"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a headless Chromium with a profile of its own, one for all tests of this process.
type browser struct {
	ctx context.Context
}

var (
	errNoBrowser = errors.New("no browser: install Chromium, or name one in CHROMIUM")

	startBrowser = sync.OnceValues(func() (*browser, error) {
		path, err := findBrowser()
		if err != nil {
			return nil, err
		}
		// Without UserDataDir the profile is a temporary directory, which goes with the last process that writes to it.
		allocator, _ := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))...)
		ctx, cancel := chromedp.NewContext(allocator)
		// No deadline here: the browser ends with the context that it was started with.
		if err := chromedp.Do(ctx); err != nil {
			cancel()
			return nil, err
		}
		stopBrowser = func() {
			limited, release := context.WithTimeout(ctx, patience)
			defer release()
			_ = chromedp.Cancel(limited)
		}
		return &browser{ctx}, nil
	})

	// stopBrowser ends the browser, if there is one; TestMain calls it.
	stopBrowser = func() {}
)

// openBrowser returns the browser of this process. CI requires it; elsewhere the test is skipped without.
func openBrowser(t *testing.T) *browser {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	b, err := startBrowser()
	if errors.Is(err, errNoBrowser) && os.Getenv("BITBYBIT_REQUIRE_BROWSER") != "1" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return b
}

// findBrowser finds Chromium: $CHROMIUM, or what distributions call it.
func findBrowser() (string, error) {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path, nil
		}
	}
	return "", errNoBrowser
}

func TestTheBrowserShowsWhatTheMockAnswers(t *testing.T) {
	t.Parallel()
	tab := openBrowser(t).newTab(t)
	origin, _ := serve(t, nil)
	tab.visit(origin + "/_mock/health")
	assert.Contains(t, tab.text("body"), `"status"`)
	assert.Equal(t, origin+"/_mock/health", tab.requestedURLs()[0])
}

const pageOfTheHarness = `<!doctype html><html lang="en"><title>harness</title><link rel="icon" href="data:,">
<style>body { margin: 0; height: 3000px; background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style>
<button id="nameless"></button> <button id="named">Named</button> <div hidden><button></button></div>
<input id="field" aria-label="Field" value="before">
<select id="select" aria-label="Select"><option>one<option value="2">two</select>
<p id="out">nothing</p>
<noscript><p id="noscript">no scripts</p></noscript>
<script>document.title = "not blocked"</script>
<script src="/script.js"></script>`

const scriptOfTheHarness = `
const out = document.getElementById("out");
console.log("a number", 7, {a: 1});
setTimeout(() => { throw new Error("thrown") });
Promise.reject(new Error("rejected"));
document.getElementById("named").onclick = () => setTimeout(() => out.textContent = String(confirm("sure?")), 50);
document.getElementById("field").oninput = event => out.textContent = "typed " + event.target.value;
document.getElementById("field").onkeydown = event => { if (event.key === "Enter") out.textContent = "entered"; };
document.getElementById("select").onchange = event => out.textContent = "chose " + event.target.value;
fetch("/missing").then(() => { window.fetched = true });`

// harnessPage serves a page with something in it for each of the tab's methods.
func harnessPage(t *testing.T) string {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "script-src 'self'")
			_, _ = w.Write([]byte(pageOfTheHarness))
		case "/script.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(scriptOfTheHarness))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	return site.URL
}

// What the tests of the page rely on: each recorder records, and each action reaches the page.
func TestATabRecordsAndActs(t *testing.T) {
	t.Parallel()
	tab := openBrowser(t).newTab(t)
	origin := harnessPage(t)
	tab.visit(origin + "/")
	tab.waitFor("the script has run", "window.fetched")

	console := strings.Join(tab.consoleMessages(), "\n")
	assert.Contains(t, console, "log: a number 7 Object")
	assert.Contains(t, console, "exception: Uncaught Error: thrown")
	assert.Contains(t, console, "exception: Uncaught (in promise) Error: rejected")
	assert.Contains(t, console, "Content Security Policy")
	assert.Contains(t, console, "404")
	assert.Equal(t, []string{origin + "/", origin + "/script.js", origin + "/missing"}, tab.requestedURLs())
	var title string
	tab.eval("document.title", &title)
	assert.Equal(t, "harness", title, "the inline script was blocked")

	tab.fill("#field", "after")
	assert.Equal(t, "typed after", tab.text("#out"))
	tab.press(kb.Enter)
	assert.Equal(t, "entered", tab.text("#out"))
	tab.press(kb.Tab)
	tab.waitFor("the focus is on the select", `document.activeElement.id === "select"`)
	tab.press(kb.Tab, chromedp.ModifierShift)
	tab.waitFor("the focus is back", `document.activeElement.id === "field"`)
	tab.choose("#select", "2")
	assert.Equal(t, "chose 2", tab.text("#out"))
	assert.Empty(t, tab.dialogs())
	tab.click("#named")
	tab.waitFor("the dialog is accepted", `document.getElementById("out").textContent === "true"`)
	assert.Equal(t, []string{"confirm: sure?"}, tab.dialogs())

	nodes := tab.accessibility()
	assert.NotEmpty(t, nodes)
	assert.Equal(t, []string{`button: <button id="nameless"></button>`}, tab.nameless(nodes))
	assert.Greater(t, tab.heapBytes(), int64(100_000))
}

func TestATabHasASizeAScreenshotAndNoScripts(t *testing.T) {
	t.Parallel()
	tab := openBrowser(t).newTab(t)
	tab.withoutScripts()
	tab.setSize(320, 640, "dark")
	tab.visit(harnessPage(t) + "/")
	assert.Equal(t, "no scripts", tab.text("#noscript"))
	assert.Empty(t, tab.consoleMessages())

	path := filepath.Join(t.TempDir(), "page.png")
	tab.screenshot(path)
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	image, err := png.Decode(file)
	require.NoError(t, err)
	assert.Equal(t, 320, image.Bounds().Dx())
	assert.GreaterOrEqual(t, image.Bounds().Dy(), 3000, "the whole page")
	red, green, blue, _ := image.At(300, 2900).RGBA()
	assert.Zero(t, red+green+blue, "dark")
}
