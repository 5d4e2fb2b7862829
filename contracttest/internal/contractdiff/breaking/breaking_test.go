package breaking_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/contractdiff/breaking"
)

const root = "../../../.."

// repository is a git repository with a small part of this one: the contracts, the changelog and one package.
type repository struct {
	t      *testing.T
	folder string
}

const (
	contract  = "openapi.yaml"
	control   = "mockserver/internal/control/control.yaml"
	changelog = "CHANGELOG.md"
	goPackage = "mockserver/webhook/endpoint.go"
)

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{t, t.TempDir()}
	files, err := filepath.Glob(filepath.Join(root, "mockserver/webhook/*.go"))
	require.NoError(t, err)
	for _, file := range append(files, filepath.Join(root, contract), filepath.Join(root, control), filepath.Join(root, "go.mod"), filepath.Join(root, "go.sum")) {
		name, err := filepath.Rel(root, file)
		require.NoError(t, err)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		r.write(name, string(text))
	}
	r.write(changelog, "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- `imageUrl`.\n\n### Changed since the first preview\n\n- `imageUrl` was changed once.\n")
	r.git("init", "-q")
	r.commit()
	return r
}

func (r repository) write(name, text string) {
	r.t.Helper()
	name = filepath.Join(r.folder, name)
	require.NoError(r.t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(r.t, os.WriteFile(name, []byte(text), 0o600))
}

// edit replaces a text that a file has.
func (r repository) edit(name, old, replacement string) {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.folder, name))
	require.NoError(r.t, err)
	require.Contains(r.t, string(text), old)
	r.write(name, strings.Replace(string(text), old, replacement, 1))
}

func (r repository) git(args ...string) {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), "git", append([]string{
		"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false",
	}, args...)...)
	command.Dir = r.folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := command.CombinedOutput()
	require.NoError(r.t, err, "git %v: %s", args, out)
}

func (r repository) commit() {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "-m", "a commit")
}

func (r repository) check(base string) (unnamed int, said string) {
	r.t.Helper()
	var b strings.Builder
	result, err := breaking.Check(r.t.Context(), r.folder, base, &b)
	require.NoError(r.t, err)
	return result.Unnamed, b.String()
}

func TestWithoutATag(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.git("tag", "examples/otel/v1.0.0") // of another module
	unnamed, said := r.check("")
	assert.Zero(t, unnamed)
	assert.Equal(t, "nothing to compare with: there is no tag yet (BASE=<commit> names a commit)\n", said)
}

func TestBaseThatIsNoCommit(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	for _, base := range []string{"nowhere", "--output=x"} {
		_, err := breaking.Check(t.Context(), r.folder, base, &strings.Builder{})
		assert.ErrorContains(t, err, `expected a commit or a tag, got "`+base+`"`)
	}
}

// A line under another heading, in another section, or of an earlier change names nothing.
func TestLinesThatDoNotCount(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.edit(contract, "  /customers:\n", "  /clients:\n")
	r.edit(changelog, "- `imageUrl`.\n", "- `POST /customers` is told of under Added.\n")
	r.edit(changelog, "was changed once.\n", "was changed once.\n- POST /customers without a code span, and `POST /customersAll`.\n\n## [0.1.0]\n\n### Removed\n\n- `POST /customers`\n")
	unnamed, said := r.check("HEAD")
	assert.Equal(t, 1, unnamed)
	assert.Contains(t, said, "openapi.yaml:")
	assert.Contains(t, said, "with `/customers` in it")
}

// What both documents refer to is told once, in the file that has it.
func TestChangeOfBothDocuments(t *testing.T) {
	t.Parallel()
	r := newRepository(t)
	r.edit(contract, "      required: [id, createdAt, updatedAt]\n", "      required: [id, createdAt]\n")
	unnamed, said := r.check("HEAD")
	assert.Equal(t, 1, unnamed, "%s", said)
	assert.Regexp(t, `(?m)^openapi\.yaml:\d+: required property updatedAt is looser in POST /customers, response 201: data; .*; the control API's GET /customers, `, said)
	assert.NotContains(t, said, "control.yaml:")
}

func TestChanges(t *testing.T) {
	t.Parallel()
	const (
		imageURL = "        imageUrl:\n          description: Where a picture of the customer is found. The vendor documents no format.\n          type: string\n"
		entry    = "\n- `imageUrl` was changed once.\n"
	)
	for name, test := range map[string]struct {
		change func(r repository)
		line   string // for the changelog
		want   string // what is said without the line; empty where nothing breaks
	}{
		"nothing": {func(repository) {}, "", ""},
		"a description": {func(r repository) {
			r.edit(contract, "Where a picture of the customer is found.", "A picture.")
		}, "", ""},
		"an optional property": {func(r repository) {
			r.edit(contract, imageURL, "        birthDate:\n          type: string\n"+imageURL)
		}, "", ""},
		"a constraint": {func(r repository) { r.edit(contract, imageURL, imageURL+"          maxLength: 100\n") },
			"- `imageUrl` is at most 100 characters long.", "maxLength is stricter in POST /customers, request: imageUrl"},
		"a status": {func(r repository) { r.edit(contract, "        '201':\n", "        '200':\n") },
			"- The answer of a create is `200`, no longer\n  `201`.", "status 201 is gone in POST /customers, response 201"},
		"the status of an error": {func(r repository) {
			r.edit(contract, "        '404':\n          $ref: '#/components/responses/NotFound'\n", "")
		},
			"- No create is answered with `404`.", "status 404 is gone in POST /customers, response 404"},
		"the control API": {func(r repository) { r.edit(control, "  /reset:\n", "  /reset-all:\n") },
			"- The control API has `POST /reset-all` in place of `POST /reset`.", "control.yaml:"},
		"an exported identifier": {func(r repository) {
			r.edit(goPackage, "type Endpoint struct", "type Receiver = Endpoint\ntype Endpoint struct")
			r.edit(goPackage, "	ID string", "	Name string")
		},
			"- `webhook.Endpoint.ID` is `Name`.", "webhook.Endpoint.ID: removed: no line tells users\n"},
		"a package": {func(r repository) {
			require.NoError(r.t, os.RemoveAll(filepath.Join(r.folder, "mockserver/webhook")))
			r.write("a/a.go", "package a\n")
		},
			"- `mockserver/webhook` is gone.", "package github.com/bitbybit-go/bitbybit-go/mockserver/webhook: removed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			r.git("tag", "v0.1.0")
			r.git("tag", "v0.2.0-rc.1")
			r.git("tag", "v0.2.0")
			test.change(r)
			unnamed, said := r.check("")
			assert.Contains(t, said, "compared with v0.2.0: ")
			if test.want == "" {
				assert.Zero(t, unnamed)
				assert.Equal(t, "compared with v0.2.0: 0 changes break users, 0 of them without a line in CHANGELOG.md\n", said)
				return
			}
			assert.Positive(t, unnamed)
			assert.Contains(t, said, test.want)
			assert.Contains(t, said, "  add one under \"### Changed\" or \"### Removed\" of [Unreleased] in CHANGELOG.md, with `")

			r.edit(changelog, entry, entry+test.line+"\n")
			unnamed, said = r.check("HEAD")
			assert.Zero(t, unnamed, "%s", said)
			assert.Contains(t, said, "CHANGELOG.md names it\n")
		})
	}
}
