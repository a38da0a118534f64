package cudadriver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

// fake compiles a stand-in for the driver and returns its path.
func fake(t *testing.T, flags ...string) string {
	t.Helper()
	platformtest.SkipIfStatic(t)
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), cudadriver.Library)
	args := append([]string{"-shared", "-fPIC", "-Wall", "-Werror", "-o", path, "testdata/fake.c"}, flags...)
	out, err := exec.Command(strings.TrimSpace(string(cc)), args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

func TestADriverTellsItsDevices(t *testing.T) {
	t.Parallel()
	state, err := cudadriver.Read(fake(t, "-DFAKE_COUNT=2", "-DFAKE_MAJOR=12", "-DFAKE_MINOR=1", "-DFAKE_VERSION=12080"))
	require.NoError(t, err)
	require.Equal(t, cudadriver.State{Version: 12080, Devices: []cudadriver.Device{
		{Name: "Fake GPU", Major: 12, Minor: 1, Memory: 16 << 30},
		{Name: "Fake GPU", Major: 12, Minor: 1, Memory: 32 << 30},
	}}, state)
	require.Equal(t, "12.8", state.Version.String())
}

func TestADriverWithoutAGPUHasAnEmptyList(t *testing.T) {
	t.Parallel()
	state, err := cudadriver.Read(fake(t, "-DFAKE_INIT=100"))
	require.NoError(t, err)
	require.Equal(t, cudadriver.State{Version: 13000}, state)
}

func TestADriverThatFailsIsQuoted(t *testing.T) {
	t.Parallel()
	var call *cudadriver.CallError
	_, err := cudadriver.Read(fake(t, "-DFAKE_INIT=999"))
	require.ErrorAs(t, err, &call)
	require.EqualError(t, err, "the NVIDIA driver fails: cuInit: made up (999)")
	_, err = cudadriver.Read(fake(t, "-DFAKE_INIT=803"))
	require.EqualError(t, err, "the NVIDIA driver fails: cuInit: no text (803)")
	_, err = cudadriver.Read(fake(t, "-DFAKE_OTHER"))
	require.EqualError(t, err, "the NVIDIA driver fails: cuDeviceGetCount: no text (-1)")
}

func TestAMissingDriverIsAClearError(t *testing.T) {
	t.Parallel()
	platformtest.SkipIfStatic(t)
	var missing *cudadriver.MissingError
	path := filepath.Join(t.TempDir(), cudadriver.Library)
	_, err := cudadriver.Read(path)
	require.ErrorAs(t, err, &missing)
	require.EqualError(t, err, "no NVIDIA driver ("+path+"): cannot open shared object file: No such file or directory")

	require.NoError(t, os.WriteFile(path, []byte("text"), 0o600))
	_, err = cudadriver.Read(path)
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, "file too short")
}
