package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awkward are JSON texts with what printers do differently, the same ones each time.
func awkward() (texts []string) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		`\"`, `\\`, `\/`, "/", `\b`, `\f`, `\n`, `\r`, `\t`, `\u0000`, `\u001f`, `\u007f`, "\u007f", "\u0080", "é", "&", "<", ">", "'", "+", "`", "=", "\u2028", `\u2029`, "😀",
		`\ud83d\ude00`, `\ud800`, `\udc00`, `\ud800x`, "日本", "a", "Z", "\ufeff", "\u202e", "\U000E0041", "e\u0301",
	}
	text := func() string {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return `"` + b.String() + `"`
	}
	var value func(depth int) string
	value = func(depth int) string {
		switch kind := random.IntN(8); {
		case kind < 3 || depth > 3:
			return text()
		case kind == 3:
			return []string{"null", "true", "false", "[]", "{}", "0", "-1", "12345678"}[random.IntN(8)]
		case kind < 6:
			var list []string
			for range random.IntN(4) {
				list = append(list, value(depth+1))
			}
			return "[" + strings.Join(list, " , ") + "]"
		default:
			var list []string
			for i := range random.IntN(4) {
				list = append(list, fmt.Sprintf(`%s : %s`, strings.TrimSuffix(text(), `"`)+strconv.Itoa(i)+`"`, value(depth+1)))
			}
			return "{ " + strings.Join(list, "\n,") + " }"
		}
	}
	for _, piece := range pieces {
		texts = append(texts, `"`+piece+`"`)
	}
	for range 300 {
		texts = append(texts, value(0))
	}
	return texts
}

// ask runs a program that reads a JSON array of texts, and answers a JSON array of arrays of texts. Where the program is missing the test is
// skipped, but with BITBYBIT_REQUIRE_INTEROP=1; also on Windows, where programs read and write other encodings and line ends.
func ask(t *testing.T, texts []string, program string, args ...string) (answers [][]string) {
	t.Helper()
	path, err := exec.LookPath(program)
	if (err != nil || runtime.GOOS == "windows") && os.Getenv("BITBYBIT_REQUIRE_INTEROP") != "1" {
		t.Skipf("there is no %s to compare with, or this is Windows", program)
	}
	require.NoError(t, err)
	input, err := json.Marshal(texts)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), path, args...)
	command.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	require.NoError(t, err, stderr.String())
	require.NoError(t, json.Unmarshal(output, &answers))
	require.Len(t, answers, len(texts))
	return answers
}

// printed are the forms of a text in some escapings and spacings, which are indices.
func printed(t *testing.T, text string, change func(value) value, forms ...[2]int) (all []string) {
	t.Helper()
	v, ok := parse([]byte(text))
	require.True(t, ok, text)
	for _, form := range forms {
		all = append(all, string(change(v).print(nil, escapings[form[0]], spacings[form[1]], 0)))
	}
	return all
}

func same(v value) value { return v }

func TestPrintsAsNodeDoes(t *testing.T) {
	t.Parallel()
	texts := append(awkward(), `{"b":1,"2":1,"10":1,"1":1,"01":1,"-1":1,"4294967294":1,"4294967295":1,"a":1,"b":2}`)
	for _, number := range []string{"1.0", "1e3", "1E-7", "1e21", "123456789012345678901", "-0", "-0.0", "0.1", "1e400", "-1e400", "5e-324", "1e-400", "12.50", "9007199254740993"} {
		texts = append(texts, number, "["+number+"]")
	}
	answers := ask(t, texts, "node", "-e", `const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
		console.log(JSON.stringify(texts.map((text) => [undefined, 2, 4, "\t"].map((indent) => JSON.stringify(JSON.parse(text), null, indent)))))`)
	for i, text := range texts {
		assert.Equal(t, answers[i], printed(t, text, value.asJavaScript, [2]int{0, 0}, [2]int{0, 2}, [2]int{0, 3}, [2]int{0, 4}), text)
	}
}

func TestPrintsAsPythonDoes(t *testing.T) {
	t.Parallel()
	texts := awkward()
	answers := ask(t, texts, "python3", "-c", `import json, sys
texts = json.load(sys.stdin)
def forms(text):
    v = json.loads(text)
    return [json.dumps(v), json.dumps(v, separators=(",", ":")), json.dumps(v, indent=2), json.dumps(v, indent=4), json.dumps(v, sort_keys=True)]
print(json.dumps([forms(text) for text in texts]))`)
	for i, text := range texts {
		want := printed(t, text, same, [2]int{2, 1}, [2]int{2, 0}, [2]int{2, 2}, [2]int{2, 3})
		assert.Equal(t, answers[i], append(want, printed(t, text, value.sorted, [2]int{2, 1})...), text)
	}
}

func TestPrintsAsGoDoes(t *testing.T) {
	t.Parallel()
	for _, text := range awkward() {
		if strings.Contains(text, `\ud800`) || strings.Contains(text, `\udc00`) {
			continue // encoding/json replaces half a surrogate pair
		}
		var parsed any
		require.NoError(t, json.Unmarshal([]byte(text), &parsed))
		compact, err := json.Marshal(parsed)
		require.NoError(t, err)
		indented, err := json.MarshalIndent(parsed, "", "  ")
		require.NoError(t, err)
		assert.Equal(t, []string{string(compact), string(indented)}, printed(t, text, value.sorted, [2]int{1, 0}, [2]int{1, 2}))
	}
}

// The others are as their documentation has them.
func TestPrintsAsOthersDo(t *testing.T) {
	t.Parallel()
	const text = `"/ é 😀 & < > ' + = \u2028 \u007f \" \u0001"`
	for i, want := range map[int]string{
		3: `"\/ \u00e9 \ud83d\ude00 & < > ' + = \u2028 ` + "\u007f" + ` \" \u0001"`,
		4: `"\/ é 😀 & < > ' + = \u2028 ` + "\u007f" + ` \" \u0001"`,
		5: `"/ \u00E9 \uD83D\uDE00 \u0026 \u003C \u003E \u0027 \u002B = \u2028 \u007F \u0022 \u0001"`,
		6: `"/ é 😀 \u0026 \u003c \u003e \u0027 + \u003d \u2028 ` + "\u007f" + ` \" \u0001"`,
	} {
		assert.Equal(t, []string{want}, printed(t, text, same, [2]int{i, 0}), escapings[i].name)
	}
}

func TestParseTakesOneValue(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "{", "1 2", `{"a"}`, `{"a":1,}`, `"\ud8"`, `"\x"`, "nul", "[1,]", "\ufeff1"} {
		_, ok := parse([]byte(text))
		assert.False(t, ok, text)
	}
}
