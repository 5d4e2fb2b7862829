package contractdiff_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff"
)

// standIn is a page in the form of the vendor's, which agrees with openapi.yaml.
const standIn = "testdata/create.md"

func contract(t testing.TB) *contractdiff.Document {
	t.Helper()
	text, err := contractdiff.ReadFile("../../../openapi.yaml")
	require.NoError(t, err)
	document, err := contractdiff.Load("openapi.yaml", text)
	require.NoError(t, err)
	return document
}

func page(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(standIn)
	require.NoError(t, err)
	return string(text)
}

// edited replaces texts in the page, each of which it has once; pairs are what is replaced and by what.
func edited(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		require.Equal(t, 1, strings.Count(text, pairs[i]), "in %s: %q", standIn, pairs[i])
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

func TestPagesThatCannotBeCompared(t *testing.T) {
	t.Parallel()
	const block = "```yaml\nopenapi: 3.1.0\npaths:\n  /a:\n    get: {}\n```\n"
	deep := strings.Repeat("{items: ", 500) + "{}" + strings.Repeat("}", 500)
	for name, test := range map[string]struct{ page, want string }{
		"empty":            {"", "create.md has no OpenAPI block: expected a fenced code block of YAML or JSON with a member \"openapi\", got no fenced code block at all"},
		"HTML":             {"<!doctype html>\n<pre>openapi: 3.1.0</pre>", "no fenced code block at all; is it the page as Markdown?"},
		"other blocks":     {"```sh\ncurl\n```\n\n```json\n{\"error\": 1}\n```\n", `got "sh" in line 2, "json" in line 6`},
		"several":          {block + "\n" + block, `create.md has 2 OpenAPI blocks: expected one, got "yaml" in line 2, "yaml" in line 9`},
		"broken YAML":      {"text\n\n```yaml\nopenapi: 3.1.0\npaths: [\n```\n", "create.md: the block that begins in line 4: expected YAML or JSON: "},
		"broken JSON":      {"```json\n{\"openapi\": \"3.1.0\",\n", "the block that begins in line 2: expected YAML or JSON: "},
		"Swagger":          {"```yaml\nopenapi: 2.0\n```\n", `expected an OpenAPI document whose member "openapi" begins with 3.0 or 3.1, got "2.0"`},
		"a file":           {strings.Replace(block, "{}", "{responses: {200: {$ref: other.yaml}}}", 1), `create.md:5: $ref to "other.yaml" is not followed`},
		"a URL":            {strings.Replace(block, "{}", "{responses: {200: {$ref: 'https://x.test/a#/b'}}}", 1), `create.md:5: $ref to "https://x.test/a#/b" is not followed`},
		"no such place":    {strings.Replace(block, "{}", "{responses: {200: {$ref: '#/components/x'}}}", 1), `create.md:5: $ref to "#/components/x": the document has no such place`},
		"a circle":         {strings.Replace(block, "{}", "{requestBody: {$ref: '#/paths/~1a/get/requestBody'}}", 1), "leads back to itself"},
		"a member twice":   {strings.Replace(block, "{}", "{responses: {200: {}, 200: {}}}", 1), "create.md:5: "},
		"a merge key":      {strings.Replace(block, "{}", "{responses: {200: {<<: {}}}}", 1), "merge keys of YAML are not read"},
		"an endless alias": {strings.Replace(block, "{}", "{requestBody: {content: {a: {schema: &a {items: *a}}}}}", 1), "nested more than 200 deep"},
		"endless items":    {strings.Replace(block, "{}", "{requestBody: {content: {a: {schema: {enum: &a [*a, *a]}}}}}", 1), "nested more than 200 deep"},
		"callbacks in it":  {strings.Replace(block, "{}", "&a {callbacks: {a: {b: {post: *a}}}}", 1), "callbacks are nested more than 5 deep"},
		"a list for paths": {"```yaml\nopenapi: 3.1.0\npaths: []\n```\n", `create.md:3: "/paths": expected a mapping, got a list`},
		"too deep":         {strings.Replace(block, "{}", "{requestBody: {content: {a: {schema: "+deep+"}}}}", 1), "nested more than 200 deep"},
		"expands":          {expanding(), "expands to more than 20000 values"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := contractdiff.LoadPage("create.md", []byte(test.page))
			require.Error(t, err)
			assert.Contains(t, err.Error(), test.want)
			assert.Less(t, len(err.Error()), 1000)
		})
	}
}

// expanding is a page whose references expand to 2^40 values.
func expanding() string {
	var b strings.Builder
	b.WriteString("```yaml\nopenapi: 3.1.0\npaths: {/a: {get: {requestBody: {content: {b: {schema: {$ref: '#/s/0'}}}}}}}\ns:\n")
	for i := range 40 {
		next := "'#/s/" + string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)) + "'"
		name := string(rune('0'+i/10)) + string(rune('0'+i%10))
		if i == 0 {
			name = "0"
		}
		b.WriteString("  '" + name + "': {properties: {a: {$ref: " + next + "}, b: {$ref: " + next + "}}}\n")
	}
	b.WriteString("  '40': {}\n```\n")
	return b.String()
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	_, err := contractdiff.ReadFile("testdata/none.md")
	assert.ErrorIs(t, err, os.ErrNotExist)
	large := t.TempDir() + "/large.md"
	require.NoError(t, os.WriteFile(large, make([]byte, 5<<20), 0o600))
	_, err = contractdiff.ReadFile(large)
	assert.ErrorContains(t, err, "larger than 4194304 bytes")
}

// FuzzLoadPage asks that whatever a page has, it is compared or refused with an error that can be read.
func FuzzLoadPage(f *testing.F) {
	f.Add(page(f))
	f.Add("```json\n{\"openapi\": \"3.1.0\", \"webhooks\": {\"customer.created\": {\"post\": {\"parameters\": [{\"name\": \"a\", \"in\": \"header\"}]}}}}\n```\n")
	f.Add("- > ~~~yaml\n  > openapi: 3.0.3\n  > paths: {/customers: {post: {responses: {201: {content: {application/json: {schema: {anyOf: [{type: 'null'}, true]}}}}}}}}\n")
	const unprintable = `\U000E0001`
	f.Add(strings.Repeat("```"+strings.Repeat("\xff", 200)+"\n```\n", 12))
	f.Add("```yaml\nopenapi: 3.1.0\npaths: {/a: {post: {responses: {200: {headers: {\"" + strings.Repeat(unprintable, 170) + "a\": {}, \"" + strings.Repeat(unprintable, 170) + "A\": {}}}}}}}\n```\n")
	f.Add("```yaml\nopenapi: 3.1.0\npaths: {\"/" + strings.Repeat("é", 1000) + "\": {post: {parameters: [{}]}}}\n```\n")
	f.Add("```yaml\nopenapi: 3.1.0\nx: &a " + strings.Repeat("y", 1000) + "\npaths: {/customers: {post: {requestBody: {content: {a: {schema: {enum: [" + strings.Repeat("*a, ", 3000) + "]}}}}}}}\n```\n")
	f.Fuzz(func(t *testing.T, text string) {
		theirs, err := contractdiff.LoadPage("create.md", []byte(text))
		if err == nil {
			var result *contractdiff.Result
			if result, err = contractdiff.Compare(contract(t), theirs); err == nil {
				var b strings.Builder
				require.NoError(t, result.Text(&b))
				require.NoError(t, result.Markdown(&b))
				return
			}
		}
		require.NotEmpty(t, err.Error())
		require.Less(t, len(err.Error()), 2000)
	})
}
