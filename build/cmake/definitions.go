package cmake

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
	"github.com/onnxruntime-builder/onnxruntime-builder/toolchains"
)

// Definition is one -D argument of CMake.
type Definition struct {
	Name, Value string
}

// String returns the argument: "-DCMAKE_BUILD_TYPE=Release".
func (d Definition) String() string { return "-D" + d.Name + "=" + d.Value }

const (
	on  = "ON"
	off = "OFF"
)

// Definitions returns what is passed to CMake for a build, sorted by name. It depends on nothing but o.
func Definitions(o Options) []Definition {
	all := map[string]string{}
	for _, part := range []map[string]string{product(), isolation(o), programs(o), system(o), processor(o), providers(o), coreml(o)} {
		maps.Copy(all, part)
	}
	sorted := make([]Definition, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sorted = append(sorted, Definition{name, all[name]})
	}
	return sorted
}

// product says what is wanted of ONNX Runtime and its dependencies.
func product() map[string]string {
	return map[string]string{
		"CMAKE_BUILD_TYPE": "Release",
		// ONNX Runtime and all dependencies become static archives; some dependencies follow the general switch.
		"BUILD_SHARED_LIBS":            off,
		"onnxruntime_BUILD_SHARED_LIB": off,
		// The archive goes into shared objects and position-independent programs too (cgo's default).
		"CMAKE_POSITION_INDEPENDENT_CODE": on,

		// Tests would fetch googletest and double the work.
		"BUILD_TESTING":                off,
		"onnxruntime_BUILD_UNIT_TESTS": off,
		// flatc is only needed to change ONNX Runtime's own schemas.
		"FLATBUFFERS_BUILD_FLATC": off,

		// ONNX Runtime's own default differs between CPU and CUDA: the two cores would not be the same.
		"onnxruntime_DISABLE_RTTI": off,
		// Python bindings want numpy; the library does not.
		"onnxruntime_ENABLE_PYTHON": off,
		// The full protobuf makes the result larger and adds nothing that the C API can reach.
		"onnxruntime_USE_FULL_PROTOBUF": off,
		// Link-time objects tie an archive to one version of one compiler.
		"onnxruntime_ENABLE_LTO": off,
		// -march=native, never: MLAS chooses its kernels at run time, so one archive serves every processor.
		"onnxruntime_BUILD_FOR_NATIVE_MACHINE": off,
	}
}

// isolation keeps out of the result what happens to be on this machine. The search for headers, libraries and packages
// is settled by the toolchain file, where there is one.
func isolation(o Options) map[string]string {
	return map[string]string{
		// Given, even empty, they win over CFLAGS, CXXFLAGS and the like in the environment. The C++ flags must hold no
		// path: ONNX Runtime 1.21 writes them into OrtGetBuildInfoString. See ProjectFile for the prefix map.
		"CMAKE_C_FLAGS":   "",
		"CMAKE_CXX_FLAGS": "",
		"CMAKE_ASM_FLAGS": "",

		// The commit of whatever repository encloses the tree would get into OrtGetBuildInfoString.
		"CMAKE_DISABLE_FIND_PACKAGE_Git": on,
		// Never an installed package in place of a pinned archive. FETCHCONTENT_FULLY_DISCONNECTED stays unset: with it
		// the archives, local files by now, would not be unpacked and ONNX Runtime's patches to them not be applied.
		"FETCHCONTENT_TRY_FIND_PACKAGE_MODE": "NEVER",
		// CMAKE_PREFIX_PATH and its like in the environment, NAME_ROOT variables, and the two package registries.
		"CMAKE_FIND_USE_CMAKE_ENVIRONMENT_PATH":  off,
		"CMAKE_FIND_USE_PACKAGE_ROOT_PATH":       off,
		"CMAKE_FIND_USE_PACKAGE_REGISTRY":        off,
		"CMAKE_FIND_USE_SYSTEM_PACKAGE_REGISTRY": off,
		// Protobuf takes zlib if it sees it, and the archive would need -lz.
		"protobuf_WITH_ZLIB": off,

		// Old dependencies ask for a CMake older than CMake 4 still speaks.
		"CMAKE_POLICY_VERSION_MINIMUM": "3.5",
		// Messages end up in a log and in errors: no colour codes, whatever the terminal.
		"CMAKE_COLOR_DIAGNOSTICS": off,
		// Our addition to ONNX Runtime's own CMake files.
		"CMAKE_PROJECT_onnxruntime_INCLUDE": o.own(projectFile),
	}
}

