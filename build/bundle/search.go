package bundle

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/glob"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// place is a folder with libraries.
type place struct {
	dir  string
	from string // neutral name for the manifest: "toolkit"
	home string // the folder that was given
}

// places returns the folders of a home that exist, each once. A home may be a folder of libraries itself.
func places(home, from string) []place {
	if home == "" {
		return nil
	}
	var list []place
	seen := map[string]bool{}
	for _, sub := range []string{
		"lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib",
		"lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu", ".",
	} {
		dir, err := filepath.EvalSymlinks(filepath.Join(home, filepath.FromSlash(sub)))
		if err != nil || seen[dir] {
			continue
		}
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			continue
		}
		seen[dir] = true
		list = append(list, place{dir: dir, from: from, home: home})
	}
	return list
}

// finder finds libraries by name.
type finder struct {
	places  []place
	runner  run.Runner
	cc      string // asked for the libraries of compilerLibrary; may be empty
	machine elf.Machine
	class   elf.Class

	rejected map[string]error // files of the right name that cannot be used, by name
}

// found is a library and where it is from.
type found struct {
	object
	place
}

// why tells why a library was not found.
func (f *finder) why(name string) error {
	if err := f.rejected[name]; err != nil {
		return err
	}
	return errors.New("it is in no given folder")
}

// order returns the places in the order in which a library is looked for: parts of cuDNN first in its own home, since a
// toolkit may hold another one; else in beside first, which may be empty: a library means the one of its own release.
func (f *finder) order(name, beside string) []place {
	rank := func(p place) int {
		switch {
		case p.from == "cudnn" && strings.HasPrefix(name, "libcudnn"):
			return 0
		case p.dir == beside:
			return 1
		}
		return 2
	}
	ordered := slices.Clone(f.places)
	slices.SortStableFunc(ordered, func(a, b place) int { return rank(a) - rank(b) })
	return ordered
}

// exact finds the file that the loader would take for name. Files of another machine do not count, as with the loader.
func (f *finder) exact(name, beside string) (found, bool) {
	for _, p := range f.order(name, beside) {
		if hit, ok := f.at(p, name); ok {
			return hit, true
		}
	}
	return found{}, false
}

func (f *finder) at(p place, name string) (found, bool) {
	o, err := readObject(filepath.Join(p.dir, name))
	if err == nil && (!o.dynamic || o.machine != f.machine || o.class != f.class) {
		err = fmt.Errorf("%q is no shared library for %s", o.path, f.machine)
	}
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			f.rejected[name] = err
		}
		return found{}, false
	}
	return found{object: o, place: p}, true
}

// loose finds what name stands for where it lacks its version: "libcudnn_ops.so" (the version is added when it is
// opened) or "libnvrtc.so.%d". Of several versions beside each other it takes the newest.
func (f *finder) loose(name, beside string) (found, bool) {
	if !strings.Contains(name, "%") {
		if hit, ok := f.exact(name, beside); ok {
			return hit, true
		}
	}
	pattern := stem(name) + ".*"
	if len(name) > len(stem(name)) && !strings.Contains(name, "%") {
		return found{}, false // a version was asked for, and it is not there
	}
	for _, p := range f.order(name, beside) {
		paths, _ := glob.In(p.dir, pattern)
		slices.SortFunc(paths, compareVersions)
		for _, path := range slices.Backward(paths) {
			hit, ok := f.at(p, filepath.Base(path))
			if ok && stem(hit.name()) == stem(name) {
				return hit, true
			}
		}
	}
	return found{}, false
}

// compilers asks the compiler for a library of its runtime. A compiler that does not know a file repeats its name.
func (f *finder) compilers(ctx context.Context, name string) (found, bool) {
	if f.cc == "" || !compilerLibrary.MatchString(name) {
		return found{}, false
	}
	path, err := run.Output(ctx, f.runner, fileNameCommand(f.cc, name))
	if err != nil || !filepath.IsAbs(path) {
		return found{}, false
	}
	dir := filepath.Dir(filepath.Clean(path))
	return f.at(place{dir: dir, from: "compiler", home: dir}, name)
}

// fileNameCommand asks a compiler where it has a library.
func fileNameCommand(cc, name string) run.Cmd {
	return run.Cmd{Path: cc, Args: []string{"-print-file-name=" + name}}
}
