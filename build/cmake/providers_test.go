package cmake

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestTheModulesAreAllProvidersButTheCPUs(t *testing.T) {
	t.Parallel()
	require.Empty(t, modules(spec.Spec{Providers: []spec.Provider{spec.CPU}}))
	require.Equal(t, "cuda;dnnl", modules(spec.Spec{Providers: []spec.Provider{spec.CPU, spec.CUDA, spec.DNNL}}))
}

func TestEveryFileThatProvidersCMakeNamesIsWritten(t *testing.T) {
	t.Parallel()
	files := providerFiles()
	for _, match := range regexp.MustCompile(`\$\{builder_own\}/(\w+\.cc)`).FindAllStringSubmatch(providersText, -1) {
		require.Contains(t, files, match[1])
	}
}

// moduleProject is ONNX Runtime's CMakeLists.txt, as far as providers.cmake sees it.
const moduleProject = `cmake_minimum_required(VERSION 3.25)
project(onnxruntime CXX)
set(builder_source "${PROJECT_SOURCE_DIR}")
include("${PROJECT_BINARY_DIR}/builder/providers.cmake")
set(toy toy CACHE STRING "")
add_library(needed SHARED needed.cc)
add_library(onnxruntime_providers_${toy} MODULE toy.cc)
target_link_libraries(onnxruntime_providers_${toy} PRIVATE needed)
set_property(TARGET onnxruntime_providers_${toy} APPEND_STRING PROPERTY LINK_FLAGS "-Xlinker --gc-sections -Xlinker -rpath=\$ORIGIN")
`

// configureModules configures the project with these values of builder_providers and others.
func configureModules(t *testing.T, args ...string) (build, output string, err error) {
	t.Helper()
	dir := t.TempDir()
	source, build := filepath.Join(dir, "source"), filepath.Join(dir, "build")
	own := filepath.Join(build, "builder")
	require.NoError(t, os.MkdirAll(own, 0o755))
	require.NoError(t, os.MkdirAll(source, 0o755))
	for name, text := range map[string]string{
		"CMakeLists.txt": moduleProject,
		"needed.cc":      "int needed() { return 1; }\n",
		"toy.cc": `int needed(); inline int one = 0; extern "C" void* Provider_GetHost();
extern "C" void* GetProvider() { return needed() ? &one : nullptr; } const char* file() { return __FILE__; }` + "\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(source, name), []byte(text), 0o644))
	}
	for name, text := range providerFiles() {
		require.NoError(t, os.WriteFile(filepath.Join(own, name), []byte(text), 0o644))
	}
	var out, errs strings.Builder // apart: CMake writes to both, and not by lines
	err = (&run.Exec{Env: os.Environ()}).Run(t.Context(), run.Cmd{
		Path: testkit.NeedTool(t, "cmake"), Args: append([]string{"-G", "Ninja", "-S", source, "-B", build}, args...),
		Stdout: &out, Stderr: &errs,
	})
	return build, out.String() + errs.String(), err
}

func TestAProviderIsBuiltAsALibraryAndAsObjects(t *testing.T) {
	t.Parallel()
	runner := &run.Exec{Env: os.Environ()}
	build, output, err := configureModules(t, "-Dbuilder_providers=toy")
	require.NoError(t, err, output)
	output, err = run.Output(t.Context(), runner, run.Cmd{Path: testkit.NeedTool(t, "ninja"), Args: []string{
		"-C", build, ModuleTarget("toy"), EntryTarget("toy"), NoProviders, StaticProviders,
	}})
	require.NoError(t, err, output)

	list, err := os.ReadFile(ObjectsFile(Options{Build: build}, "toy"))
	require.NoError(t, err)
	objects := strings.Split(strings.TrimSuffix(string(list), "\n"), "\n")
	require.Len(t, objects, 2)
	require.Contains(t, objects[1], "provider_entry")
	tool := func(name string, args ...string) string {
		t.Helper()
		out, err := run.Output(t.Context(), runner, run.Cmd{Path: testkit.NeedTool(t, name), Args: args})
		require.NoError(t, err)
		return out
	}
	require.NotContains(t, tool("nm", objects[0]), " u ", "the option -fno-gnu-unique is missing")
	require.Contains(t, tool("nm", objects[1]), " T ort_builder_provider_toy")
	require.Contains(t, tool("nm", filepath.Join(build, "libbuilder_static_providers.a")), " U ort_builder_provider_toy")
	require.NotContains(t, tool("nm", filepath.Join(build, "libbuilder_no_providers.a")), " U ")
	dynamic := tool("readelf", "-dW", filepath.Join(build, "libonnxruntime_providers_toy.so"))
	require.Regexp(t, `\(RUNPATH\) +Library runpath: \[\$ORIGIN\]`, dynamic)
	require.NotContains(t, dynamic, "(RPATH)")
	data, err := os.ReadFile(objects[0])
	require.NoError(t, err)
	require.NotContains(t, string(data), filepath.Dir(build), "a path of this machine")
}

func TestWhatIsNotBuiltCannotBeAProvider(t *testing.T) {
	t.Parallel()
	_, output, err := configureModules(t, "-Dbuilder_providers=dnnl")
	require.Error(t, err)
	require.Contains(t, output, "there is no target onnxruntime_providers_dnnl")
}

func TestTheCUDAProviderIsCompiledInAPool(t *testing.T) {
	t.Parallel()
	_, output, err := configureModules(t, "-Dbuilder_providers=cuda", "-Dtoy=cuda")
	require.Error(t, err)
	require.Contains(t, output, `builder_cuda_jobs is "", not a number of jobs`)

	build, output, err := configureModules(t, "-Dbuilder_providers=cuda", "-Dtoy=cuda", "-Dbuilder_cuda_jobs=3")
	require.NoError(t, err, output)
	ninja, err := os.ReadFile(filepath.Join(build, "build.ninja"))
	require.NoError(t, err)
	_, compile, _ := strings.Cut(string(ninja), "/toy.cc.o: ")
	compile, _, _ = strings.Cut(compile, "\n\n")
	require.Contains(t, compile+"\n", "  pool = cuda\n")
	rules, err := os.ReadFile(filepath.Join(build, "CMakeFiles", "rules.ninja"))
	require.NoError(t, err)
	require.Regexp(t, `pool cuda\n +depth = 3\n`, string(rules)+string(ninja))
}

func TestABuildForTheCPUAloneHasTheEmptyTable(t *testing.T) {
	t.Parallel()
	build, output, err := configureModules(t)
	require.NoError(t, err, output)
	output, err = run.Output(t.Context(), &run.Exec{Env: os.Environ()}, run.Cmd{
		Path: testkit.NeedTool(t, "ninja"), Args: []string{"-C", build, NoProviders, StaticProviders},
	})
	require.NoError(t, err, output)
	require.NoFileExists(t, ObjectsFile(Options{Build: build}, "toy"))
}
