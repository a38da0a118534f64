//go:build !ortwrap_shared && !ortwrap_dlopen

// Package examples_test builds the examples as their readers would, and runs them. They are linked statically.
package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

const model = "digits/digits.onnx"

// output runs a program of the system and returns what it prints, without the last line's end.
func output(t *testing.T, program string, args ...string) string {
	t.Helper()
	return outputOf(t, exec.CommandContext(t.Context(), program, args...))
}

// built is output for a program that was built here.
func built(t *testing.T, program string, args ...string) string {
	t.Helper()
	return outputOf(t, platformtest.Command(t.Context(), program, args...))
}

func outputOf(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s\n%s", command, out)
	return strings.TrimSpace(string(out))
}

// tool returns the path of a program. A missing one skips the test, except in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("%s is not installed", name)
	}
	require.NoError(t, err)
	return path
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	return output(t, "go", "env", name)
}

func TestCProgramRunsTheModel(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "c")
	args := []string{"-std=c11", "-Wall", "-Wextra", "-Werror", "c/main.c", "-o", program}
	flags := strings.Fields(output(t, goEnv(t, "PKG_CONFIG"), "--cflags", "--libs", "libonnxruntime"))
	output(t, goEnv(t, "CC"), append(args, flags...)...)
	require.Regexp(t, `^C, ONNX Runtime 1\.\d+\.\d+: this is a 3, probability 0.9845, 0 of 10 numbers wrong$`,
		built(t, program, model))

	out, err := platformtest.Command(t.Context(), program, "missing.onnx").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "missing.onnx")
}

func TestCppProgramRunsTheModel(t *testing.T) {
	t.Parallel()
	cmake := tool(t, "cmake")
	tree := filepath.Join(output(t, goEnv(t, "PKG_CONFIG"), "--variable=pcfiledir", "libonnxruntime"), "..", "..")
	if _, err := os.Stat(filepath.Join(tree, "lib", "cmake", "onnxruntime")); err != nil && os.Getenv("CI") == "" {
		t.Skip("the library has no CMake package beside its .pc file")
	}
	build := filepath.Join(t.TempDir(), "build")
	args := []string{"-S", "cpp", "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_PREFIX_PATH=" + tree}
	if _, err := exec.LookPath("ninja"); err == nil { // make comes with no compiler
		args = append(args, "-G", "Ninja")
	}
	output(t, cmake, args...)
	output(t, cmake, "--build", build)
	require.Regexp(t, `^C\+\+, ONNX Runtime 1\.\d+\.\d+: this is a 3, probability 0.9845, 0 of 10 numbers wrong$`,
		built(t, filepath.Join(build, "main"), model))
}

func TestFullyStaticGoProgramRunsTheModel(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("linking takes a few seconds")
	}
	platformtest.SkipWithoutStaticLibc(t)
	program := filepath.Join(t.TempDir(), "quickstart")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program,
		"-ldflags", `-linkmode external -extldflags "-static"`, "./quickstart")
	if out, err := cmd.CombinedOutput(); err != nil {
		missing := strings.Contains(string(out), "cannot find -l") // of the C library, or of a shared onnxruntime
		if missing && os.Getenv("CI") == "" {
			t.Skipf("a static library is missing:\n%s", out)
		}
		require.NoError(t, err, "%s", out)
	}
	require.Contains(t, built(t, program), "static")
}
