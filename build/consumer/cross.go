package consumer

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/platform"
)

// Cross lists what makes the go command build for a target with its compilers.
func Cross(target platform.Target, cc, cxx string) []Variable {
	return []Variable{
		{Name: "GOOS", Value: target.Platform.OS},
		{Name: "GOARCH", Value: target.Platform.Arch},
		{Name: "CC", Value: cc},
		{Name: "CXX", Value: cxx},
	}
}

// Emulation lists what is needed to run programs of a target in an emulator: its path, for people and for ortwrap's own
// tests, and where it finds their shared libraries, which are those that the compiler links with.
func Emulation(
	ctx context.Context, runner run.Runner, target platform.Target, cc, emulator string,
) ([]Variable, error) {
	if target.Running != platform.Emulated || emulator == "" {
		return nil, nil
	}
	vars := []Variable{{Name: "ORTWRAP_EMULATOR", Value: emulator}}
	if target.StaticallyLinked() {
		return vars, nil
	}
	text, err := run.Output(ctx, runner, run.Cmd{Path: cc, Args: []string{"-print-file-name=libc.so.6"}})
	if err != nil {
		return nil, fmt.Errorf("looking for the C library of %s: %w", target.Platform, err)
	}
	if !filepath.IsAbs(text) { // the compiler repeats the name of what it does not find
		return nil, fmt.Errorf("looking for the C library of %s: %s has none", target.Platform, cc)
	}
	// <root>/lib/libc.so.6; see "-L path" in the manual of QEMU's user mode.
	return append(vars, Variable{Name: "QEMU_LD_PREFIX", Value: filepath.Dir(filepath.Dir(filepath.Clean(text)))}), nil
}
