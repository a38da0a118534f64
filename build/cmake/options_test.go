package cmake_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// options returns a plausible build for a version and a platform, "linux/arm64".
func options(version, platform string) cmake.Options {
	goos, arch, _ := strings.Cut(platform, "/")
	r, err := release.Load(version)
	if err != nil {
		panic(err) // a test that names a release that is not there
	}
	return cmake.Options{
		Spec: spec.Spec{
			Version:   version,
			Platform:  spec.Platform{OS: goos, Arch: arch},
			Providers: []spec.Provider{spec.CPU},
		},
		Release: r,
		Source:  "/cache/source/onnxruntime-" + version,
		Build:   "/cache/build/" + version,
		Tools: cmake.Tools{
			CMake: "/tools/cmake", Ninja: "/tools/ninja", CC: "/usr/bin/cc", CXX: "/usr/bin/c++", AR: "/usr/bin/ar",
			Protoc: "/tools/protoc", Patch: "/usr/bin/patch", Python: "/usr/bin/python3",
		},
	}
}

func lines(cmd run.Cmd) string {
	return strings.Join(append([]string{cmd.Path}, cmd.Args...), "\n") + "\n"
}

func TestConfigureCommands(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.21.0", "1.23.2"} {
		for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/arm64"} {
			host := strings.ReplaceAll(platform, "/", "-")
			name := "configure/" + host + "_to_" + host + "_cpu_" + version
			testkit.Golden(t, name, lines(cmake.ConfigureCommand(options(version, platform))))
		}
	}
}

// crossOptions returns a build on linux/amd64 for another platform.
func crossOptions(t *testing.T, version, to string) cmake.Options {
	t.Helper()
	p, err := spec.ParsePlatform(to)
	require.NoError(t, err)
	target, err := platform.For(spec.Platform{OS: "linux", Arch: "amd64"}, p)
	require.NoError(t, err)
	o := options(version, "linux/amd64")
	o.Spec.Platform, o.Target = p, target
	bin := "/tools/targets/" + target.Triple
	o.Tools.CC, o.Tools.CXX, o.Tools.AR, o.Tools.Ranlib = bin+"/cc", bin+"/c++", bin+"/ar", bin+"/ranlib"
	return o
}

func TestConfigureCommandsForOtherPlatforms(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"linux/arm64", "linux/amd64/glibc2.17", "linux/amd64/musl", "linux/arm64/musl", "darwin/arm64"} {
		name := "configure/linux-amd64_to_" + strings.ReplaceAll(to, "/", "-") + "_cpu_1.21.0"
		testkit.Golden(t, name, lines(cmake.ConfigureCommand(crossOptions(t, "1.21.0", to))))
	}
}

func TestTheTargetThatIsThisMachineChangesNothing(t *testing.T) {
	t.Parallel()
	o := options("1.21.0", "linux/amd64")
	own := o
	var err error
	own.Target, err = platform.For(o.Spec.Platform, o.Spec.Platform)
	require.NoError(t, err)
	own.Tools.Ranlib = "/not/used"
	require.Equal(t, cmake.Definitions(o), cmake.Definitions(own))
}

// withProviders returns a build of all providers for two kinds of GPUs.
func withProviders(version string) cmake.Options {
	o := options(version, "linux/amd64")
	o.Spec.Providers = []spec.Provider{spec.CPU, spec.CUDA, spec.DNNL}
	o.Spec.Linking = spec.Shared
	o.Spec.GPU = spec.GPU{Toolkit: "13.0", CUDNN: "9.13.0", Architectures: []string{"90-real", "120-real", "120-virtual"}}
	o.CUDA = cmake.CUDA{
		Home: "/cuda", NVCC: "/cuda/bin/nvcc", CUDNN: "/cudnn", Jobs: 3,
		Definitions: []cmake.Definition{{Name: "onnxruntime_USE_FLASH_ATTENTION", Value: "OFF"}},
	}
	o.DNNL.Home = "/dnnl"
	return o
}

func TestConfigureCommandsOfProviders(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.21.0", "1.23.2"} {
		cpu := lines(cmake.ConfigureCommand(options(version, "linux/amd64")))
		var added []string
		for line := range strings.Lines(lines(cmake.ConfigureCommand(withProviders(version)))) {
			if !strings.Contains(cpu, line) {
				added = append(added, line)
			}
		}
		testkit.Golden(t, "configure/linux-amd64_providers_add_"+version, strings.Join(added, ""))
	}
}

