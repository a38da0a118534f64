//go:build built && linux

package consumer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/consumer"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/testkit"
)

// sharedLibrary makes a shared library of the build, as others publish one, and returns its path.
func sharedLibrary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lib", "libonnxruntime.so")
	lib := os.Getenv("ORT_LIB_LOCATION")
	require.NotEmpty(t, lib, "ORT_LIB_LOCATION is not set: eval \"$(go tool mage env)\"")
	cxx := testkit.NeedTool(t, "c++")
	require.NoError(t, consumer.BuildShared(t.Context(), &run.Exec{Env: os.Environ()}, cxx, filepath.Dir(lib), path))
	return path
}

// quickstart builds the sample program without the build's tree in sight.
func quickstart(t *testing.T, tag string, env ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "quickstart")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-tags", tag, "-o", program, "./examples/quickstart")
	cmd.Dir = examples(t, "..")
	cmd.Env = append(os.Environ(), "PKG_CONFIG=/no/pkg-config", "PKG_CONFIG_PATH=", "CGO_ENABLED=1")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

func TestASharedLibraryRunsTheSample(t *testing.T) {
	t.Parallel()
	library := sharedLibrary(t)
	folder := filepath.Dir(library)

	t.Run("shared", func(t *testing.T) {
		t.Parallel()
		program := quickstart(t, "ortwrap_shared", "CGO_LDFLAGS=-L"+folder+" -Wl,-rpath,"+folder)
		facts, err := audit.Program(program)
		require.NoError(t, err)
		require.Contains(t, facts.Needed, "libonnxruntime.so")
		requireRuns(t, program, "shared", library)
	})
	t.Run("runtime", func(t *testing.T) {
		t.Parallel()
		program := quickstart(t, "ortwrap_dlopen")
		requireWhole(t, program)
		requireRuns(t, program, "runtime", library, "ORTWRAP_LIBRARY="+library)
		requireRuns(t, program, "runtime", library, "ORTWRAP_LIBRARY=", "LD_LIBRARY_PATH="+folder)

		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), "ORTWRAP_LIBRARY=/no/such.so")
		out, err := cmd.CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), "/no/such.so: no such file")
	})
}
