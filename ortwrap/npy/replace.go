package npy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// replace writes a file under another name in the same folder, and gives it its name when it is whole.
func replace(path string, write func(io.Writer) error) (err error) {
	number := rand.Uint64() //nolint:gosec // no secret: O_EXCL finds a name that is taken
	name := fmt.Sprintf(".%s-%016x", filepath.Base(path), number)
	f, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			err = errors.Join(fmt.Errorf("writing %q: %w", path, err), os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path) //nolint:forbidigo // siblings, so on one file system
}
