package breaking

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"
)

// Module is the path of the module at the root of the tree. Those of client and gen are below it.
const Module = "github.com/bitbybit-go/bitbybit-go"

// Required is the version at which the module at root requires client: the last release's, or that of the one that comes next. It is empty where
// client is required by none, as before it was a module of its own.
func Required(root string) (string, error) {
	file, err := ReadModule(filepath.Join(root, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return Requires(file, Module+"/client"), nil
}

// ReadModule reads a go.mod.
func ReadModule(name string) (*modfile.File, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	file, err := modfile.Parse(name, text, nil)
	if err != nil {
		return nil, fmt.Errorf("expected a go.mod: %w", err)
	}
	return file, nil
}

// Requires returns the version at which a go.mod requires another module, empty if it does not.
func Requires(file *modfile.File, path string) string {
	for _, require := range file.Require {
		if require.Mod.Path == path {
			return require.Mod.Version
		}
	}
	return ""
}
