package cuda

import (
	"context"
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

// alone returns a cuDNN that has its folder for itself: the same one, or, where it lies among other packages, a folder of
// the finder's with links to its files. A folder that is right is left as it is: another process may compile with it.
func (f *Finder) alone(ctx context.Context, d CUDNN, note func(string)) (CUDNN, error) {
	if !slices.Contains(systemHomes, filepath.Clean(d.Home)) {
		return d, nil
	}
	home := filepath.Join(f.Dir, "cudnn-"+d.Version+"-of-the-system")
	links, err := d.links()
	if err == nil && !linked(home, links) {
		err = f.link(ctx, home, links, note)
	}
	if err != nil {
		return CUDNN{}, fmt.Errorf("making a folder for %s: %w", d, err)
	}
	return CUDNN{Home: home, Include: filepath.Join(home, "include"), Lib: filepath.Join(home, "lib"), Version: d.Version}, nil
}

// links returns the paths of cuDNN's own files, by where they belong in a home.
func (d CUDNN) links() (map[string]string, error) {
	links := map[string]string{}
	for _, part := range []struct{ from, pattern, to string }{{d.Include, "cudnn*.h", "include"}, {d.Lib, "libcudnn*", "lib"}} {
		paths, err := glob.In(part.from, part.pattern)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			links[filepath.Join(part.to, filepath.Base(path))] = path
		}
	}
	return links, nil
}

// linked tells whether a home has these links and no others.
func linked(home string, links map[string]string) bool {
	there, err := glob.In(home, "*/*")
	if err != nil || len(there) != len(links) {
		return false
	}
	for name, path := range links {
		if target, err := os.Readlink(filepath.Join(home, name)); err != nil || target != path {
			return false
		}
	}
	return true
}

// link makes a home of links under a temporary name, which then takes its place.
func (f *Finder) link(ctx context.Context, home string, links map[string]string, note func(string)) error {
	unlock, err := f.lock(ctx, note)
	if err != nil {
		return err
	}
	defer unlock()
	if linked(home, links) {
		return nil // another process has made it meanwhile
	}
	temp, err := os.MkdirTemp(f.Dir, temporary+"cudnn-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, "tree")
	for name, path := range links {
		to := filepath.Join(tree, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Symlink(path, to)); err != nil {
			return err
		}
	}
	return settle(tree, home)
}
