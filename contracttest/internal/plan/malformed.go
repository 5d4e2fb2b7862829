package plan

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/jsontree"
)

// malformed sends bodies that are not one JSON value in UTF-8 with unique names.
func (p *planner) malformed() {
	good := string(p.body())
	for _, m := range []struct {
		label, body string
		weight      int
	}{
		{"empty", "", weightJSON},
		{"truncated", good[:len(good)-1], weightJSON},
		{"two values", good + good, weightJSON},
		{"garbage after", good + "x", weightMore},
		{"not UTF-8", strings.Replace(good, `":"`, "\":\"\xff\xfe", 1), weightJSON},
		{"white space", " \n", weightMore},
		{"trailing comma", good[:len(good)-1] + ",}", weightJSON},
		{"single quotes", strings.ReplaceAll(good, `"`, "'"), weightMore},
		{"unquoted names", `{email:"a@example.com"}`, weightMore},
		{"comment", good[:len(good)-1] + "/**/}", weightMore},
		{"closed twice", good + "}", weightMore},
		{"array not closed", `{"tags":["a"`, weightMore},
		{"NaN", good[:len(good)-1] + `,"x":NaN}`, weightMore},
		{"number with a leading zero", good[:len(good)-1] + `,"x":01}`, weightMore},
		{"number beyond any float", good[:len(good)-1] + `,"x":1e400}`, weightMore},
		{"unknown escape", good[:len(good)-1] + `,"x":"\q"}`, weightMore},
		{"raw line break in a string", good[:len(good)-1] + ",\"x\":\"a\nb\"}", weightMore},
		{"text", "hello", weightMore},
		{"form", "email=a%40example.com", weightMore},
		{"html", "<html></html>", weightMore},
		{"byte order mark", "\xef\xbb\xbf" + good, weightMore},
		{"zero byte", good + "\x00", weightMore},
		{"UTF-8 cut short", good[:len(good)-1] + ",\"x\":\"\xe2\x82\"}", weightMore},
		{"overlong UTF-8", good[:len(good)-1] + ",\"x\":\"\xc0\xaf\"}", weightMore},
		{"absurd nesting", strings.Repeat("[", 100_000), weightMore},
		{"white space around", " \r\n\t" + good + "\n ", weightMore},
	} {
		p.addRequest(m.weight, "bytes/"+m.label, p.build.with([]byte(m.body)))
	}
	p.addTree(weightMore, "bytes/an unknown name twice", jsontree.Also(jsontree.Also(p.small(), nil, "x", 1.0), nil, "x", 1.0))
}
