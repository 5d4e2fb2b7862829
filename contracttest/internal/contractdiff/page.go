package contractdiff

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

const mostBytes = 4 << 20 // of a file

// ReadFile reads a file of at most 4 MiB.
func ReadFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%w: expected a file that can be read", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(data) > mostBytes {
		return nil, fmt.Errorf("%s is larger than %d bytes, the most that is read", name, mostBytes)
	}
	return data, nil
}

// LoadPage reads the OpenAPI document in a page of Markdown: its one fenced code block of YAML or JSON that has a member "openapi". Lines are those
// of the page. It fails where the page has no such block, several, or one that cannot be read.
func LoadPage(name string, page []byte) (*Document, error) {
	blocks := fences(page)
	var found []block
	for _, b := range blocks {
		if b.mayBeOpenAPI() {
			found = append(found, b)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("%s has no OpenAPI block: expected a fenced code block of YAML or JSON with a member %q, got %s; is it the page as Markdown?",
			name, "openapi", listed(blocks))
	case len(found) > 1:
		return nil, fmt.Errorf("%s has %d OpenAPI blocks: expected one, got %s; leave in the page only the one to compare with", name, len(found), listed(found))
	}
	return read(name, found[0].text, found[0].line-1)
}

// block is a fenced code block.
type block struct {
	language string
	line     int // of its first line of text in the page, counted from 1
	text     []byte
}

// mayBeOpenAPI says whether the text, right or broken, is meant as an OpenAPI document.
func (b block) mayBeOpenAPI() bool {
	switch strings.ToLower(b.language) {
	case "", "yaml", "yml", "json", "openapi":
	default:
		return false
	}
	if root, err := parse(b.text); err == nil {
		return member(root, "openapi") != nil
	}
	for line := range strings.Lines(string(b.text)) {
		line = strings.TrimLeft(line, " \t{")
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, `"openapi"`) {
			return true
		}
	}
	return false
}

// listed says which blocks there are, for an error.
func listed(blocks []block) string {
	const most = 10
	if len(blocks) == 0 {
		return "no fenced code block at all"
	}
	var all []string
	for i, b := range blocks {
		if i == most {
			all = append(all, fmt.Sprintf("%d more", len(blocks)-most))
			break
		}
		language := b.language
		if language == "" {
			language = "unnamed"
		}
		all = append(all, fmt.Sprintf("%s in line %d", shown(language), b.line))
	}
	return strings.Join(all, ", ")
}

// fences are the fenced code blocks of a page in its order, those in lists and quotations too (CommonMark 0.31 section 4.5).
func fences(page []byte) []block {
	// Without inline parsers: what is between fences is not of interest.
	blocks := parser.NewParser(parser.WithBlockParsers(
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(parser.NewBlockquoteParser(), 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	))
	var all []block
	_ = ast.Walk(blocks.Parse(text.NewReader(page)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		fence, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		b := block{language: string(fence.Language(page))}
		lines := fence.Lines()
		if lines.Len() > 0 {
			b.line = 1 + strings.Count(string(page[:lines.At(0).Start]), "\n")
			b.text = lines.Value(page)
		}
		all = append(all, b)
		return ast.WalkContinue, nil
	}) // the function returns no error
	return all
}

var errNotOpenAPI = errors.New(`expected an OpenAPI document: a member "openapi" that begins with 3.0 or 3.1`)
