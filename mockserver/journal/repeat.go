package journal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/hidden"
)

// Curl is a command for a POSIX shell that sends the request again, with the API key that is in $BITBYBIT_API_KEY, or else one that any
// mock takes that names no keys, unless the answer was about the key. It sends what the entry holds, keys masked.
func (r Request) Curl() string {
	var b strings.Builder
	r.caveats(&b, "# ")
	command := curl.Request{Method: r.Method, URL: r.url(), Header: http.Header{}, Body: r.Body, KeyHeader: gen.KeyHeader}
	if r.isRawTarget() {
		command.Target = r.Target
	}
	maps.Insert(command.Header, r.repeated())
	if r.isAboutItsKey() { // another key would be another answer
		return b.String() + curl.Lines(command) + "\n"
	}
	header := curl.Quote(gen.KeyHeader + ": ")
	return b.String() + strings.Replace(curl.Lines(command), header+`"`+curl.KeyVariable+`"`, header+`"${BITBYBIT_API_KEY:-`+anyKey+`}"`, 1) + "\n"
}

// anyKey is a key that a mock takes that names no keys.
const anyKey = gen.KeyPrefixTest + "1"

// GoTest is a Go file with a test that sends the request again, with the API key that is in $BITBYBIT_API_KEY or else as [Request.Curl] does, and
// expects the status that was answered, unless that was about the key. It sends what the entry holds, keys masked.
func (r Request) GoTest() string {
	var b strings.Builder
	b.WriteString("package repeat_test\n\nimport (\n")
	if len(r.Header[apikey.Header]) > 0 && !r.isAboutItsKey() {
		b.WriteString("\t\"cmp\"\n")
	}
	b.WriteString("\t\"net/http\"\n")
	if len(r.Header[apikey.Header]) > 0 {
		b.WriteString("\t\"os\"\n")
	}
	b.WriteString("\t\"strings\"\n\t\"testing\"\n)\n\n")
	number := strings.TrimPrefix(r.ID, requestID)
	fmt.Fprintf(&b, "// TestRepeatRequest%s sends the request %s of the mock's journal again.\n", number, r.ID)
	r.caveats(&b, "// ")
	fmt.Fprintf(&b, "func TestRepeatRequest%s(t *testing.T) {\n", number)
	fmt.Fprintf(&b, "\tbody := %s\n", goQuote(string(r.Body)))
	fmt.Fprintf(&b, "\trequest, err := http.NewRequestWithContext(t.Context(), %q, %q, strings.NewReader(body))\n",
		r.Method, r.url())
	b.WriteString("\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n")
	if r.isRawTarget() {
		fmt.Fprintf(&b, "\trequest.URL.Opaque = %q\n", r.Target)
	}
	for name, values := range r.repeated() {
		for _, value := range values {
			quoted := strconv.Quote(value)
			switch {
			case name == apikey.Header && r.isAboutItsKey():
				quoted = `os.Getenv("BITBYBIT_API_KEY")`
			case name == apikey.Header:
				quoted = `cmp.Or(os.Getenv("BITBYBIT_API_KEY"), "` + anyKey + `")`
			}
			fmt.Fprintf(&b, "\trequest.Header.Add(%q, %s)\n", name, quoted)
		}
	}
	b.WriteString("\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n" +
		"\tdefer response.Body.Close()\n")
	if r.Status != 0 && !r.isAboutItsKey() {
		fmt.Fprintf(&b, "\tif response.StatusCode != %d {\n"+
			"\t\tt.Errorf(\"expected status %d, got %%s\", response.Status)\n\t}\n", r.Status, r.Status)
	}
	b.WriteString("}\n")
	return b.String()
}

// ofTheTransport are the headers that a client sets on its own, or that only make sense on the connection that they
// came on.
var ofTheTransport = []string{
	"Accept-Encoding", "Connection", "Content-Length", "Expect", "Keep-Alive", "Te", "Trailer", "Upgrade",
	"User-Agent",
}

// repeated gives the headers to send again, by name. Of credentials that is the API key alone.
func (r Request) repeated() func(yield func(string, []string) bool) {
	return func(yield func(string, []string) bool) {
		for _, name := range slices.Sorted(maps.Keys(r.Header)) {
			if slices.Contains(ofTheTransport, name) || name != apikey.Header && slices.Contains(mask.Credentials, name) {
				continue
			}
			if !yield(name, r.Header[name]) {
				return
			}
		}
	}
}

func (r Request) url() string {
	switch {
	case r.isRawTarget():
		return "http://" + r.Host + "/"
	case strings.HasPrefix(r.Target, "/"):
		return "http://" + r.Host + r.Target
	}
	return r.Target // the absolute form, as a proxy gets it
}

// isRawTarget reports whether no URL stands for the target: of "/a#b" a client sends "/a", and "*" is no path.
func (r Request) isRawTarget() bool { return strings.Contains(r.Target, "#") || r.Target == "*" }

// isAboutItsKey reports whether the answer turned the request's own key away: the repetition has another one.
func (r Request) isAboutItsKey() bool {
	return (r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden) && len(r.Header[apikey.Header]) > 0 &&
		r.Preference == "" && r.Trigger == "" && (r.Fault == nil || r.Fault.Status == 0)
}

// caveats says what the repetition cannot repeat.
func (r Request) caveats(b *strings.Builder, comment string) {
	if r.BodySize > MaxBody { // the length of Body says nothing: keys are masked in it
		fmt.Fprintf(b, "%sThe body is cut: the journal kept %d of %d bytes.\n", comment, MaxBody, r.BodySize)
	}
	if r.isAboutItsKey() {
		fmt.Fprintf(b, "%sThe answer was %d for the API key that came; with another key it may be another one.\n",
			comment, r.Status)
	}
	for _, values := range r.repeated() {
		if !utf8.ValidString(strings.Join(values, "")) {
			fmt.Fprintf(b, "%sA header is not UTF-8 and may not come out as it was.\n", comment)
			break
		}
	}
	if r.Fault != nil {
		fmt.Fprintf(b, "%sThe answer was that of %s, which may be gone.\n", comment, r.Fault.ID)
	}
}

// goQuote is a Go literal, a raw one where that reads better.
func goQuote(s string) string {
	if strings.ContainsFunc(s, hidden.Is) {
		return strconv.QuoteToASCII(s)
	}
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// Seed is what --seed takes to have the customer of the request from the start, a JSON array; empty where the body is not whole or not a valid
// one.
func (r Request) Seed() string {
	for _, operation := range judge.Contract().Operations() {
		if operation.ID != r.Operation || operation.Spec.RequestBody == nil || r.BodySize > MaxBody {
			continue
		}
		if _, violations := operation.Request(http.Header{"Content-Type": {"application/json"}}, r.Body); len(violations) > 0 {
			return ""
		}
		isHidden := func(c rune) bool { return hidden.Is(c) && c != '\r' } // which stands between members, too
		return "[" + hidden.InJSON(strings.TrimSpace(string(r.Body)), isHidden) + "]\n"
	}
	return ""
}
