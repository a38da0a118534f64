//go:build built

// These tests need a finished build, whose lib folder ORT_LIB_LOCATION names: "go tool mage test" sets it.

package consumer_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// movedTree copies the install tree to another folder, so that whatever still points to the old one fails.
func movedTree(t *testing.T, folder string) string {
	t.Helper()
	lib := os.Getenv("ORT_LIB_LOCATION")
	require.NotEmpty(t, lib, "ORT_LIB_LOCATION is not set: eval \"$(go tool mage env)\"")
	moved := filepath.Join(t.TempDir(), folder)
	require.NoError(t, os.CopyFS(moved, os.DirFS(filepath.Dir(lib))))
	return moved
}

// examples is the folder of the programs that stand for a user's own.
func examples(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "ortwrap", "examples", name))
	require.NoError(t, err)
	return path
}

// command runs a program with the variables of a consumer of the tree and returns its output.
func command(t *testing.T, tree, dir string, argv ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), consumer.Environ(consumer.Environment(tree, os.Getenv("PKG_CONFIG")), nil)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", strings.Join(argv, " "), out)
	return string(out)
}

func pkgConfig() string {
	if path := os.Getenv("PKG_CONFIG"); path != "" {
		return path
	}
	return "pkg-config"
}

// requireWhole checks that a program carries ONNX Runtime inside and has no executable stack.
func requireWhole(t *testing.T, path string) {
	t.Helper()
	facts, err := audit.Program(path)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(facts.Needed, " "), "onnxruntime")
	require.False(t, facts.ExecutableStack)
}

// requireRuns runs the sample program, which exits with 1 if a number is wrong, and checks what it says of its library.
func requireRuns(t *testing.T, program, link, library string, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "-json")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	require.NoError(t, err)
	var got struct {
		Runtime struct {
			Link, Library string
			StoreKey      string `json:"storeKey"`
		}
	}
	require.NoError(t, json.Unmarshal(out, &got), "%s", out)
	require.Equal(t, link, got.Runtime.Link)
	require.Equal(t, library, got.Runtime.Library)
	require.Equal(t, link == "static", got.Runtime.StoreKey != "")
}

func TestGoProgramRunsAModelFromAMovedTree(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"moved", "moved with spaces"} {
		tree := movedTree(t, folder)
		program := filepath.Join(t.TempDir(), "quickstart")
		command(t, tree, examples(t, ".."), "go", "build", "-o", program, "./examples/quickstart")
		requireWhole(t, program)
		requireRuns(t, program, "static", "")
	}
}

func TestCProgramRunsAModelFromAMovedTree(t *testing.T) {
	t.Parallel()
	tree := movedTree(t, "moved")
	cc := testkit.NeedTool(t, "cc")
	flags := strings.Fields(command(t, tree, "", pkgConfig(), "--cflags", "--libs", "libonnxruntime"))
	program := filepath.Join(t.TempDir(), "c")
	command(t, tree, examples(t, "c"), append([]string{cc, "-Wall", "-Werror", "main.c", "-o", program}, flags...)...)
	requireWhole(t, program)
	command(t, tree, examples(t, "c"), program, filepath.Join(examples(t, "digits"), "digits.onnx"))
}

func TestCppProgramFindsThePackageInAMovedTree(t *testing.T) {
	t.Parallel()
	tree := movedTree(t, "moved")
	cmake := testkit.NeedTool(t, "cmake")
	testkit.NeedTool(t, "ninja") // the builder has it; make comes with no compiler
	build := filepath.Join(t.TempDir(), "build")
	command(t, tree, examples(t, "cpp"), cmake, "-G", "Ninja", "-S", ".", "-B", build, "-DCMAKE_BUILD_TYPE=Release")
	command(t, tree, build, cmake, "--build", ".")
	program := filepath.Join(build, "main")
	requireWhole(t, program)
	command(t, tree, build, program, filepath.Join(examples(t, "digits"), "digits.onnx"))
}