// One configured folder serves both forms: the tables through which core and provider call each other depend on it.
func TestBothFormsAreConfiguredAlike(t *testing.T) {
	t.Parallel()
	shared, static := withProviders("1.23.2"), withProviders("1.23.2")
	static.Spec.Linking = spec.Static
	require.Equal(t, cmake.ConfigureCommand(shared), cmake.ConfigureCommand(static))
	require.Equal(t, cmake.ModuleTargets(shared.Spec), cmake.ModuleTargets(static.Spec))
	require.Contains(t, cmake.Roots(shared.Spec), "builder_no_providers")
	require.Contains(t, cmake.Roots(static.Spec), "builder_static_providers")
	require.NotContains(t, cmake.Roots(static.Spec), "builder_no_providers", "an archive has one table")
}

func TestAMinimalBuildHasNoCUDNN(t *testing.T) {
	t.Parallel()
	o := withProviders("1.21.0")
	o.Spec.GPU.Minimal, o.CUDA.CUDNN = true, ""
	text := lines(cmake.ConfigureCommand(o))
	require.Contains(t, text, "\n-Donnxruntime_CUDA_MINIMAL=ON\n")
	require.Contains(t, text, "\n-DCMAKE_FIND_ROOT_PATH=/dnnl;/cuda\n")
	require.NotContains(t, text, "CUDNN")
}

func TestALauncherIsPutBeforeBothCompilers(t *testing.T) {
	t.Parallel()
	o := options("1.21.0", "linux/amd64")
	require.NotContains(t, lines(cmake.ConfigureCommand(o)), "LAUNCHER")
	o.Tools.Launcher = "/usr/bin/ccache"
	for _, language := range []string{"C", "CXX"} {
		require.Contains(t, lines(cmake.ConfigureCommand(o)), "\n-DCMAKE_"+language+"_COMPILER_LAUNCHER=/usr/bin/ccache\n")
	}
	require.NotContains(t, lines(cmake.ConfigureCommand(o)), "CUDA")
	o = withProviders("1.21.0")
	o.Tools.Launcher = "/usr/bin/ccache"
	require.Contains(t, lines(cmake.ConfigureCommand(o)), "\n-DCMAKE_CUDA_COMPILER_LAUNCHER=/usr/bin/ccache\n")
}

func TestDependenciesAreNeitherReplacedNorLeftUnpatched(t *testing.T) {
	t.Parallel()
	text := lines(cmake.ConfigureCommand(options("1.23.2", "linux/amd64")))
	require.NotContains(t, text, "FETCHCONTENT_FULLY_DISCONNECTED")
	require.NotContains(t, text, "FETCHCONTENT_SOURCE_DIR")
	require.Contains(t, text, "-DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER\n")
	require.Contains(t, text, "-DPatch_EXECUTABLE=/usr/bin/patch\n")
}

func TestBuildCommand(t *testing.T) {
	t.Parallel()
	cmd := cmake.BuildCommand(options("1.21.0", "linux/amd64"), []string{"re2", "onnx"}, 3)
	require.Equal(t, run.Cmd{
		Path: "/tools/ninja",
		Args: []string{"-C", "/cache/build/1.21.0", "-j", "3", "re2", "onnx"},
		Env:  []string{"NINJA_STATUS=[ninja %f/%t] "},
	}, cmd)
}

func TestProjectFile(t *testing.T) {
	t.Parallel()
	text, err := cmake.ProjectFile(map[string][]string{
		"onnx":                  {"defs/math/old.cc", "defs/logical/old.cc"},
		"onnxruntime_providers": {"/quantization/matmul_integer.cc"},
	})
	require.NoError(t, err)
	_, calls, found := strings.Cut(text, "cmake_language(DEFER CALL builder_unity_targets)\n")
	require.True(t, found)
	testkit.Golden(t, "unity_targets", calls)
}

func TestProjectFileRefusesWhatItCannotExclude(t *testing.T) {
	t.Parallel()
	_, err := cmake.ProjectFile(map[string][]string{"onnxruntime_mlas": {"a.cc"}})
	require.ErrorContains(t, err, `unity exclusions for target "onnxruntime_mlas"`)
	for _, path := range []string{"", "a b.cc", "a;b.cc", "${X}.cc", "a)b.cc", "a\nb"} {
		_, err := cmake.ProjectFile(map[string][]string{"onnx": {path}})
		require.ErrorContains(t, err, "is not a plain path", "%q", path)
	}
}
