package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browserPatience is how long a tab waits for what the page must do.
const browserPatience = time.Minute

// tab is a window with cookies, storage and a cache of its own, so that tests run side by side. It records what happens in it.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	console []string
	urls    []string
	opened  []string
}

// newTab opens a tab, which is closed at the end of the test.
func (b *browser) newTab(t *testing.T) *tab {
	t.Helper()
	tab := &tab{t: t}
	var cancel context.CancelFunc
	tab.ctx, cancel = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.record))
	t.Cleanup(cancel)
	// No deadline here either: the tab ends with the context of its first action.
	require.NoError(t, chromedp.Do(tab.ctx, func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		// As if the window were in front, so that focus works while other tests have windows, too.
		return cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	}))
	return tab
}

// do acts, and fails the test when that takes too long.
func (tab *tab) do(what string, limit time.Duration, steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tab.fail(what, err)
	}
}

// fail ends the test with what the page shows and what the console says.
func (tab *tab) fail(what string, err error) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, browserPatience)
	defer cancel()
	shown, unseen := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.body?.innerText ?? "")`))
	if unseen != nil {
		shown = unseen.Error()
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.t.Fatalf("%s: %v\nthe page: %s\nthe console: %s", what, err, shown, strings.Join(tab.console, "\n"))
}

// send runs one command of the protocol.
func send[P, R any](tab *tab, which cdp.Command[P, R], params P) R {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, browserPatience)
	defer cancel()
	result, err := chromedp.Call(ctx, which, params)
	if err != nil {
		tab.fail(which.Method, err)
	}
	return result
}

// visit returns when the page has loaded.
func (tab *tab) visit(url string) {
	tab.t.Helper()
	tab.do("visit "+url, patience, chromedp.Navigate(url))
}

// text is the text of the first element that the selector matches, as it is shown; it waits for the element.
func (tab *tab) text(selector string) (text string) {
	tab.t.Helper()
	quoted := strconv.Quote(selector)
	tab.waitFor("element "+selector, "document.querySelector("+quoted+")")
	tab.eval("document.querySelector("+quoted+")?.innerText ?? ''", &text) // not chromedp.Text: the page may replace the element meanwhile
	return text
}

// click waits until the element can be seen, scrolls to it and clicks on its center with the mouse.
func (tab *tab) click(selector string) {
	tab.t.Helper()
	tab.act("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// act does something to an element. Where the page replaced the element between looking for it and acting, it is done to its successor.
func (tab *tab) act(what string, steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, browserPatience)
	defer cancel()
	for {
		err := chromedp.Do(ctx, steps...)
		if err == nil {
			return
		}
		if ctx.Err() != nil || !isReplaced(err) {
			tab.fail(what, err)
		}
	}
}

// isReplaced reports whether the browser says that an element is not in the page any more. It says so in several ways, and has one code for
// nearly everything.
func isReplaced(err error) bool {
	var refused *cdproto.Error
	return errors.As(err, &refused) && slices.ContainsFunc([]string{"node with given id", "Node is detached", "box model", "layout object"},
		func(words string) bool { return strings.Contains(refused.Message, words) })
}

// fill puts a text in the place of what a field has, as pasting does: with an input event, and a change event when the focus leaves.
func (tab *tab) fill(selector, value string) {
	tab.t.Helper()
	tab.act("fill "+selector,
		chromedp.Focus(chromedp.CSS(selector), chromedp.NodeVisible),
		chromedp.Evaluate[chromedp.Void]("document.activeElement.select()"),
		func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
			return cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: value})
		})
}

// choose waits until a select has an option of this value, and chooses it.
func (tab *tab) choose(selector, value string) {
	tab.t.Helper()
	tab.waitFor("option "+value+" of "+selector, fmt.Sprintf(
		"Array.from(document.querySelector(%s).options).some(o => o.value === %s && !o.disabled)", strconv.Quote(selector), strconv.Quote(value)))
	tab.act("choose "+value+" in "+selector, chromedp.SetValue(chromedp.CSS(selector), value))
}

// press presses a key, a character or one of package kb, wherever the focus is.
func (tab *tab) press(key string, modifiers ...chromedp.Modifier) {
	tab.t.Helper()
	tab.do("press "+strconv.Quote(key), browserPatience, chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers...)))
}

// waitFor polls until a JavaScript expression is true. It is evaluated from outside, not with chromedp.Poll: that compiles the expression in the
// page, which a content security policy forbids, and ends with a navigation. An expression that throws is not true yet.
func (tab *tab) waitFor(description, expression string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, browserPatience)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var thrown error
	for {
		met, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if met && err == nil {
			return
		}
		if ctx.Err() == nil {
			thrown = err
		}
		select {
		case <-ctx.Done():
			tab.fail("wait for "+description+", which is "+expression, errors.Join(ctx.Err(), thrown))
		case <-ticker.C:
		}
	}
}

// eval evaluates JavaScript and decodes the result, of a promise as well, unless into is nil.
func (tab *tab) eval(expression string, into any) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, browserPatience)
	defer cancel()
	raw, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](expression, chromedp.EvalAwaitPromise))
	if err == nil && into != nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		tab.fail("eval "+expression, err)
	}
}

// interactive are the roles of what a user operates, as the accessibility tree has them.
var interactive = []string{
	"button", "checkbox", "combobox", "ComboBoxSelect", "DisclosureTriangle", "link", "listbox", "menuitem", "menuitemcheckbox", "menuitemradio",
	"option", "radio", "searchbox", "slider", "spinbutton", "switch", "tab", "textbox", "textFieldWithComboBox", "treeitem",
}

// accessibility is the whole tree, as assistive technology sees it.
func (tab *tab) accessibility() []*accessibility.Node {
	tab.t.Helper()
	send(tab, accessibility.Enable, cdp.Empty{})
	return send(tab, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
}

// nameless are the interactive nodes that have no name, as "role: <html>".
func (tab *tab) nameless(nodes []*accessibility.Node) []string {
	tab.t.Helper()
	var found []string
	for _, node := range nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := inWords(&runtime.RemoteObject{Value: node.Role.Value})
		named := node.Name != nil && strings.TrimSpace(inWords(&runtime.RemoteObject{Value: node.Name.Value})) != ""
		if named || !slices.ContainsFunc(interactive, func(one string) bool { return strings.EqualFold(one, role) }) {
			continue
		}
		html := send(tab, dom.GetOuterHTML, dom.GetOuterHTMLParams{BackendNodeID: node.BackendDOMNodeID}).OuterHTML
		found = append(found, fmt.Sprintf("%s: %.200s", role, html))
	}
	return found
}

// setSize sets the size of the viewport and the color scheme that the user prefers, "light" or "dark".
func (tab *tab) setSize(width, height int64, scheme string) {
	tab.t.Helper()
	send(tab, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
	send(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// screenshot writes a PNG of the whole page.
func (tab *tab) screenshot(file string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(tab.t, err)
	require.NoError(tab.t, os.WriteFile(file, image, 0o600))
}

// withoutScripts switches the scripts of pages off from the next visit on; eval and waitFor work nevertheless.
func (tab *tab) withoutScripts() {
	tab.t.Helper()
	send(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// heapBytes is what the page's JavaScript holds after a garbage collection.
func (tab *tab) heapBytes() int64 {
	tab.t.Helper()
	send(tab, heapprofiler.CollectGarbage, cdp.Empty{})
	return int64(send(tab, runtime.GetHeapUsage, cdp.Empty{}).UsedSize)
}
