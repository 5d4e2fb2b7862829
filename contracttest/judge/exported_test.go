package judge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNothingExportedCanBeReassigned looks for exported variables: an importer could set them, for everyone else in the program. Errors
// that are compared with errors.Is are the exception that Go's own packages make.
func TestNothingExportedCanBeReassigned(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "..", "../../gen", "../spec", "../../gen/control", "../../mockserver/internal/control/spec"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, name := range variables(tree) {
				assert.False(t, ast.IsExported(name) && !strings.HasPrefix(name, "Err"), "%s in %s must be a function", name, file)
			}
		}
	}
}

func variables(file *ast.File) (names []string) {
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.VAR {
			continue
		}
		for _, spec := range group.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				names = append(names, name.Name)
			}
		}
	}
	return names
}
