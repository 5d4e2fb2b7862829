package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

const (
	// patience is how long an answer is waited for before the progress says so.
	patience = 2 * time.Second
	// flicker is how long the line stays as it is at least.
	flicker = 100 * time.Millisecond
)

// progress shows on a terminal how far a run is, and what it waits for. A nil progress shows nothing. It is safe for
// concurrent use.
type progress struct {
	mu      sync.Mutex
	bar     *progressbar.ProgressBar
	sent    int
	planned int
	latest  time.Time // when the latest answer came
	until   time.Time // when a wait ends
	missing int       // webhooks that are waited for; 0 where it is the rate limit
	drawn   time.Time // when the line was
	done    chan struct{}
	over    sync.WaitGroup
}

// newProgress shows nothing where w is no terminal.
func newProgress(w io.Writer) *progress {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	return startProgress(w)
}

// startProgress writes to w whatever it is.
func startProgress(w io.Writer) *progress {
	p := &progress{latest: time.Now(), done: make(chan struct{})}
	p.bar = progressbar.NewOptions(
		1, progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(30), progressbar.OptionSetPredictTime(false),
		progressbar.OptionShowDescriptionAtLineEnd(), progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetElapsedTime(false),
	)
	p.over.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				p.mu.Lock()
				p.show()
				p.mu.Unlock()
			case <-p.done:
				return
			}
		}
	})
	return p
}

// answered is [contracttest.Config.OnProgress].
func (p *progress) answered(sent, planned int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent, p.planned, p.latest = sent, planned, time.Now()
	if p.missing > 0 { // the wait for webhooks is over
		p.missing, p.until = 0, time.Time{}
	}
	if p.latest.Sub(p.drawn) >= flicker {
		p.show()
	}
}

// waits is [contracttest.Config.OnWait].
func (p *progress) waits(wait time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until, p.missing = time.Now().Add(wait), 0
	p.show()
}

// waitsForWebhooks is [contracttest.Webhooks.OnWait].
func (p *progress) waitsForWebhooks(missing int, left time.Duration) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until, p.missing = time.Now().Add(left), missing
	p.show()
}

// show draws the line anew. The caller holds the lock.
func (p *progress) show() {
	p.drawn = time.Now()
	// The bar is never full: a full one is finished, and would not be drawn again while findings are shrunk.
	p.bar.ChangeMax(max(p.planned, p.sent) + 1)
	_ = p.bar.Set(p.sent)
	p.bar.Describe(p.state())
}

// state is the text beside the bar.
func (p *progress) state() string {
	text := fmt.Sprintf("%d of %d requests", p.sent, p.planned)
	if p.planned == 0 {
		text = "begins"
	}
	now := time.Now()
	if wait := p.until.Sub(now); wait > 0 && p.missing > 0 {
		return fmt.Sprintf("%s, waits up to %v for %d more webhooks", text, wait.Round(time.Second), p.missing)
	} else if wait > 0 {
		return fmt.Sprintf("%s, waits %v for the rate limit", text, wait.Round(time.Second))
	}
	if silent := now.Sub(later(p.latest, p.until)); silent >= patience {
		return fmt.Sprintf("%s, waits %v for an answer", text, silent.Round(time.Second))
	}
	return text
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// end takes the line away.
func (p *progress) end() {
	if p == nil {
		return
	}
	close(p.done)
	p.over.Wait()
	_ = p.bar.Clear()
}
