package main

import (
	"context"
	"log/slog"
	"os/exec"
	"runtime"
	"strings"
)

// openPage opens the page of the mock in a browser, and warns where that fails. It does not wait: what opens a page may
// itself be the browser, which ends when its window is closed.
func (p *program) openPage(ctx context.Context, m *listening) {
	page := m.page()
	go func() {
		if err := p.open(ctx, page); err != nil {
			m.logger.Warn("the page could not be opened in a browser", slog.String("page", page), slog.Any("error", err))
		}
	}()
}

// startBrowser runs the first opener that is installed, and waits for its end so that no zombie is left of it. What it
// prints is dropped: standard output is for scripts. It outlives the mock, since the window may have to.
func (p *program) startBrowser(ctx context.Context, page string) error {
	openers := openers(runtime.GOOS, p.getenv("BROWSER"), page)
	chosen := openers[len(openers)-1] // its error says that it is not installed
	for _, opener := range openers {
		if _, err := exec.LookPath(opener[0]); err == nil {
			chosen = opener
			break
		}
	}
	command := exec.CommandContext(context.WithoutCancel(ctx), chosen[0], chosen[1:]...)
	command.Env = p.environ
	detach(command)
	return command.Run()
}

// openers are the commands that open a page on an operating system, the preferred one first. BROWSER is a list of
// commands, separated by colons, in which %s stands for the page; without it the page is the last argument.
func openers(system, browser, page string) (openers [][]string) {
	if system == "windows" {
		return [][]string{{"rundll32", "url.dll,FileProtocolHandler", page}}
	}
	for named := range strings.SplitSeq(browser, ":") {
		command := strings.Fields(named)
		if len(command) == 0 {
			continue
		}
		if !strings.Contains(named, "%s") {
			command = append(command, page)
		}
		for i := range command {
			command[i] = strings.ReplaceAll(command[i], "%s", page)
		}
		openers = append(openers, command)
	}
	if system == "darwin" {
		return append(openers, []string{"open", page})
	}
	// wslview is what Linux has under Windows, whose browser it opens; nothing else installs it.
	return append(openers, []string{"wslview", page}, []string{"xdg-open", page})
}
