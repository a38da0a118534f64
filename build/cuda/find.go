package cuda

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// Finder finds and provides toolkits. Runner, Dir and Platform are required.
type Finder struct {
	Env       []string   // environment of the programs; its PATH is searched
	Runner    run.Runner // starts nvcc with the same environment
	Dir       string     // folder for toolkits that are provided, ours alone
	Platform  spec.Platform
	CUDAHome  string // toolkit to use, and no other; empty: what is found
	CUDNNHome string // cuDNN to use, likewise

	// Fetch returns the path of a verified archive. Nil: there is none to be had.
	Fetch func(context.Context, release.Pin) (string, error)

	system  []string // instead of the system's folders, in tests
	sources []source // instead of the tables, in tests
}

// Want is what a build asks for.
type Want struct {
	Line          string // release or its line: "1.23"
	Version       string // of the toolkit, "12.9"; empty: any that is supported
	Architectures Architectures
	Minimal       bool // a build without cuDNN and the other libraries
	HostGCC       int  // major version of the host compiler; 0: it is no GCC
}

// Rejected is a toolkit that is there and is not used.
type Rejected struct {
	Home string
	Why  error
}

// find looks for a toolkit and a cuDNN: those that were asked for, else the nvcc in PATH, else /usr/local/cuda, else
// what was provided before. cuDNN is searched in the toolkit, then in the system. Nothing is changed. A minimal build
// gets a cuDNN without a version. It returns no home and no error where nothing was found.
func (f *Finder) find(ctx context.Context, want Want) (Toolkit, CUDNN, []Rejected, error) {
	if want.Version != "" {
		if _, err := ParseVersion(want.Version); err != nil {
			return Toolkit{}, CUDNN{}, nil, err
		}
	}
	if f.CUDNNHome != "" && !want.Minimal { // before gigabytes are fetched
		if _, err := f.cudnnFor(Toolkit{}); err != nil {
			return Toolkit{}, CUDNN{}, nil, err
		}
	}
	if f.CUDAHome != "" {
		t, d, err := f.fit(ctx, want, f.CUDAHome)
		hint := cmp.Or(hintOf(err), "set ORT_CUDA_HOME to another folder, or unset it")
		return t, d, nil, explain(err, "use the CUDA toolkit", f.CUDAHome, hint)
	}
	var rejected []Rejected
	for _, home := range f.homes() {
		t, d, err := f.fit(ctx, want, home)
		if ctx.Err() != nil {
			return Toolkit{}, CUDNN{}, nil, fmt.Errorf("looking for a CUDA toolkit: %w", context.Cause(ctx))
		}
		if err == nil {
			return t, d, nil, nil
		}
		rejected = append(rejected, Rejected{Home: home, Why: err})
	}
	t, d, unfit, err := f.provided(ctx, want)
	return t, d, append(rejected, unfit...), err
}

// homes returns the folders of the machine that may be toolkits.
func (f *Finder) homes() []string {
	var homes []string
	add := func(nvcc string) {
		if !isFile(nvcc) {
			return
		}
		// /usr/local/cuda/bin/nvcc may be a link into a folder that has no headers, or lie behind one of ccache.
		if real, err := filepath.EvalSymlinks(nvcc); err == nil && filepath.Base(real) == "nvcc" {
			nvcc = real
		}
		home := filepath.Dir(filepath.Dir(nvcc))
		if !slices.Contains(homes, home) {
			homes = append(homes, home)
		}
	}
	for _, entry := range f.Env {
		if list, ok := strings.CutPrefix(entry, "PATH="); ok {
			for _, dir := range filepath.SplitList(list) {
				if filepath.IsAbs(dir) {
					add(filepath.Join(dir, "nvcc"))
				}
			}
		}
	}
	for _, dir := range f.systemFolders() {
		add(filepath.Join(dir, "cuda", "bin", "nvcc"))
	}
	return homes
}

// systemFolders returns where software of the machine lies: a toolkit in cuda/ below it, cuDNN in it.
func (f *Finder) systemFolders() []string {
	if f.system != nil {
		return f.system
	}
	return []string{"/usr/local", "/usr"}
}

// fit opens a toolkit and its cuDNN and tells whether they will do.
func (f *Finder) fit(ctx context.Context, want Want, home string) (Toolkit, CUDNN, error) {
	t, err := f.open(ctx, home)
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	if want.Version != "" && t.Version.String() != want.Version {
		return Toolkit{}, CUDNN{}, fmt.Errorf("it is CUDA %s, not %s", t.Version, want.Version)
	}
	if err := Supported(want.Line, t, CUDNN{}, want.Architectures, want.HostGCC); err != nil || want.Minimal {
		return onlyIfGood(t, CUDNN{}, err)
	}
	d, err := f.cudnnFor(t)
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	return onlyIfGood(t, d, Supported(want.Line, t, d, want.Architectures, want.HostGCC))
}

func onlyIfGood(t Toolkit, d CUDNN, err error) (Toolkit, CUDNN, error) {
	if err != nil {
		return Toolkit{}, CUDNN{}, err
	}
	return t, d, nil
}

// cudnnFor finds the cuDNN that goes with a toolkit.
func (f *Finder) cudnnFor(t Toolkit) (CUDNN, error) {
	const hint = "set ORT_CUDNN_HOME to the folder of a cuDNN 9, or ORT_CUDA_MINIMAL=1 for a build without operators"
	if f.CUDNNHome != "" {
		d, err := f.openCUDNN(f.CUDNNHome)
		return d, explain(err, "use cuDNN", f.CUDNNHome, hint)
	}
	homes := append([]string{filepath.Join(t.Home, "cudnn"), t.Home}, f.systemFolders()...)
	var first error
	for _, home := range homes {
		d, err := f.openCUDNN(home)
		if err == nil {
			return d, nil
		}
		if first == nil && !errors.Is(err, errNoCUDNN) {
			first = fmt.Errorf("%s: %w", home, err)
		}
	}
	if first == nil {
		first = fmt.Errorf("there is none in %s", strings.Join(homes[1:], ", "))
	}
	return CUDNN{}, explain(first, "find cuDNN", "for "+t.String(), hint)
}

// explain makes an error one for people; nil stays nil.
func explain(err error, op, on, hint string) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Op: op, On: on, Err: err, Hint: hint}
}

// unfound is the error for a machine without a good toolkit. failed says what was tried to provide one.
func unfound(rejected []Rejected, failed []error) error {
	lines := []string{"there is no good one on this machine"}
	if len(rejected) == 0 {
		lines[0] = "there is no nvcc in PATH, and no cuda in /usr/local"
	}
	for _, r := range rejected {
		lines = append(lines, r.Home+": "+r.Why.Error())
	}
	for _, err := range failed {
		lines = append(lines, err.Error())
	}
	hint := "install one and set ORT_CUDA_HOME to its folder"
	if len(rejected) == 1 && hintOf(rejected[0].Why) != "" {
		hint += "; or " + hintOf(rejected[0].Why)
	}
	return &fault.Error{Op: "find a CUDA toolkit", Err: errors.New(strings.Join(lines, "\n")), Hint: hint}
}

// hintOf returns the hint that an error has, if any.
func hintOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Hint
	}
	return ""
}
