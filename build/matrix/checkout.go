package matrix

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// copySources copies the files of a checkout to a folder: those that git knows, and new ones that it does not ignore,
// as they are now.
func copySources(ctx context.Context, r run.Runner, root, dir string) error {
	list, err := run.Output(ctx, r, run.Cmd{
		Path: "git", Args: []string{"ls-files", "-z", "--cached", "--others", "--exclude-standard"}, Dir: root,
	})
	if err != nil {
		return &fault.Error{
			Op: "list the files of the checkout", On: root, Err: err,
			Hint: "rows are run on a checkout of git: clone the repository",
		}
	}
	for name := range strings.SplitSeq(list, "\x00") {
		if name == "" {
			continue
		}
		err := copyFile(filepath.Join(root, name), filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) { // removed, and the removal not committed
			continue
		}
		if err != nil {
			return fmt.Errorf("copying the checkout: %w", err)
		}
	}
	return nil
}

func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	case info.IsDir(): // a checkout in the checkout
		return nil
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}
