package cuda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/source/unpack"
)

// errRefused tells that an archive is not the pinned one.
var errRefused = errors.New("the archive is not the pinned one")

// folder returns the name of the folder of a provided toolkit.
func (s source) folder(minimal bool) string {
	if minimal {
		return "cuda-" + s.Version + "-minimal"
	}
	return "cuda-" + s.Version
}

// make provides a toolkit: into a folder under a temporary name, checked, stamped, then renamed.
func (f *Finder) make(ctx context.Context, s source, want Want) (Toolkit, CUDNN, error) {
	temp, err := os.MkdirTemp(f.Dir, temporary+"cuda-")
	if err != nil {
		return Toolkit{}, CUDNN{}, fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(temp)
	tree := filepath.Join(temp, "tree")
	for _, p := range s.parts(f.Platform, want.Minimal) {
		if err := f.unpack(ctx, p, tree); err != nil {
			return Toolkit{}, CUDNN{}, fmt.Errorf("%s: %w", p.File(), err)
		}
	}
	if err := layOut(tree, s.Profile); err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	alone := &Finder{Env: f.Env, Runner: f.Runner, Platform: f.Platform, system: []string{}} // only what was unpacked
	if _, _, err := alone.fit(ctx, want, tree); err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	if err := seal(tree, s.Origin, s.key(f.Platform, want.Minimal)); err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	home := filepath.Join(f.Dir, s.folder(want.Minimal))
	if err := settle(tree, home); err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	t, d, err := f.fit(ctx, want, home)
	t.Origin = s.Origin
	return t, d, err
}

// unpack fetches one archive and unpacks what is taken of it.
func (f *Finder) unpack(ctx context.Context, p part, tree string) error {
	archive, err := f.Fetch(ctx, p.pin())
	if err != nil {
		return err
	}
	sum, _, err := digest.OfFile(archive)
	if err != nil {
		return err
	}
	if sum != p.SHA256 {
		return fmt.Errorf("%w: wanted %s, got %s", errRefused, p.SHA256, sum)
	}
	return unpack.Part(ctx, archive, tree, p.place)
}

// versioned matches a shared library with the major version in its name.
var versioned = regexp.MustCompile(`^(lib.+\.so)\.[0-9.]+$`)

// layOut makes what the archives lack: lib64, where nvcc's profile looks; the names of libraries without a version, by
// which the linker and CMake find them; and the profile, if there is one of our own.
func layOut(tree, profile string) error {
	if _, err := os.Lstat(filepath.Join(tree, "lib64")); errors.Is(err, os.ErrNotExist) {
		if err := os.Symlink("lib", filepath.Join(tree, "lib64")); err != nil {
			return err
		}
	}
	for _, dir := range []string{filepath.Join(tree, "lib"), filepath.Join(tree, "cudnn", "lib")} {
		entries, err := os.ReadDir(dir)
		if errors.Is(err, os.ErrNotExist) {
			continue
		} else if err != nil {
			return err
		}
		for _, entry := range entries {
			m := versioned.FindStringSubmatch(entry.Name())
			if m == nil {
				continue
			}
			if err := os.Symlink(entry.Name(), filepath.Join(dir, m[1])); err != nil && !errors.Is(err, os.ErrExist) {
				return err
			}
		}
	}
	if profile == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(tree, "bin", "nvcc.profile"), []byte(profile), 0o644)
}

// settle gives a finished folder its name. What has the name has no valid stamp, or it would have been used.
func settle(tree, dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tree, dir) //nolint:forbidigo // siblings, so on one file system
}