// programs names every program, so that CMake searches for none that matters.
func programs(o Options) map[string]string {
	t := o.Tools
	defs := map[string]string{
		"CMAKE_C_COMPILER":   t.CC,
		"CMAKE_CXX_COMPILER": t.CXX,
		"CMAKE_AR":           t.AR,
		"CMAKE_MAKE_PROGRAM": t.Ninja,
		// A fifth of the compile steps would go into a protoc of our own.
		"ONNX_CUSTOM_PROTOC_EXECUTABLE": t.Protoc,
		// Without the program ONNX Runtime leaves its patches to the dependencies out, silently.
		"Patch_EXECUTABLE": t.Patch,
		// onnx 1.17 asks for it by the first name, onnx 1.18 by the second.
		"PYTHON_EXECUTABLE":  t.Python,
		"Python3_EXECUTABLE": t.Python,
	}
	if t.Launcher != "" {
		defs["CMAKE_C_COMPILER_LAUNCHER"] = t.Launcher
		defs["CMAKE_CXX_COMPILER_LAUNCHER"] = t.Launcher
	}
	return defs
}

// toolchain returns the name of the toolchain file, which stands in folder toolchains.
func (o Options) toolchain() string {
	if o.Target.IsMachine() {
		return o.Spec.Platform.OS
	}
	return o.Target.Toolchain
}

// system says what the target's operating system and processor ask for.
func system(o Options) map[string]string {
	defs := map[string]string{}
	if !o.Target.IsMachine() {
		defs = crossing(o)
	}
	if _, ok := toolchains.For(o.toolchain()); ok {
		defs["CMAKE_TOOLCHAIN_FILE"] = o.own(toolchainFile)
	}
	switch o.Spec.Platform.OS {
	case "linux":
		// None of MLAS's assembly files says that it needs no executable stack, and the linker believes the worst of
		// such an object: every program with ONNX Runtime in it would get one, and glibc 2.41 refuses to load it.
		defs["CMAKE_ASM_FLAGS"] = "-Wa,--noexecstack"
	case "darwin":
		defs["CMAKE_OSX_ARCHITECTURES"] = map[string]string{"amd64": "x86_64", "arm64": "arm64"}[o.Spec.Platform.Arch]
		// The floor of Microsoft's package of 1.21. CMake's default is the version of the building machine.
		defs["CMAKE_OSX_DEPLOYMENT_TARGET"] = platform.MacOSFloor
		// Homebrew and MacPorts; the SDK must still be searched (iconv), so a Mac needs no toolchain file.
		defs["CMAKE_IGNORE_PREFIX_PATH"] = "/opt/homebrew;/opt/local;/usr/local"
	}
	return defs
}

// processor says what the target's processor asks for, beside what ONNX Runtime's CMake chooses by itself.
func processor(o Options) map[string]string {
	if slices.Contains(o.Release.UsesFor(o.Spec.Platform.Arch), "kleidiai") {
		return map[string]string{"onnxruntime_USE_KLEIDIAI": on}
	}
	return nil
}

// systems are CMake's words for GOOS.
var systems = map[string]string{"linux": "Linux", "darwin": "Darwin"}

// crossing says what CMake cannot find out by asking the machine, because the target is another.
func crossing(o Options) map[string]string {
	defs := map[string]string{
		"CMAKE_SYSTEM_NAME":      systems[o.Spec.Platform.OS],
		"CMAKE_SYSTEM_PROCESSOR": o.Target.Processor,
		// The machine's own knows neither Mach-O nor, on most distributions, other processors.
		"CMAKE_RANLIB": o.Tools.Ranlib,
	}
	return defs
}

// ownFiles returns our files for a build folder, by name.
func ownFiles(o Options) (map[string]string, error) {
	project, err := ProjectFile(o.Release.UnityExclusions)
	if err != nil {
		return nil, err
	}
	files := providerFiles()
	files[projectFile] = project
	if text, ok := toolchains.For(o.toolchain()); ok {
		files[toolchainFile] = text
	}
	return files, nil
}

const (
	projectFile   = "project.cmake"
	toolchainFile = "toolchain.cmake"
)

// cmakeFolder is where ONNX Runtime keeps its top CMakeLists.txt.
func (o Options) cmakeFolder() string { return filepath.Join(o.Source, "cmake") }
