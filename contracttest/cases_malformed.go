package contracttest

import "strings"

// malformed sends bodies that are not one JSON value in UTF-8 with unique names.
func (p *planner) malformed() {
	if p.schema == nil {
		return
	}
	good := string(p.body())
	for _, m := range []struct {
		label, body string
		weight      int
		fine        bool
	}{
		{"empty", "", weightJSON, false},
		{"truncated", good[:len(good)-1], weightJSON, false},
		{"two values", good + good, weightJSON, false},
		{"garbage after", good + "x", weightMore, false},
		{"not UTF-8", strings.Replace(good, `":"`, "\":\"\xff\xfe", 1), weightJSON, false},
		{"white space", " \n", weightMore, false},
		{"trailing comma", good[:len(good)-1] + ",}", weightJSON, false},
		{"single quotes", strings.ReplaceAll(good, `"`, "'"), weightMore, false},
		{"unquoted names", `{email:"a@example.com"}`, weightMore, false},
		{"comment", good[:len(good)-1] + "/**/}", weightMore, false},
		{"closed twice", good + "}", weightMore, false},
		{"array not closed", `{"tags":["a"`, weightMore, false},
		{"NaN", good[:len(good)-1] + `,"x":NaN}`, weightMore, false},
		{"number with a leading zero", good[:len(good)-1] + `,"x":01}`, weightMore, false},
		{"number beyond any float", good[:len(good)-1] + `,"x":1e400}`, weightMore, true},
		{"unknown escape", good[:len(good)-1] + `,"x":"\q"}`, weightMore, false},
		{"raw line break in a string", good[:len(good)-1] + ",\"x\":\"a\nb\"}", weightMore, false},
		{"text", "hello", weightMore, false},
		{"form", "email=a%40example.com", weightMore, false},
		{"html", "<html></html>", weightMore, false},
		{"byte order mark", "\xef\xbb\xbf" + good, weightMore, true},
		{"zero byte", good + "\x00", weightMore, false},
		{"UTF-8 cut short", good[:len(good)-1] + ",\"x\":\"\xe2\x82\"}", weightMore, false},
		{"overlong UTF-8", good[:len(good)-1] + ",\"x\":\"\xc0\xaf\"}", weightMore, false},
		{"absurd nesting", strings.Repeat("[", 100_000), weightMore, true},
		{"white space around", " \r\n\t" + good + "\n ", weightMore, false},
	} {
		p.add(testCase{request: p.build.with([]byte(m.body))}, Coverage, m.weight, "bytes/"+m.label).fine = m.fine
	}
	p.addTree(weightMore, "bytes/an unknown name twice", also(also(p.gen.full(p.schema), nil, "x", 1.0), nil, "x", 1.0))
}
