package mockserver

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Curl is a command for a POSIX shell that sends the request again, with the API key that is in $BITBYBIT_API_KEY. It
// sends what the entry holds: of a masked entry the masked body.
func (r Request) Curl() string {
	var b strings.Builder
	r.caveats(&b, "# ")
	if bytes.IndexByte(r.Body, 0) >= 0 { // an argument cannot hold it
		b.WriteString("printf " + shellQuote(printfFormat(r.Body)) + " | ")
	}
	b.WriteString("curl --globoff --path-as-is --request " + shellQuote(r.Method))
	b.WriteString(" \\\n  --url " + shellQuote(r.url()))
	line := func(argument string) { b.WriteString(" \\\n  --header " + argument) }
	for name, values := range r.repeated() {
		for _, value := range values {
			switch {
			case name == keyHeader:
				line(`"x-api-key: $BITBYBIT_API_KEY"`)
			case value == "":
				line(shellQuote(name + ";")) // how curl sends an empty header
			default:
				line(shellQuote(name + ": " + value))
			}
		}
	}
	if len(r.Body) > 0 {
		if r.Header["Content-Type"] == nil {
			line(shellQuote("Content-Type:")) // curl would send the type of a form
		}
		if bytes.IndexByte(r.Body, 0) >= 0 {
			b.WriteString(" \\\n  --data-binary @-")
		} else {
			b.WriteString(" \\\n  --data-raw " + shellQuote(string(r.Body)))
		}
	}
	b.WriteString("\n")
	return b.String()
}

// GoTest is a Go file with a test that sends the request again, with the API key that is in $BITBYBIT_API_KEY, and
// expects the status that was answered. It sends what the entry holds: of a masked entry the masked body.
func (r Request) GoTest() string {
	var b strings.Builder
	b.WriteString("package repeat_test\n\nimport (\n\t\"net/http\"\n")
	if len(r.Header[keyHeader]) > 0 {
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
	for name, values := range r.repeated() {
		for _, value := range values {
			quoted := strconv.Quote(value)
			if name == keyHeader {
				quoted = `os.Getenv("BITBYBIT_API_KEY")`
			}
			fmt.Fprintf(&b, "\trequest.Header.Add(%q, %s)\n", name, quoted)
		}
	}
	b.WriteString("\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n" +
		"\tdefer response.Body.Close()\n")
	if r.Status != 0 {
		fmt.Fprintf(&b, "\tif response.StatusCode != %d {\n"+
			"\t\tt.Errorf(\"expected status %d, got %%s\", response.Status)\n\t}\n", r.Status, r.Status)
	}
	b.WriteString("}\n")
	return b.String()
}

const keyHeader = "X-Api-Key"

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
			if slices.Contains(ofTheTransport, name) || name != keyHeader && slices.Contains(credentials, name) {
				continue
			}
			if !yield(name, r.Header[name]) {
				return
			}
		}
	}
}

func (r Request) url() string {
	if strings.HasPrefix(r.Target, "/") {
		return "http://" + r.Host + r.Target
	}
	return r.Target // the absolute form, as a proxy gets it
}

// caveats says what the repetition cannot repeat.
func (r Request) caveats(b *strings.Builder, comment string) {
	if len(r.Body) < r.BodySize {
		fmt.Fprintf(b, "%sThe body is cut: the journal kept %d of %d bytes.\n", comment, len(r.Body), r.BodySize)
	}
	if r.Fault != nil {
		fmt.Fprintf(b, "%sThe answer was that of %s, which may be gone.\n", comment, r.Fault.ID)
	}
}

// shellQuote quotes for a POSIX shell: within single quotes everything but the quote itself stands for itself.
func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// printfFormat is a format of the shell's printf that prints the bytes.
func printfFormat(body []byte) string {
	var b strings.Builder
	for _, c := range body {
		switch c {
		case 0:
			b.WriteString(`\000`)
		case '%':
			b.WriteString("%%")
		case '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// goQuote is a Go literal, a raw one where that reads better.
func goQuote(s string) string {
	if strings.Contains(s, `"`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
