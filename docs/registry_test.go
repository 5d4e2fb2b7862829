//go:build unix

package docs_test

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// registry is an npm registry that has the packages of dist/npm, which make npm has packed, and sends clients to npm's own for all others.
func registry(t *testing.T) (url string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "dist", "npm", "*.tgz"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "there are no packages: make npm")
	documents := map[string]map[string]any{}
	var server *httptest.Server
	upstream, err := exec.CommandContext(t.Context(), "npm", "config", "get", "registry").Output()
	require.NoError(t, err)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		switch document, ok := documents[name]; {
		case ok:
			_ = json.NewEncoder(w).Encode(document)
		case strings.HasPrefix(name, "-/own/"):
			http.ServeFile(w, r, filepath.Join(root, "dist", "npm", path.Base(name)))
		default:
			http.Redirect(w, r, strings.TrimSpace(string(upstream))+strings.TrimPrefix(r.URL.EscapedPath(), "/"), http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	for _, file := range files {
		text, err := exec.CommandContext(t.Context(), "tar", "-xzOf", file, "package/package.json").Output()
		require.NoError(t, err)
		var manifest map[string]any
		require.NoError(t, json.Unmarshal(text, &manifest))
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		sum := sha512.Sum512(content)
		manifest["dist"] = map[string]string{
			"tarball":   server.URL + "/-/own/" + filepath.Base(file),
			"integrity": "sha512-" + base64.StdEncoding.EncodeToString(sum[:]),
		}
		name, version := manifest["name"].(string), manifest["version"].(string)
		documents[name] = map[string]any{"name": name, "dist-tags": map[string]string{"latest": version}, "versions": map[string]any{version: manifest}}
	}
	return server.URL
}
