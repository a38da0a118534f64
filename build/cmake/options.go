package cmake

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Options is all that a configured build folder depends on.
type Options struct {
	Spec    spec.Spec
	Target  platform.Target // how it is built for Spec.Platform; zero: with the machine's own compilers
	Release release.Release
	Source  string   // root of the prepared ONNX Runtime tree, absolute; CMake's own source folder is Source/cmake
	Build   string   // build folder, absolute; ours alone
	Tools   Tools    // programs by absolute path
	Facts   []string // what else makes a build folder out of date: the stamp of the tree, the tools' fingerprint

	CUDA CUDA // where a build with CUDA finds it
	DNNL DNNL // where a build with oneDNN finds it
}

// CUDA is what a build with CUDA needs beside what its spec says.
type CUDA struct {
	Home        string       // of the toolkit
	NVCC        string       // its compiler driver
	CUDNN       string       // home of cuDNN: include, lib; empty for a minimal build
	Jobs        int          // how many device compilers may run at once: each takes several gigabytes
	Definitions []Definition // features that are left out
}

// DNNL is what a build with oneDNN needs.
type DNNL struct {
	Home string // include, lib/libdnnl.so.3
}

// Tools are the programs of a build, by absolute path.
type Tools struct {
	CMake, Ninja, CC, CXX, AR string

	Protoc   string // of exactly Release.Protoc
	Patch    string
	Python   string // runs a generator of the onnx library
	Launcher string // compiler cache; empty for none

	Ranlib string // goes with AR; only where the target is not this machine
}

// ownFolder is where our files lie in a build folder.
func (o Options) ownFolder() string { return filepath.Join(o.Build, "builder") }

func (o Options) own(name string) string { return filepath.Join(o.ownFolder(), name) }

// check refuses folders that a CMake list or the compiler's prefix map cannot hold, and a build folder whose emptying
// would cost the source tree.
func (o Options) check() error {
	const trouble = "=;\"'`\\$\n"
	var problems []error
	folders := []string{o.Source, o.Build}
	for _, home := range []string{o.CUDA.Home, o.CUDA.CUDNN, o.DNNL.Home} {
		if home != "" {
			folders = append(folders, home)
		}
	}
	if o.CUDA.Home != "" && strings.ContainsRune(strings.Join(folders, ""), ',') {
		problems = append(problems, errors.New("a folder has a comma, at which nvcc cuts the options of the host compiler"))
	}
	for _, dir := range folders {
		switch {
		case !filepath.IsAbs(dir):
			problems = append(problems, fmt.Errorf("folder %q is not an absolute path", dir))
		case strings.ContainsAny(dir, trouble):
			problems = append(problems,
				fmt.Errorf("folder %q has a character that CMake or a compiler cannot take (one of %q)", dir, trouble))
		}
	}
	if inside(o.Source, o.Build) || inside(o.Build, o.Source) {
		problems = append(problems,
			fmt.Errorf("source folder %q and build folder %q contain one another", o.Source, o.Build))
	}
	return errors.Join(problems...)
}

func inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
