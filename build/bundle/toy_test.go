package bundle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/bundle"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// toy has homes with small libraries that need and open each other as the real ones do.
type toy struct {
	t      *testing.T
	dir    string
	runner run.Runner
}

// longRunPath is long enough to be written over, and leads nowhere.
const longRunPath = "-Wl,-rpath,/a/folder/of/the/machine/that/builds"

func newToy(t *testing.T) *toy {
	t.Helper()
	testkit.NeedTool(t, "cc")
	toy := &toy{t: t, dir: t.TempDir(), runner: &run.Exec{Env: os.Environ()}}
	toy.library("toolkit/lib/libcublasLt.so.13", "int cublasLt(void) { return 1; }")
	toy.library("toolkit/lib/libnvJitLink.so.13", "int jit(void) { return 1; }")
	toy.library("toolkit/lib/libcufft.so.12",
		`__attribute__((section(".lrodata"))) const char name[] = "libnvJitLink.so.13"; int cufft(void) { return 1; }`)
	toy.library("toolkit/lib/libnvrtc-builtins.so.13.0", "int builtins(void) { return 1; }")
	toy.library("toolkit/lib/libnvrtc.so.13", `#include <dlfcn.h>
		int nvrtcCreateProgram(void) { return 0; }
		int nvrtcCompileProgram(void) { void *volatile p = dlopen("libnvrtc-builtins.so.13.0", RTLD_NOW); return !p; }`)
	toy.library("toolkit/lib/libcuda.so.1", "int cuInit(void) { return 0; }")
	toy.cudnn("cudnn", 13)
	toy.library("tree/lib/libonnxruntime_providers_shared.so", "void *Provider_GetHost(void) { return 0; }")
	toy.library("tree/lib/libonnxruntime_providers_cuda.so", `extern int cudnn(void), cufft(void), cuInit(void);
		extern void **Provider_GetHost(void);
		__attribute__((constructor)) static void start(void) { (void)*(void *volatile *)Provider_GetHost(); }
		void *GetProvider(void) { return (void *)(long)(cudnn() + cufft() + cuInit()); }`,
		"cudnn/lib/libcudnn.so.9", "toolkit/lib/libcufft.so.12", "toolkit/lib/libcuda.so.1")
	toy.write("tree/LICENSES/onnxruntime/LICENSE", "a licence")
	toy.write("toolkit/nvidia_cufft-12.0.0.61.dist-info/licenses/License.txt", "cuFFT's licence")
	toy.write("toolkit/share/doc/cufft/THIRD-PARTY-PROGRAMS", "licences of others")
	toy.compile("program", `int main(void) { return 0; }
		const char names[] = "libonnxruntime_providers_cuda.so libelse.so.1";`,
		longRunPath)
	return toy
}

// cudnn makes a home of cuDNN 9.
func (toy *toy) cudnn(home string, minor int) {
	const major = 9
	lib := home + "/lib/"
	number := major*10000 + minor*100
	code := fmt.Sprintf(`__asm__(".text\n.long %d, %d, %d\n");`, number, number, number)
	toy.library(lib+"libcudnn_graph.so.9", fmt.Sprintf("const int cudnn_graph_version = %d; %s", major<<16|minor<<8, code))
	toy.library(lib+"libcudnn_ops.so.9", fmt.Sprintf("const int cudnn_ops_infer_version = %d;", major<<16|minor<<8),
		lib+"libcudnn_graph.so.9")
	for _, part := range []string{"cnn", "adv", "heuristic", "engines_precompiled", "engines_runtime_compiled"} {
		toy.library(lib+"libcudnn_"+part+".so.9", code+" int "+part+"(void) { return 0; }", lib+"libcudnn_graph.so.9")
	}
	toy.library(lib+"libcudnn.so.9", `#include <dlfcn.h>
		int cudnn(void) { return 0; }
		int cudnnGraphVersionCheck(void) { void *volatile p = dlopen("libcudnn_graph.so.9", RTLD_NOW); return !p; }`)
}

// library makes a shared library with the file's name as its soname. It links those of needs as they are.
func (toy *toy) library(to, source string, needs ...string) {
	flags := []string{"-shared", "-fPIC", "-Wl,-soname," + filepath.Base(to), longRunPath, "-Wl,--no-as-needed"}
	for _, need := range needs {
		flags = append(flags, toy.path(need))
	}
	toy.compile(to, source, flags...)
}

func (toy *toy) compile(to, source string, flags ...string) {
	toy.t.Helper()
	toy.write(to, "")
	cmd := run.Cmd{
		Path: "cc", Args: append([]string{"-x", "c", "-", "-x", "none", "-o", toy.path(to)}, append(flags, "-ldl")...),
		Stdin: strings.NewReader(source),
	}
	require.NoError(toy.t, toy.runner.Run(toy.t.Context(), cmd), source)
}

func (toy *toy) path(name string) string { return filepath.Join(toy.dir, filepath.FromSlash(name)) }

func (toy *toy) write(to, text string) {
	require.NoError(toy.t, os.MkdirAll(filepath.Dir(toy.path(to)), 0o755))
	require.NoError(toy.t, os.WriteFile(toy.path(to), []byte(text), 0o600))
}

func (toy *toy) input() bundle.Input {
	return bundle.Input{
		Program: toy.path("program"), Tree: toy.path("tree"), Toolkit: toy.path("toolkit"), CUDNN: toy.path("cudnn"),
		Out: toy.path("out/bundle"), Runner: toy.runner, CC: "cc",
	}
}

// bundled makes the bundle of input.
func (toy *toy) bundled() bundle.Manifest {
	toy.t.Helper()
	m, err := bundle.Make(toy.t.Context(), toy.input())
	require.NoError(toy.t, err)
	return m
}

func (toy *toy) check() (bundle.Report, error) {
	return bundle.Check(toy.t.Context(), bundle.CheckInput{
		Dir: toy.path("out/bundle"), Runner: toy.runner, CC: "cc",
	})
}
