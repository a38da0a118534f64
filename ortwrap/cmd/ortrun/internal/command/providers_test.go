package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

func TestProvidersTellOfGPUs(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the driver is asked on Linux only")
	}
	platformtest.SkipIfStatic(t)
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	folder := t.TempDir()
	fake := filepath.Join("..", "..", "..", "..", "internal", "cudadriver", "testdata", "fake.c")
	out, err := exec.Command(strings.TrimSpace(string(cc)),
		"-shared", "-fPIC", "-o", filepath.Join(folder, "libcuda.so.1"), fake).CombinedOutput()
	require.NoError(t, err, "%s", out)

	// The search path of libraries is read when a process starts: the test starts itself again.
	self, err := os.Executable()
	require.NoError(t, err)
	c := platformtest.Command(t.Context(), self, "-test.v", "-test.run=^TestProvidersOnAFakeDriver$")
	c.Env = append(os.Environ(), "FAKE_DRIVER=1", "LD_LIBRARY_PATH="+folder)
	out, err = c.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestProvidersOnAFakeDriver")
}

func TestProvidersOnAFakeDriver(t *testing.T) {
	t.Parallel()
	if os.Getenv("FAKE_DRIVER") == "" {
		t.Skip("TestProvidersTellOfGPUs starts it")
	}
	out := good(t, "providers")
	require.Regexp(t, `(?m)^GPU +NAME +CAPABILITY +MEMORY +DRIVER'S CUDA\n0 +Fake GPU +9.0 +16.0 GiB +13.0$`, out)
	require.Contains(t, good(t, "providers", "--json"), `"capability": "9.0"`)
}

func TestProvidersSayWhyThereIsNoGPU(t *testing.T) {
	t.Parallel()
	out := good(t, "providers")
	if strings.Contains(out, "DRIVER'S CUDA") {
		t.Skip("this machine has a GPU")
	}
	require.Regexp(t, `(?m)^GPUs +(none|no NVIDIA driver \(libcuda.so.1\): .*)$`, out)
}
