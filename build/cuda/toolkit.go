package cuda

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// patience is how long nvcc may take to say something of itself.
const patience = 30 * time.Second

// Origins of a toolkit.
const (
	Machine = "machine" // it was there
	Redist  = "redist"  // NVIDIA's redistributable archives
	PyPI    = "pypi"
	Debian  = "debian"
)

// Toolkit is a CUDA toolkit that answers.
type Toolkit struct {
	Home    string   // absolute: what CMake's CUDAToolkit_ROOT takes
	NVCC    string   // its compiler driver, absolute
	Include string   // folder of cuda_runtime.h
	Lib     string   // folder of libcudart.so
	Version Version  // 13.0
	Full    string   // version of nvcc: "13.0.88"
	Known   []string // what nvcc compiles for: "compute_90", "sm_90", sorted
	Origin  string   // one of the origins above

	Runtime digest.Digest // of StaticRuntime, which goes into programs; zero where there is none
}

// String returns "CUDA 13.0.88 (/usr/local/cuda)".
func (t Toolkit) String() string { return fmt.Sprintf("CUDA %s (%s)", t.Full, t.Home) }

// StaticRuntime is the path of CUDA's runtime library as an archive.
func (t Toolkit) StaticRuntime() string { return filepath.Join(t.Lib, "libcudart_static.a") }

// layouts are the folders of a home that have headers, and those that have libraries, in the order in which they are
// tried. targets/ is where NVIDIA's own installers put them, the triplet where Debian does.
func (f *Finder) layouts() (include, lib []string) {
	target, triplet := "x86_64-linux", "x86_64-linux-gnu"
	if f.Platform.Arch == "arm64" {
		target, triplet = "sbsa-linux", "aarch64-linux-gnu"
	}
	return []string{"include", "targets/" + target + "/include"},
		[]string{"lib64", "lib", "targets/" + target + "/lib", "lib/" + triplet}
}

// open looks at a folder and makes its nvcc answer. The error says what is wrong with it.
func (f *Finder) open(ctx context.Context, home string) (Toolkit, error) {
	if slices.Contains(systemHomes, filepath.Clean(home)) {
		return Toolkit{}, ErrSystemHome
	}
	t := Toolkit{Home: home, NVCC: filepath.Join(home, "bin", "nvcc"), Origin: Machine}
	if !isFile(t.NVCC) {
		return Toolkit{}, fmt.Errorf("it has no bin/nvcc")
	}
	include, lib := f.layouts()
	if t.Include = firstWith(home, include, "cuda_runtime.h"); t.Include == "" {
		return Toolkit{}, fmt.Errorf("it has no cuda_runtime.h in %s", strings.Join(include, ", "))
	}
	if t.Lib = firstWith(home, lib, "libcudart.so"); t.Lib == "" {
		return Toolkit{}, fmt.Errorf("it has no libcudart.so in %s", strings.Join(lib, ", "))
	}
	text, err := f.ask(ctx, t.NVCC, "--version")
	if err != nil {
		return Toolkit{}, fmt.Errorf("its nvcc does not run: %w", err)
	}
	if t.Version, t.Full, err = parseNVCC(text); err != nil {
		return Toolkit{}, err
	}
	for _, option := range []string{"--list-gpu-arch", "--list-gpu-code"} {
		if text, err = f.ask(ctx, t.NVCC, option); err != nil {
			return Toolkit{}, fmt.Errorf("its nvcc does not tell what it compiles for: %w", err)
		}
		t.Known = append(t.Known, parseKnown(text)...)
	}
	slices.Sort(t.Known)
	t.Known = slices.Compact(t.Known)
	if library := t.StaticRuntime(); isFile(library) {
		if t.Runtime, _, err = digest.OfFile(library); err != nil {
			return Toolkit{}, err
		}
	}
	return t, nil
}

// ask runs nvcc for something that it tells.
func (f *Finder) ask(ctx context.Context, nvcc string, option string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return run.Output(ctx, f.Runner, run.Cmd{Path: nvcc, Args: []string{option}, Env: []string{"LC_ALL=C"}})
}

var knownPattern = regexp.MustCompile(`(?m)^(?:compute|sm)_\d+[a-z]?$`)

// parseKnown returns the names in the output of "nvcc --list-gpu-arch" or "--list-gpu-code".
func parseKnown(text string) []string { return knownPattern.FindAllString(text, -1) }

// firstWith returns the first of the folders below home that has a file, and the empty text if none has.
func firstWith(home string, folders []string, file string) string {
	for _, folder := range folders {
		dir := filepath.Join(home, filepath.FromSlash(folder))
		if isFile(filepath.Join(dir, file)) {
			return dir
		}
	}
	return ""
}

// isFile tells whether there is a file, or a link to one.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
