package plan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/dnnl"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/toolchain"
)

// Homes are the folders of what providers are made with. One that a build does not need is zero.
type Homes struct {
	CUDA  cuda.Toolkit
	CUDNN cuda.CUDNN
	DNNL  dnnl.Home

	openMP string    // path of libgomp.so.1, which the oneDNN provider calls itself
	gpu    cuda.Work // what is compiled for GPUs
}

// openMP is the library of GCC's OpenMP, by the name that programs ask for.
const openMP = "libgomp.so.1"

// provideHomes finds or provides what the providers of w are made with, and completes w's spec with what was found.
func (b *Builder) provideHomes(ctx context.Context, w *want) error {
	if w.spec.Has(spec.DNNL) {
		if err := b.provideDNNL(ctx, w); err != nil {
			return err
		}
	}
	if w.spec.Has(spec.CUDA) {
		return b.provideCUDA(ctx, w)
	}
	return nil
}

func (b *Builder) provideDNNL(ctx context.Context, w *want) (err error) {
	if b.Settings.DNNLHome != "" {
		w.homes.DNNL, err = dnnl.Find(w.spec.Platform, b.Settings.DNNLHome)
	} else {
		w.homes.DNNL, err = dnnl.Provide(ctx, w.spec.Platform, b.fetchTool, b.dnnlFolder())
	}
	if err != nil {
		return err
	}
	cmd := run.Cmd{Path: w.tools.CXX.Path, Args: []string{"-print-file-name=" + openMP}}
	if w.homes.openMP, err = run.Output(ctx, b.Runner, cmd); err != nil || !filepath.IsAbs(w.homes.openMP) {
		return &fault.Error{
			Op: "find the OpenMP library of the compiler", On: openMP, Err: cmp.Or(err, errors.New("the compiler does not have it")),
			Hint: "install it: libgomp1 (Debian, Ubuntu), libgomp (Fedora)",
		}
	}
	return nil
}

// dnnlFolder is where oneDNN is provided.
func (b *Builder) dnnlFolder() string { return filepath.Join(b.Settings.Home, "tools", "onednn") }

func (b *Builder) provideCUDA(ctx context.Context, w *want) error {
	c, err := b.cudaChoice(w.spec, w.tools.CXX)
	if err != nil {
		return err
	}
	if w.homes.CUDA, w.homes.CUDNN, err = c.finder.Provide(ctx, c.want, b.note); err != nil {
		return err
	}
	archs := c.want.Architectures
	w.homes.gpu = c.work
	w.spec.GPU = spec.GPU{
		Toolkit: w.homes.CUDA.Version.String(), CUDNN: w.homes.CUDNN.Version, Minimal: c.want.Minimal, Without: c.work.Without,
		Architectures: archs.CMake(w.spec.Version), Capabilities: archs.Capabilities(w.spec.Version),
	}
	return nil
}

// cudaChoice is what the settings ask of CUDA, and who finds it.
type cudaChoice struct {
	finder *cuda.Finder
	want   cuda.Want
	work   cuda.Work
}

// finder finds CUDA as the settings say.
func (b *Builder) finder(p spec.Platform) *cuda.Finder {
	return &cuda.Finder{
		Env: b.Settings.Programs, Runner: b.Runner, Dir: filepath.Join(b.Settings.Home, "tools", "cuda"),
		Platform: p, CUDAHome: b.Settings.CUDA.Home, CUDNNHome: b.Settings.CUDA.CUDNNHome, Fetch: b.fetchTool,
	}
}

