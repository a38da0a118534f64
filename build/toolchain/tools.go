package toolchain

import (
	"slices"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// kind is what this package knows of a tool that is neither a compiler nor a launcher.
type kind struct {
	name     string
	programs []string // names that it has in PATH, in the order in which they are tried
	args     []string // make it print its version, and in a second line, if it likes, its real path
	bounds   bounds
	inKey    bool // the version is part of the store's key
	silent   bool // it may lack an option that tells its version

	// compiles is the target of compilers for another platform. They are found as a whole, by [Finder.targetCompilers].
	compiles *platform.Target
}

// read returns the version, and the real path if the program told it.
func (k kind) read(output string) (version, path string) {
	first, rest, _ := strings.Cut(output, "\n")
	if k.compiles != nil {
		first = outside(first) // see parseCompiler
	}
	version = parseVersion(first)
	switch k.name {
	case Protoc: // 21.12 calls itself 3.21.12, and 22.0 calls itself 22.0
		version = strings.TrimPrefix(version, "3.")
	case Python:
		path = strings.TrimSpace(rest)
	}
	return version, path
}

// reject returns why a version will not do, and the empty text if it will.
func (k kind) reject(version string) string {
	if version == "" && k.bounds != (bounds{}) {
		return "does not say its version"
	}
	return k.bounds.reject(version)
}

// minCMake is the version that ORT's CMakeLists.txt asks for, in 1.21 and in 1.23. Nobody has seen CMake 5 yet.
const (
	minCMake   = "3.28"
	belowCMake = "5"
	minNinja   = "1.10"
)

// Floors of the compilers: ORT 1.23 refuses GCC before 11.1. It has no floor for Clang; 14 is the one of Debian 12 and
// Ubuntu 22.04, the oldest that anybody is likely to use.
const (
	minGCC   = "11.1"
	minClang = "14"
)

// pythonProbe imports what ONNX's gen_proto.py imports: a python3 without its library is of no use. It also prints the
// interpreter's real path, because a version manager's shim takes longer to start than all other tools together.
const pythonProbe = "import argparse, glob, os, re, subprocess, sys, textwrap, typing; " +
	"argparse.ArgumentParser().add_argument('-x'); print(sys.version.split()[0]); print(sys.executable)"

// kinds returns the tools of a build, those whose absence a person must mend first in front.
func kinds(want Want) []kind {
	version := []string{"--version"}
	list := []kind{
		{name: AR, programs: []string{"ar", "llvm-ar"}, args: version, silent: true}, // as Apple's does
		{name: CMake, programs: []string{"cmake"}, args: version, bounds: bounds{min: minCMake, below: belowCMake}, inKey: true},
		{name: Ninja, programs: []string{"ninja", "ninja-build"}, args: version, bounds: bounds{min: minNinja}, inKey: true},
		{name: Protoc, programs: []string{"protoc"}, args: version, bounds: bounds{exact: want.Protoc}, inKey: true},
		// ORT leaves its patches to dependencies out, without a word, where there is no patch program.
		{name: Patch, programs: []string{"patch", "gpatch"}, args: version},
		// ONNX's CMakeLists.txt requires it, and makes its .proto files with it.
		{name: Python, programs: []string{"python3", "python"}, args: []string{"-c", pythonProbe}, bounds: bounds{min: "3.8"}},
		// cgo asks it for the flags of the finished library.
		{name: PkgConfig, programs: []string{"pkg-config", "pkgconf"}, args: version},
	}
	if want.Binutils {
		list = append(list,
			// Only GNU ld dissolves the groups of an object file (--force-group-allocation, since 2.29).
			kind{name: LD, programs: []string{"ld.bfd"}, args: version, bounds: bounds{min: "2.29"}, inKey: true},
			kind{name: Objcopy, programs: []string{"objcopy"}, args: version, bounds: bounds{min: "2.29"}, inKey: true},
		)
	}
	if want.Patchelf {
		list = append(list, kind{name: Patchelf, programs: []string{"patchelf"}, args: version, bounds: bounds{min: "0.14"}})
	}
	if want.Target.Running == platform.Emulated {
		emulator := want.Target.Emulator
		list = append(list, kind{name: Emulator, programs: []string{emulator + "-static", emulator}, args: version})
	}
	if want.Libtool {
		// What -V says ends some versions with an error. GNU's libtool is another thing, which fails when it merges.
		list = append(list, kind{name: Libtool, programs: []string{"libtool"}, args: []string{"-V"}, silent: true})
	}
	return forTarget(list, want)
}

// forTarget puts the compilers for another platform in front, as one tool. Their ar comes with them.
func forTarget(list []kind, want Want) []kind {
	if want.Target.IsMachine() {
		return list
	}
	at := slices.IndexFunc(list, func(k kind) bool { return k.name == AR })
	list[at].compiles = &want.Target
	if want.CC != "" || want.CXX != "" {
		return list
	}
	return append([]kind{compilersFor(want.Target)}, list...)
}
