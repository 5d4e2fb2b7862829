package contracttest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// judgedNothing says why the run says nothing of the server: no answer came, all valid requests were turned away, or
// none of the checks that were asked for had anything to look at. It is nil where the run says something.
func (r *run) judgedNothing(report result.Report) *result.NothingJudgedError {
	answers, valid, read := 0, 0, 0
	statuses := map[int]*check.Verdict{} // the first valid request that got each
	for _, v := range r.done {
		if v.Answer == nil {
			continue
		}
		answers++
		if v.Class.Valid() && v.Case.Asked == nil {
			valid++
			if statuses[v.Answer.Status] == nil {
				statuses[v.Answer.Status] = v
			}
			if !unread(v.Answer.Status) {
				read++
			}
		}
	}
	switch {
	case len(r.done) == 0:
		return &result.NothingJudgedError{
			Tried: "nothing was sent to " + r.root.String() + r.Base,
			Came:  "no case was chosen",
			Do:    "choose other cases or phases; --list shows the cases",
		}
	case answers == 0:
		came, do := "no connection", "start the server, or correct the URL"
		if dial, ok := errors.AsType[*net.OpError](r.done[0].Err); !ok || dial.Op != "dial" {
			came, do = "no answer that can be read", "see in the log of the server, or of a proxy in front of it, what it sends; or correct the URL"
		}
		return &result.NothingJudgedError{
			Tried: r.tried(r.done[0], len(r.done)),
			Came:  came + ": " + r.line(rootCause(r.done[0].Err)),
			Do:    do,
		}
	case valid > 0 && read == 0:
		seen := slices.Sorted(maps.Keys(statuses))
		first := statuses[seen[0]]
		return &result.NothingJudgedError{
			Tried: r.tried(first, valid),
			Came:  "every valid request was answered " + check.Joined(seen) + ", e.g. " + r.line(first.Excerpt()),
			Do:    r.adviceOn(first),
		}
	case len(report.NotMade) == r.switchedOn():
		return &result.NothingJudgedError{
			Tried: r.tried(r.done[0], len(r.done)),
			Came:  "no check that was asked for had anything to look at",
			Do:    "allow more requests, or choose other checks or cases",
		}
	}
	return nil
}

// tried says what was sent, and how its URL was made.
func (r *run) tried(v *check.Verdict, n int) string {
	text := wording.Plural(n, "request")
	if v.Class.Valid() {
		text = wording.Plural(n, "valid request")
	}
	text = fmt.Sprintf("%s, %s %s%s", text, v.Case.Request.Method, r.root, r.Mask.Text(v.Case.Request.Path))
	if r.addedPath() {
		text += fmt.Sprintf("; the URL has no path, so that the contract's, %s, was added", r.Base)
	}
	return text
}

// addedPath reports whether the URL had no path and got the contract's.
func (r *run) addedPath() bool {
	given, err := url.Parse(r.config.URL)
	return err == nil && strings.Trim(given.Path, "/") == "" && r.Base != ""
}

// adviceOn says what to do about the answer to a valid request.
func (r *run) adviceOn(v *check.Verdict) string {
	switch status := v.Answer.Status; status {
	case http.StatusUnauthorized:
		return "use an API key that this server knows"
	case http.StatusForbidden:
		return "give the API key the scope to create customers, and this address to its allowlist"
	case http.StatusConflict:
		return "the server has these customers from an earlier run; use another seed (--seed), which makes others"
	case http.StatusTooManyRequests:
		return "wait until the window of the rate limit ends, then run again"
	case http.StatusNotFound:
		if path, repeated := strings.CutSuffix(r.Base, v.Class.Op.Path); repeated {
			return fmt.Sprintf("the URL ends in the path of the operation, %s, which is added to it; use %s%s", v.Class.Op.Path, r.root, path)
		}
		if r.addedPath() {
			return fmt.Sprintf("give the path of the API in the URL, e.g. %s/api, or %s/ for the root", r.root, r.root)
		}
		return fmt.Sprintf("correct the path of the URL, %s, to which the operation's, %s, is added", cmp.Or(r.Base, "/"), v.Class.Op.Path)
	}
	return "see in the server's log why it fails"
}

// line is a text that others made, as one line.
func (r *run) line(text string) string {
	return wording.Cut(wording.Visible(wording.OneLine(r.Mask.Text(text))), 300)
}

// rootCause is an error of net/http without the method and URL, which are said anyhow.
func rootCause(err error) string {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return err.Error()
}