// cudaChoice reads the settings for a build with a C++ compiler, which may be zero: then nothing is asked of it.
func (b *Builder) cudaChoice(s spec.Spec, cxx toolchain.Tool) (cudaChoice, error) {
	chosen := b.Settings.CUDA
	archs, err := cuda.ParseArchitectures(cmp.Or(chosen.Architectures, cuda.DefaultArchitectures))
	if err != nil {
		return cudaChoice{}, err
	}
	without, err := cuda.ParseFeatures(chosen.Features, s.Version)
	if err != nil {
		return cudaChoice{}, err
	}
	return cudaChoice{
		finder: b.finder(s.Platform),
		want: cuda.Want{
			Line: s.Version, Version: chosen.Version, Architectures: archs, Minimal: chosen.Minimal,
			HostGCC: gccMajor(cxx.Family, cxx.Version),
		},
		work: cuda.Work{Line: s.Version, Architectures: archs, Without: without, Minimal: chosen.Minimal},
	}, nil
}

// gccMajor returns the major version of a GCC, and 0 for another compiler.
func gccMajor(family, version string) int {
	if family != "gcc" {
		return 0
	}
	major, _, _ := strings.Cut(version, ".")
	n, _ := strconv.Atoi(major)
	return n
}

// Homes returns the folders of what the providers of an entry were made with. They are looked for anew, since no entry
// names a folder of the machine; nothing is fetched. It is an error if they are gone, or are others by now.
func (b *Builder) Homes(ctx context.Context, s spec.Spec, entry store.Entry) (Homes, error) {
	if len(s.Separate()) == 0 {
		return Homes{}, nil
	}
	made, line := map[string]string{}, ""
	for _, f := range entry.Key.Facts() {
		switch {
		case f.Group == homeFact:
			made[f.Name] = f.Value
		case f.Group == "spec" && f.Name == "version":
			line = f.Value
		}
	}
	homes, err := b.findHomes(ctx, s, line, made["cuda"])
	if found := homes.facts(); err == nil && !maps.Equal(made, found) {
		err = fmt.Errorf("it was made with %s, and here is %s", list(made), list(found))
	}
	if err != nil {
		return Homes{}, &fault.Error{
			Op: "find what the last build was made with", On: entry.Dir, Err: err,
			Hint: "set ORT_CUDA_HOME, ORT_CUDNN_HOME and ORT_DNNL_HOME as for the build, or build again",
		}
	}
	return homes, nil
}

// findHomes finds what the providers of a release are made with, CUDA of a version such as "13.0.88".
func (b *Builder) findHomes(ctx context.Context, s spec.Spec, line, toolkit string) (h Homes, err error) {
	switch {
	case !s.Has(spec.DNNL):
	case b.Settings.DNNLHome != "":
		h.DNNL, err = dnnl.Find(s.Platform, b.Settings.DNNLHome)
	default:
		h.DNNL, err = dnnl.Provided(s.Platform, b.dnnlFolder())
	}
	if err != nil || !s.Has(spec.CUDA) {
		return h, err
	}
	finder := b.finder(s.Platform)
	finder.Fetch = nil
	major, rest, _ := strings.Cut(toolkit, ".")
	minor, _, _ := strings.Cut(rest, ".")
	want := cuda.Want{Line: line, Version: major + "." + minor, Minimal: s.GPU.Minimal}
	h.CUDA, h.CUDNN, err = finder.Provide(ctx, want, b.note)
	return h, err
}

// list writes facts for a person: "cuda 13.0.88, cudnn 9.13.0".
func list(facts map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		words = append(words, name+" "+facts[name])
	}
	return strings.Join(words, ", ")
}

// homeFact is the group of the facts that describe homes.
const homeFact = "home"

// LibraryFolders lists the folders with shared libraries that programs need beside those of the install tree.
func (h Homes) LibraryFolders() []string {
	var folders []string
	for _, dir := range []string{h.CUDNN.Lib, h.CUDA.Lib} { // a toolkit may hold another cuDNN than that of the build
		if dir != "" {
			folders = append(folders, dir)
		}
	}
	return folders
}

