// Package dist_test tests what make dist and make image made: the files that a release has, as the people get them who
// download them.
package dist_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	root = "../../.."
	// envDist is set by make dist-check: dist/ has what make dist made.
	envDist = "BITBYBIT_DIST"
)

// programs are what is released, by name, with their package in the module.
var programs = map[string]string{
	"bitbybit-mock":     "./mockserver/cmd/bitbybit-mock",
	"bitbybit-contract": "./contracttest/cmd/bitbybit-contract",
}

// platform is what a program is compiled for.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "_" + p.arch }

// file is the name of a program's file.
func (p platform) file(program string) string {
	if p.os == "windows" {
		program += ".exe"
	}
	return program
}

var platforms = []platform{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

// made is what GoReleaser says of what it made, in dist/metadata.json.
type made struct{ Version, Commit string }

// dist reads dist/metadata.json; without envDist the test is skipped.
func dist(t *testing.T) made {
	t.Helper()
	if os.Getenv(envDist) == "" {
		t.Skip("needs what make dist makes: make dist dist-check")
	}
	var m made
	require.NoError(t, json.Unmarshal(read(t, "metadata.json"), &m), "make dist first")
	require.NotEmpty(t, m.Version)
	require.NotEmpty(t, m.Commit)
	return m
}

// read is a file in dist/.
func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "dist", name))
	require.NoError(t, err)
	return text
}

// checksums are the lines of checksums.txt: the SHA-256 of each file, in hexadecimal.
func checksums(t *testing.T) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for line := range strings.Lines(string(read(t, "checksums.txt"))) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		require.True(t, found, "a line is a sum, two spaces and a name, got %q", line)
		sums[name] = sum
	}
	return sums
}

func sha(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// archive is the name of a program's archive.
func (m made) archive(program string, p platform) string {
	name := program + "_" + m.Version + "_" + p.String()
	if p.os == "windows" {
		return name + ".zip"
	}
	return name + ".tar.gz"
}

// entry is a file in an archive.
type entry struct {
	text     []byte
	mode     fs.FileMode
	modified time.Time
	owner    string
}

// entries are the files of an archive, by name.
func entries(t *testing.T, name string) map[string]entry {
	t.Helper()
	text, all := read(t, name), map[string]entry{}
	if path.Ext(name) == ".zip" {
		archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
		require.NoError(t, err)
		for _, f := range archive.File {
			r, err := f.Open()
			require.NoError(t, err)
			body, err := io.ReadAll(r)
			require.NoError(t, err)
			all[f.Name] = entry{text: body, mode: f.Mode(), modified: f.Modified, owner: "root"} // which zip does not have
		}
		return all
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(text))
	require.NoError(t, err)
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		all[header.Name] = entry{text: body, mode: header.FileInfo().Mode(), modified: header.ModTime, owner: header.Uname}
	}
}

// unpack writes a program of an archive into a new folder, and returns its path.
func unpack(t *testing.T, m made, program string, p platform) string {
	t.Helper()
	e, found := entries(t, m.archive(program, p))[p.file(program)]
	require.True(t, found)
	file := filepath.Join(t.TempDir(), p.file(program))
	require.NoError(t, os.WriteFile(file, e.text, 0o700))
	return file
}

// output runs a program in the repository, and returns what it printed.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = root
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	require.NoError(t, command.Run(), "%s %q\n%s%s", name, args, &stdout, &stderr)
	return stdout.String()
}
