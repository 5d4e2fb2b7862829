package breaking

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
)

// Git runs git in a tree and returns what it wrote.
func Git(ctx context.Context, root string, args ...string) ([]byte, error) {
	command := exec.CommandContext(ctx, "git", args...)
	command.Dir = root
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// LastTag is the tag of the highest version, but one that is left out, among those that the tree has behind it; empty where there is none. Tags of other
// modules, which have a folder before the version, are not meant.
func LastTag(ctx context.Context, root, but string) (string, error) {
	out, err := Git(ctx, root, "-c", "versionsort.suffix=-", "tag", "--list", "--merged", "HEAD", "--sort=-version:refname", "v[0-9]*")
	if err != nil {
		return "", err
	}
	for tag := range strings.FieldsSeq(string(out)) {
		if tag != but {
			return tag, nil
		}
	}
	return "", nil
}

// extract writes the files of a commit into a folder.
func extract(ctx context.Context, root, commit, to string) error {
	out, err := Git(ctx, root, "rev-parse", "--verify", "--end-of-options", commit+"^{commit}")
	if err != nil {
		return fmt.Errorf("expected a commit or a tag, got %q: %w", commit, err)
	}
	files, err := Git(ctx, root, "archive", "--format=tar", strings.TrimSpace(string(out)))
	if err != nil {
		return err
	}
	folder, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer folder.Close()
	for archive := tar.NewReader(bytes.NewReader(files)); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			return err
		}
		if err := folder.MkdirAll(path.Dir(header.Name), 0o700); err != nil {
			return err
		}
		if err := folder.WriteFile(header.Name, text, 0o600); err != nil {
			return err
		}
	}
}
