package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// record notes an event. It must not call the browser itself.
func (tab *tab) record(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		var words []string
		for _, argument := range e.Args {
			words = append(words, inWords(argument))
		}
		tab.console = append(tab.console, string(e.Type)+": "+strings.Join(words, " "))
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + inWords(e.ExceptionDetails.Exception)
		}
		tab.console = append(tab.console, "exception: "+text)
	case *log.EventEntryAdded:
		tab.console = append(tab.console, strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)))
	case *network.EventRequestWillBeSent:
		tab.urls = append(tab.urls, e.Request.URL)
	case *network.EventWebSocketCreated:
		tab.urls = append(tab.urls, e.URL)
	case *page.EventJavascriptDialogOpening:
		tab.opened = append(tab.opened, string(e.Type)+": "+e.Message)
		go func() { // a page stands still until its dialog is answered
			_, _ = chromedp.Call(tab.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

// inWords is a value as the console shows it, more or less.
func inWords(value *runtime.RemoteObject) string {
	var text string
	switch {
	case json.Unmarshal(value.Value, &text) == nil:
		return text
	case value.Description != "":
		return value.Description
	case value.UnserializableValue != "":
		return string(value.UnserializableValue)
	case len(value.Value) > 0:
		return string(value.Value)
	}
	return string(value.Type)
}

// recorded returns what one of the recorders has, once the browser has sent what came before this call.
func (tab *tab) recorded(list *[]string) []string {
	tab.t.Helper()
	tab.eval("0", nil)
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.Clone(*list)
}

// consoleMessages are what scripts wrote ("log: …"), what nothing caught ("exception: …") and what the browser has to say, such as violations
// of the content security policy ("security error: …").
func (tab *tab) consoleMessages() []string {
	tab.t.Helper()
	return tab.recorded(&tab.console)
}

// requestedURLs are the URLs of all requests so far, in their order.
func (tab *tab) requestedURLs() []string {
	tab.t.Helper()
	return tab.recorded(&tab.urls)
}

// dialogs are those that opened, as "alert: text"; they were accepted.
func (tab *tab) dialogs() []string {
	tab.t.Helper()
	return tab.recorded(&tab.opened)
}
