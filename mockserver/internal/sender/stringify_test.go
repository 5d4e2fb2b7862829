package sender

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// printed are documents and what JavaScript prints for them; TestNodePrintsTheSame asks it.
var printed = [][2]string{
	{`{"id":"cust_1","tags":["a","b"],"email":null,"ok":true}`, `{"id":"cust_1","tags":["a","b"],"email":null,"ok":true}`},
	{`{"a":"& < > \u2028\u2029 \u007f é 😀"}`, "{\"a\":\"& < > \u2028\u2029 \x7f é 😀\"}"},
	{"{\"a\":\"\\u0026\\u003c\\/\\u00e9\\ud83d\\ude00\"}", `{"a":"&</é😀"}`},
	{`{"a":"\b\f\n\r\t\u0000\u000B\u001F\"\\"}`, `{"a":"\b\f\n\r\t\u0000\u000b\u001f\"\\"}`},
	{`{"a":[1.0,-0,0.0,1e21,1e20,123456789012345680000,1E400e,2]}`, ""},
	{`[1.0,-0,-0.0,1e21,1E+2,100000000000000000000,1e-6,1e-7,0.1,5e-324,9007199254740993,-9007199254740993,12345678901234567890]`,
		`[1,0,0,1e+21,100,100000000000000000000,0.000001,1e-7,0.1,5e-324,9007199254740992,-9007199254740992,12345678901234567000]`},
	{` { "b" : 1 , "a" : [ ] , "c" : { } } ` + "\n", `{"b":1,"a":[],"c":{}}`},
	{`{"b":"","10":1,"2":2,"01":3,"-1":4,"4294967294":5,"4294967295":6,"1.5":7,"0":{"1":1,"0":0}}`,
		`{"0":{"0":0,"1":1},"2":2,"10":1,"4294967294":5,"b":"","01":3,"-1":4,"4294967295":6,"1.5":7}`},
	{`{"__proto__":"x","z":"12190","1a":"1"}`, `{"__proto__":"x","z":"12190","1a":"1"}`},
	{`""`, `""`}, {`null`, `null`}, {`0`, `0`},
}

func TestStringify(t *testing.T) {
	t.Parallel()
	for _, pair := range printed {
		want := pair[1]
		if want == "" { // no JSON: left as it is
			want = pair[0]
		}
		assert.Equal(t, want, string(stringify([]byte(pair[0]))))
	}
	same := []byte(`{"id":"cust_1","zip":"12190"}`)
	assert.Same(t, &same[0], &stringify(same)[0], "not copied without need")
}

func TestNodePrintsTheSame(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("asked on Unix: what Node.js prints is the same everywhere")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("BITBYBIT_REQUIRE_INTEROP") == "1" {
			t.Fatal("BITBYBIT_REQUIRE_INTEROP=1, and node is not installed")
		}
		t.Skip("node is not installed")
	}
	var documents []string
	for _, pair := range printed {
		if pair[1] != "" {
			documents = append(documents, pair[0])
		}
	}
	input, err := json.Marshal(documents)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), node, "-e",
		`process.stdout.write(JSON.stringify(JSON.parse(require("fs").readFileSync(0, "utf8")).map(d => JSON.stringify(JSON.parse(d)))))`)
	command.Stdin = bytes.NewReader(input)
	output, err := command.Output()
	require.NoError(t, err)
	var theirs []string
	require.NoError(t, json.Unmarshal(output, &theirs))
	for i, document := range documents {
		assert.Equal(t, theirs[i], string(stringify([]byte(document))), document)
	}
}

// The quick look and the walk agree, and printing twice changes nothing.
func FuzzStringify(f *testing.F) {
	for _, pair := range printed {
		f.Add([]byte(pair[0]))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		if !json.Valid(document) || strings.ToValidUTF8(string(document), "") != string(document) {
			_ = stringify(document)
			return
		}
		once := stringify(document)
		if isStringified(document) {
			walked, err := walk(document)
			if err == nil {
				assert.Equal(t, string(walked), string(document))
			}
		}
		assert.Equal(t, string(once), string(stringify(once)))
	})
}
