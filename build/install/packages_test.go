package install_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/install"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

func TestPackageFiles(t *testing.T) {
	t.Parallel()
	for _, platform := range []spec.Platform{
		{OS: "linux", Arch: "amd64"},
		{OS: "darwin", Arch: "arm64"},
		{OS: "linux", Arch: "arm64", Libc: "musl"},
		{OS: "linux", Arch: "amd64", Libc: "glibc2.17"},
	} {
		in := input(t)
		in.Spec.Platform = platform
		in.Spec.Version = "1.23.2"
		require.NoError(t, install.Tree(t.Context(), in))
		for _, name := range []string{
			"lib/pkgconfig/libonnxruntime.pc",
			"lib/cmake/onnxruntime/onnxruntimeConfig.cmake",
			"lib/cmake/onnxruntime/onnxruntimeConfigVersion.cmake",
		} {
			text, err := os.ReadFile(filepath.Join(in.Dir, name))
			require.NoError(t, err)
			testkit.Golden(t, strings.ReplaceAll(platform.Name(), "-", "_")+"_"+filepath.Base(name), string(text))
		}
	}
}

func TestPackageFilesWithCoreML(t *testing.T) {
	t.Parallel()
	in := input(t)
	in.Spec.Version, in.Spec.Platform = "1.23.2", spec.Platform{OS: "darwin", Arch: "arm64"}
	in.Spec.Providers = append(in.Spec.Providers, spec.CoreML)
	require.NoError(t, install.Tree(t.Context(), in))
	for _, name := range []string{"lib/pkgconfig/libonnxruntime.pc", "lib/cmake/onnxruntime/onnxruntimeConfig.cmake"} {
		text, err := os.ReadFile(filepath.Join(in.Dir, name))
		require.NoError(t, err)
		testkit.Golden(t, "darwin_arm64_coreml_"+filepath.Base(name), string(text))
	}
	require.FileExists(t, filepath.Join(in.Dir, "include/onnxruntime/coreml_factory.h"), "where upstream has it")
	require.FileExists(t, filepath.Join(in.Dir, "include/onnxruntime/cpu_provider_factory.h"))
}

func TestPkgConfigGivesWhatACLinkNeeds(t *testing.T) {
	t.Parallel()
	pkgConfig, cc := testkit.NeedTool(t, "pkg-config"), testkit.NeedTool(t, "cc")
	tree := realTree(t)
	env := []string{"PKG_CONFIG_PATH=" + filepath.Join(tree, "lib", "pkgconfig")}
	command(t, "", env, pkgConfig, "--validate", "libonnxruntime")
	require.Equal(t, "1.21.0", strings.TrimSpace(command(t, "", env, pkgConfig, "--modversion", "libonnxruntime")))

	quoted := strings.ReplaceAll(tree, " ", `\ `) + "/lib/pkgconfig/../.."
	flags := strings.TrimSpace(command(t, "", env, pkgConfig, "--cflags", "--libs", "libonnxruntime"))
	require.Equal(t, "-I"+quoted+"/include/onnxruntime -L"+quoted+
		"/lib -lonnxruntime -lstdc++ -lm -ldl -lpthread -Wl,-z,noexecstack", flags)

	dir := t.TempDir()
	write(t, dir, map[string]string{"main.c": `#include <onnxruntime_c_api.h>
int main(void) { return OrtAnswer() == 7 ? 0 : 1; }`})
	command(t, dir, nil, "sh", "-c", cc+" -o main main.c "+flags) // a shell, as a makefile would
	command(t, dir, nil, "./main")
}

// cgo asks pkg-config without --static and refuses flags that are not on its list.
func TestCgoAcceptsTheFlags(t *testing.T) {
	t.Parallel()
	testkit.NeedTool(t, "pkg-config")
	tree := realTree(t)
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"go.mod": "module example.org/program\n\ngo 1.22\n",
		"main.go": `package main

// #cgo pkg-config: libonnxruntime
// #include <onnxruntime_c_api.h>
import "C"

func main() {
	if C.OrtAnswer() != 7 {
		panic("wrong answer")
	}
}
`,
	})
	env := []string{
		"CGO_ENABLED=1", "GOFLAGS=-mod=mod", "GOWORK=off", "PKG_CONFIG_PATH=" + filepath.Join(tree, "lib", "pkgconfig"),
	}
	command(t, dir, env, testkit.NeedTool(t, "go"), "run", ".")
}

