package debian

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// setLibraryPaths lets the given programs find the libraries below dir, by their own place. LD_LIBRARY_PATH would do
// that too, but every program that they start inherits it.
//
// It must be DT_RPATH: DT_RUNPATH does not count for the libraries that a library needs. A library with a DT_RUNPATH of its
// own, as LLVM's has, does not look where the program that needs it does: it gets the path too.
func (a Archive) setLibraryPaths(ctx context.Context, r run.Runner, programs []string, dir string) error {
	libraries, err := a.ownRunPaths(dir)
	if err != nil {
		return err
	}
	programs, err = expand(dir, programs)
	if err != nil {
		return err
	}
	for _, program := range append(programs, libraries...) {
		file, err := resolve(dir, program)
		if err != nil {
			return err
		}
		isELF, err := hasELFMagic(file)
		if err != nil {
			return err
		}
		if !isELF || isStatic(file) {
			continue // a script, or a program that patchelf would break: qemu's
		}
		inside, err := filepath.Rel(dir, file)
		if err != nil {
			return fmt.Errorf("placing %q: %w", program, err)
		}
		cmd := run.Cmd{
			Path: filepath.Join(dir, "usr", "bin", "patchelf"),
			Args: []string{"--force-rpath", "--set-rpath", a.libraryPath(filepath.ToSlash(inside)), file},
		}
		if err := r.Run(ctx, cmd); err != nil {
			return fmt.Errorf("setting the library path of %q: %w", program, err)
		}
	}
	return nil
}

// isStatic tells whether a program needs no library at all.
func isStatic(file string) bool {
	f, err := elf.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	needed, err := f.ImportedLibraries()
	return err == nil && len(needed) == 0
}

// expand replaces patterns by the programs that they match. A link to another program is left out: that may have more
// than one name, and be changed once.
func expand(dir string, programs []string) ([]string, error) {
	var found []string
	for _, program := range programs {
		if !strings.ContainsAny(program, "*?[") {
			found = append(found, program)
			continue
		}
		paths, err := glob.In(dir, program)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			info, err := os.Lstat(path)
			if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
				continue
			}
			inside, err := filepath.Rel(dir, path)
			if err != nil {
				return nil, fmt.Errorf("placing %q: %w", path, err)
			}
			found = append(found, filepath.ToSlash(inside))
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// ownRunPaths lists the shared libraries below dir that have a DT_RUNPATH, as slash paths.
func (a Archive) ownRunPaths(dir string) ([]string, error) {
	var found []string
	for _, folder := range []string{"usr/lib/" + a.triplet(), "lib/" + a.triplet()} {
		entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(folder)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("looking for libraries: %w", err)
		}
		for _, entry := range entries {
			if !entry.Type().IsRegular() || !strings.Contains(entry.Name(), ".so") {
				continue
			}
			name := folder + "/" + entry.Name()
			file, err := elf.Open(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				continue // a linker script
			}
			paths, err := file.DynString(elf.DT_RUNPATH)
			_ = file.Close() // it was only read
			if err == nil && len(paths) > 0 {
				found = append(found, name)
			}
		}
	}
	return found, nil
}

// libraryPath returns the path from a program to the two folders that a Debian release may have libraries in.
func (a Archive) libraryPath(program string) string {
	top := "$ORIGIN" + strings.Repeat("/..", strings.Count(program, "/"))
	return top + "/usr/lib/" + a.triplet() + ":" + top + "/lib/" + a.triplet()
}

// resolve follows the links of a program, which must stay in dir: patchelf would change a file of the system otherwise.
func resolve(dir, program string) (string, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("finding %q: %w", program, err)
	}
	file, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(program)))
	if err != nil {
		return "", fmt.Errorf("the packages have no %q: %w", program, err)
	}
	inside, err := filepath.Rel(root, file)
	if err != nil || !filepath.IsLocal(inside) {
		return "", fmt.Errorf("%q of the packages is a link to %q outside of them", program, file)
	}
	return filepath.Join(dir, inside), nil
}

func hasELFMagic(file string) (bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return false, fmt.Errorf("reading a program: %w", err)
	}
	defer f.Close()
	magic := make([]byte, 4)
	if _, err := io.ReadFull(f, magic); err != nil {
		return false, nil //nolint:nilerr // shorter than any program
	}
	return bytes.Equal(magic, []byte("\x7fELF")), nil
}
