package cuda

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
)

// systemHomes are folders with headers and libraries of all kinds of packages.
var systemHomes = []string{"/usr", "/usr/local"}

// ErrSystemHome tells that a toolkit lies among other packages of the system. A build that is allowed to look there finds
// their headers and libraries too, and takes them in place of pinned ones.
var ErrSystemHome = errors.New("it lies in a folder that other packages share")

// Alone returns a cuDNN that has its folder for itself: the same one, or, where it lies among other packages, a folder
// below dir with links to its files.
func (d CUDNN) Alone(dir string) (CUDNN, error) {
	if !slices.Contains(systemHomes, filepath.Clean(d.Home)) {
		return d, nil
	}
	home := filepath.Join(dir, "cudnn-"+d.Version+"-of-the-system")
	alone := CUDNN{
		Home: home, Include: filepath.Join(home, "include"), Lib: filepath.Join(home, "lib"), Version: d.Version,
	}
	for _, part := range []struct{ from, pattern, to string }{
		{d.Include, "cudnn*.h", alone.Include}, {d.Lib, "libcudnn*", alone.Lib},
	} {
		if err := link(part.from, part.pattern, part.to); err != nil {
			return CUDNN{}, fmt.Errorf("making a folder for %s: %w", d, err)
		}
	}
	return alone, nil
}

// link makes a folder with links to the files of another one that match a pattern. What is there already is made anew.
func link(from, pattern, to string) error {
	paths, err := glob.In(from, pattern)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(to), os.MkdirAll(to, 0o755)); err != nil {
		return err
	}
	for _, path := range paths {
		if err := os.Symlink(path, filepath.Join(to, filepath.Base(path))); err != nil {
			return err
		}
	}
	return nil
}
