package consumer

import (
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// Cross lists what makes the go command build for a target with its compilers.
func Cross(target platform.Target, cc, cxx string) []Variable {
	vars := []Variable{
		{Name: "GOOS", Value: target.Platform.OS},
		{Name: "GOARCH", Value: target.Platform.Arch},
		{Name: "CC", Value: goWord(cc)},
		{Name: "CXX", Value: goWord(cxx)},
	}
	if target.StaticallyLinked() {
		// Go's own linker, which it takes where the only C code is that of package net, finds the C library's functions
		// in shared libraries alone.
		vars = append(vars, Variable{Name: "GO_EXTLINK_ENABLED", Value: "1"})
	}
	return vars
}

// goWord quotes a path for CC, CXX and -exec, which the go command splits at blanks. It knows two kinds of quotes, and no
// escapes within.
func goWord(path string) string {
	switch {
	case !strings.ContainsAny(path, " \t\n'\""):
		return path
	case !strings.Contains(path, "'"):
		return "'" + path + "'"
	}
	return `"` + path + `"`
}

// Emulation lists what is needed to run programs of a target in an emulator: its path, for people and for ortwrap's own
// tests, and where it finds their shared libraries (the option -L of QEMU's user mode). Either may be empty.
func Emulation(emulator, sysroot string) (vars []Variable) {
	if emulator != "" {
		vars = append(vars, Variable{Name: "ORTWRAP_EMULATOR", Value: emulator})
	}
	if sysroot != "" {
		vars = append(vars, Variable{Name: "QEMU_LD_PREFIX", Value: sysroot})
	}
	return vars
}
