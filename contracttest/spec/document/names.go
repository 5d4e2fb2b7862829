package main

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// names is a source file with the names of the document that Go code spells as constants, and for which oapi-codegen has none: the header of the
// API key, what a key begins with, the first server's path, the operationIds and their paths, and what webhooks need.
func names(doc *openapi3.T) (string, error) {
	var b strings.Builder
	b.WriteString("package gen\n\nimport \"time\"\n\n")
	for _, add := range []func(*strings.Builder, *openapi3.T) error{key, basePath, operations, webhooks} {
		if err := add(&b, doc); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// key writes where the API key goes and what it begins with. The document must have one security scheme, of a key in a header.
func key(b *strings.Builder, doc *openapi3.T) error {
	var scheme *openapi3.SecurityScheme
	for _, ref := range doc.Components.SecuritySchemes {
		scheme = ref.Value
	}
	if len(doc.Components.SecuritySchemes) != 1 || scheme.Type != "apiKey" || scheme.In != "header" {
		return fmt.Errorf("expected one security scheme, of type apiKey in header, got %d", len(doc.Components.SecuritySchemes))
	}
	prefixes, _ := scheme.Extensions["x-key-prefixes"].(map[string]any)
	test, _ := prefixes["test"].(string)
	live, _ := prefixes["live"].(string)
	if test == "" || live == "" {
		return fmt.Errorf("expected x-key-prefixes with test and live in the security scheme, got %v", prefixes)
	}
	fmt.Fprintf(b, "// KeyHeader is the request header that carries the API key, as the security scheme spells it.\nconst KeyHeader = %q\n\n", scheme.Name)
	fmt.Fprintf(b, "// What an API key begins with (x-key-prefixes of the security scheme).\nconst (\n"+
		"KeyPrefixTest = %q // in the test environment\nKeyPrefixLive = %q // in production\n)\n\n", test, live)
	return nil
}

func basePath(b *strings.Builder, doc *openapi3.T) error {
	if len(doc.Servers) == 0 {
		return errors.New("expected a server, got none")
	}
	server, err := url.Parse(doc.Servers[0].URL)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "// BasePath is the path of the first server's URL.\nconst BasePath = %q\n\n", strings.TrimSuffix(server.Path, "/"))
	return nil
}

func operations(b *strings.Builder, doc *openapi3.T) error {
	paths := make(map[string]string) // by operationId
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.OperationID == "" {
				return fmt.Errorf("expected an operationId for %s %s, got none", path, method)
			}
			paths[operation.OperationID] = path
		}
	}
	b.WriteString("// The operationIds, and the paths of the operations below a server's URL.\nconst (\n")
	for _, id := range slices.Sorted(maps.Keys(paths)) {
		name := strings.ToUpper(id[:1]) + id[1:]
		fmt.Fprintf(b, "Operation%s = %q\nPath%s = %q\n", name, id, name, paths[id])
	}
	b.WriteString(")\n")
	return nil
}