// facts describes the homes, by name, without their folders.
func (h Homes) facts() map[string]string {
	facts := map[string]string{"cuda": h.CUDA.Full, "cudnn": h.CUDNN.Version, "dnnl": h.DNNL.Version}
	if !h.CUDA.Runtime.IsZero() { // packages may renew it without nvcc
		facts["cuda runtime"] = h.CUDA.Runtime.String()
	}
	if h.DNNL.Dir != "" {
		facts["dnnl library"] = h.DNNL.SHA256.String()
	}
	maps.DeleteFunc(facts, func(_, value string) bool { return value == "" })
	return facts
}

// cmake returns what CMake is told of CUDA, with so many jobs for its provider.
func (h Homes) cmake(jobs int) cmake.CUDA {
	if h.CUDA.Home == "" {
		return cmake.CUDA{}
	}
	c := cmake.CUDA{Home: h.CUDA.Home, NVCC: h.CUDA.NVCC, CUDNN: h.CUDNN.Home, Jobs: jobs}
	for _, definition := range h.gpu.Without.Definitions() {
		name, value, _ := strings.Cut(definition, "=")
		c.Definitions = append(c.Definitions, cmake.Definition{Name: name, Value: value})
	}
	return c
}

// Folders lists the homes that a bundle takes libraries from, beside those of CUDA.
func (h Homes) Folders() []string {
	if h.DNNL.Dir == "" {
		return nil
	}
	return []string{h.DNNL.Dir}
}

// Licenses has the licence texts of the libraries of a toolkit that was provided, by the names that a bundle has for them.
func (h Homes) Licenses() map[string]string {
	texts := map[string]string{}
	for name, part := range map[string]string{
		"cublas": "cublas", "cuda_runtime": "cudart", "cudnn": "cudnn", "cufft": "cufft", "curand": "curand",
		"cuda_nvrtc": "nvrtc", "nvjitlink": "nvjitlink",
	} {
		for _, home := range []string{h.CUDA.Home, h.CUDNN.Home} {
			if home == "" {
				continue
			}
			dir := filepath.Join(home, "licenses", part)
			if found, err := os.ReadDir(dir); err == nil && len(found) > 0 {
				texts[name] = filepath.Join(dir, found[0].Name())
			}
		}
	}
	return texts
}

// inside lists the archives that go into the isolated object of a provider.
func (h Homes) inside(p spec.Provider) []string {
	if p != spec.CUDA {
		return nil
	}
	// It starts with the first use of the provider, as all of the object does, and no program needs libcudart.so.
	return []string{h.CUDA.StaticRuntime()}
}

// beside lists the shared libraries that isolated providers need.
func (h Homes) beside(s spec.Spec) []string {
	paths := h.carried()
	if s.Has(spec.DNNL) {
		paths = append(paths, h.openMP)
	}
	if s.Has(spec.CUDA) && !s.GPU.Minimal {
		for _, name := range []string{"cublas", "cublasLt", "curand", "cufft"} {
			paths = append(paths, filepath.Join(h.CUDA.Lib, "lib"+name+".so"))
		}
		paths = append(paths, filepath.Join(h.CUDNN.Lib, cuda.CUDNNLibraries[0]))
	}
	return paths
}

// notices lists the licence texts of what comes out of the homes into a form, by component: oneDNN's library, and CUDA's
// runtime library inside the archive.
func (h Homes) notices(s spec.Spec) map[string][]string {
	texts := map[string][]string{}
	if len(h.DNNL.Notices) > 0 {
		texts["onednn"] = h.DNNL.Notices
	}
	if s.Has(spec.CUDA) && s.Linking == spec.Static {
		for _, path := range []string{h.Licenses()["cuda_runtime"], filepath.Join(h.CUDA.Home, "EULA.txt")} {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				texts["cuda_runtime"] = []string{path}
				break
			}
		}
	}
	return texts
}

// carried lists the shared libraries that go into the install tree.
func (h Homes) carried() []string {
	if h.DNNL.Dir == "" {
		return nil
	}
	return []string{h.DNNL.Library}
}
