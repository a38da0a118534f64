package cuda_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// nvcc answers for every nvcc whose file says what version it is.
func nvcc(_ context.Context, cmd run.Cmd) error {
	text, err := os.ReadFile(cmd.Path)
	if err != nil {
		return err
	}
	version := strings.TrimSpace(string(text))
	if version == "" {
		return errors.New("cannot execute binary file")
	}
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		fmt.Fprintln(cmd.Stdout, version)
		return nil
	}
	codes := []string{"75", "80", "86", "89", "90"}
	if major > 12 || minor >= 8 {
		codes = append(codes, "100", "120")
	}
	switch cmd.Args[0] {
	case "--version":
		fmt.Fprintf(cmd.Stdout, "nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release %s, V%s.86\nBuild x\n", version, version)
	case "--list-gpu-arch":
		fmt.Fprintln(cmd.Stdout, "compute_"+strings.Join(codes, "\ncompute_"))
	case "--list-gpu-code":
		fmt.Fprintln(cmd.Stdout, "sm_"+strings.Join(codes, "\nsm_"))
	}
	return nil
}

// write makes files with their folders.
func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
	}
}

// toolkit is a home of a version.
func toolkit(version string) map[string]string {
	return map[string]string{"bin/nvcc": version, "include/cuda_runtime.h": "", "lib64/libcudart.so": ""}
}

// cudnnHeader is the part of cudnn_version.h that counts.
func cudnnHeader(version string) string {
	parts := strings.Split(version, ".")
	return fmt.Sprintf("#define CUDNN_MAJOR %s\n#define CUDNN_MINOR %s\n#define CUDNN_PATCHLEVEL %s\n", parts[0], parts[1], parts[2])
}

// library compiles a shared library that calls itself name; constant, if not 0, is the version that it carries.
func library(t *testing.T, path, name string, constant int) {
	t.Helper()
	cc := testkit.NeedTool(t, "cc")
	source := filepath.Join(t.TempDir(), "x.c")
	text := "int x;\n"
	if constant != 0 {
		text = fmt.Sprintf("const int cudnn_x_version = %#x;\n", constant)
	}
	require.NoError(t, os.WriteFile(source, []byte(text), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	runner := &run.Exec{Env: []string{"PATH=" + os.Getenv("PATH")}}
	args := []string{"-shared", "-fPIC", "-nostdlib", "-Wl,-soname," + name, "-o", path, source}
	require.NoError(t, runner.Run(t.Context(), run.Cmd{Path: cc, Args: args}))
}

// cudnn makes a cuDNN of version 9.13.0 in a folder: files with whole names and links, as the archives have them.
func cudnn(t *testing.T, home string) {
	t.Helper()
	write(t, home, map[string]string{"include/cudnn_version.h": cudnnHeader("9.13.0")})
	for i, name := range cuda.CUDNNLibraries {
		constant := 0
		if i%2 == 1 {
			constant = 0x90d00
		}
		full := name + ".13.0"
		library(t, filepath.Join(home, "lib", full), name, constant)
		require.NoError(t, os.Symlink(full, filepath.Join(home, "lib", name)))
	}
}

// finder looks at fake homes below a folder: in PATH the programs of <root>/path/bin, the system in <root>/system.
func finder(t *testing.T) (f *cuda.Finder, root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "a folder")
	f = &cuda.Finder{
		Env:      []string{"PATH=" + filepath.Join(root, "path", "bin")},
		Runner:   &run.Recorder{Answer: nvcc},
		Dir:      filepath.Join(root, "ours"),
		Platform: spec.Platform{OS: "linux", Arch: "amd64"},
	}
	f.SetSystem(filepath.Join(root, "system"))
	return f, root
}

// minimalWant is a minimal build of the default release for Hopper.
func minimalWant(t *testing.T) cuda.Want {
	t.Helper()
	archs, err := cuda.ParseArchitectures("90")
	require.NoError(t, err)
	return cuda.Want{Line: "1.23.2", Architectures: archs, Minimal: true, HostGCC: 12}
}
