package contractdiff

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
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
	blocks := fences(bytes.TrimPrefix(page, []byte("\ufeff")))
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
	return read(name, found[0].text, nil, found[0].line-1)
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
	const most = 8
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

// fence is the first line of a fenced code block (CommonMark 0.31 section 4.5), in a list or a quotation too: what is before it, its characters, and
// what is after them.
var fence = regexp.MustCompile("^([ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)]) [ \t>]*)?)(`{3,}|~{3,})[ \t]*([^`]*)$")

// fences are the fenced code blocks of a page in its order. One line after another is looked at, so that no page takes longer than its length: a
// library for Markdown, goldmark, takes minutes for a megabyte of quotations in each other.
func fences(page []byte) []block {
	var all []block
	open, indent := "", 0 // the characters that began the block, and how much stands before them
	line := 0
	for text := range bytes.Lines(page) {
		line++
		text = bytes.TrimRight(text, "\r\n")
		if open == "" {
			if m := fence.FindSubmatch(text); m != nil {
				open, indent = string(m[2]), len(m[1])
				language, _, _ := strings.Cut(string(m[3]), " ")
				all = append(all, block{language: language, line: line + 1})
			}
			continue
		}
		end := bytes.Trim(text, " \t>")
		if len(end) >= len(open) && len(bytes.Trim(end, open[:1])) == 0 {
			open = ""
			continue
		}
		before := 0
		for before < min(indent, len(text)) && bytes.IndexByte([]byte(" \t>"), text[before]) >= 0 {
			before++
		}
		b := &all[len(all)-1]
		b.text = append(append(b.text, text[before:]...), '\n')
	}
	return all
}