func TestFindPackageFromAMovedFolder(t *testing.T) {
	t.Parallel()
	cmake := testkit.NeedTool(t, "cmake")
	testkit.NeedTool(t, "make")
	tree := realTree(t)
	for language, file := range map[string]string{"C": "main.c", "CXX": "main.cc"} {
		dir := t.TempDir()
		write(t, dir, map[string]string{
			file: "#include <onnxruntime_c_api.h>\nint main(void) { return OrtAnswer() == 7 ? 0 : 1; }\n",
			"CMakeLists.txt": `cmake_minimum_required(VERSION 3.16)
project(program ` + language + `)
find_package(onnxruntime 1.20 REQUIRED)
find_package(onnxruntime 1.20 REQUIRED) # as two parts of a project would
add_executable(program ` + file + `)
target_link_libraries(program PRIVATE onnxruntime::onnxruntime)
`,
		})
		command(t, dir, nil, cmake, "-S", ".", "-B", "b", "-G", "Unix Makefiles", "-DCMAKE_PREFIX_PATH="+tree)
		command(t, dir, nil, cmake, "--build", "b")
		command(t, dir, nil, "b/program")
	}
}

func TestPackageVersions(t *testing.T) {
	t.Parallel()
	cmake := testkit.NeedTool(t, "cmake")
	in := input(t)
	require.NoError(t, install.Tree(t.Context(), in))
	file := filepath.Join(in.Dir, "lib/cmake/onnxruntime/onnxruntimeConfigVersion.cmake")
	const machine = "CMAKE_SYSTEM_NAME=Linux CMAKE_SYSTEM_PROCESSOR=x86_64 CMAKE_SIZEOF_VOID_P=8 "
	asked := func(version string) string {
		major, _, _ := strings.Cut(version, ".")
		return machine + "PACKAGE_FIND_VERSION=" + version + " PACKAGE_FIND_VERSION_MAJOR=" + major
	}
	between := func(low, high, end string) string {
		return machine + "PACKAGE_FIND_VERSION_RANGE=" + low + "..." + high + " PACKAGE_FIND_VERSION_MIN=" + low +
			" PACKAGE_FIND_VERSION_MAX=" + high + " PACKAGE_FIND_VERSION_RANGE_MAX=" + end
	}
	for _, c := range []struct{ variables, want string }{ // compatible, exact, unsuitable
		{asked("1.21.0"), "TRUE TRUE FALSE"},
		{asked("1.20"), "TRUE FALSE FALSE"},
		{asked("1.22"), "FALSE FALSE FALSE"},
		{asked("0.9"), "FALSE FALSE FALSE"},
		{between("1.20", "1.21.0", "INCLUDE"), "TRUE FALSE FALSE"},
		{between("1.20", "1.21.0", "EXCLUDE"), "FALSE FALSE FALSE"},
		{between("1.20", "1.22", "EXCLUDE"), "TRUE FALSE FALSE"},
		{between("1.22", "1.23", "INCLUDE"), "FALSE FALSE FALSE"},
		{machine, "FALSE FALSE FALSE"},
		{"CMAKE_SYSTEM_NAME=Darwin", "FALSE FALSE TRUE"},
		{"CMAKE_SYSTEM_NAME=Linux CMAKE_SYSTEM_PROCESSOR=aarch64", "FALSE FALSE TRUE"},
		{"CMAKE_SYSTEM_NAME=Linux CMAKE_SIZEOF_VOID_P=4", "FALSE FALSE TRUE"},
	} {
		var script strings.Builder
		for assignment := range strings.FieldsSeq(c.variables) {
			name, value, _ := strings.Cut(assignment, "=")
			script.WriteString("set(" + name + " \"" + value + "\")\n")
		}
		script.WriteString("include(\"" + file + "\")\nmessage(STATUS \"${PACKAGE_VERSION_COMPATIBLE} " +
			"${PACKAGE_VERSION_EXACT} ${PACKAGE_VERSION_UNSUITABLE}\")\n")
		dir := t.TempDir()
		write(t, dir, map[string]string{"version.cmake": script.String()})
		require.Equal(t, "-- "+c.want, strings.TrimSpace(command(t, dir, nil, cmake, "-P", "version.cmake")), c.variables)
	}
}

func TestSharedLibrariesBesideTheArchiveAreFound(t *testing.T) {
	t.Parallel()
	s := spec.Spec{
		Version: "1.23.2", Platform: spec.Platform{OS: "linux", Arch: "amd64"},
		Providers: []spec.Provider{spec.CPU, spec.DNNL}, Linking: spec.Static,
	}
	text, err := install.PkgConfig(s, "libdnnl.so.3")
	require.NoError(t, err)
	require.Contains(t, text, "\nLibs: -L${libdir} -lonnxruntime -l:libdnnl.so.3 -lstdc++ ")
	require.Contains(t, text, " -Wl,-rpath,${libdir}\n")

	s.Providers = []spec.Provider{spec.CPU}
	text, err = install.PkgConfig(s)
	require.NoError(t, err)
	require.NotContains(t, text, "rpath", "a program without shared libraries names no folder of the machine that made it")
}
