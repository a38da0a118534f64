package ortwrap_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/platformtest"
)

func TestCodeRunsOnTheGPUsItWasMadeFor(t *testing.T) {
	t.Parallel()
	cases := []struct {
		built, gpu string
		runs       bool
	}{
		{"9.0", "9.0", true},
		{"9.0 12.0", "12.0", true},
		{"9.0a 12.0a", "12.1", false}, // for 12.0 alone
		{"9.0 12.0", "12.1", true},
		{"9.0a 12.0a 12.0+PTX", "12.1", true},
		{"9.0 12.0 12.0+PTX", "13.0", true},
		{"9.0 12.0 12.0+PTX", "10.0", false}, // PTX is for newer chips
		{"9.0 12.0 12.0+PTX", "8.9", false},
		{"10.0", "10.3", true},
		{"10.0a", "10.3", false},
		{"10.0f", "10.3", true},
		{"10.3f", "10.0", false},
		{"10.0f", "11.0", false},
		{"9.0a", "9.0", true},
		{"9.0a+PTX", "10.0", false},
		{"8.0", "8.9", true},
		{"8.6", "8.0", false},
		{"8.0", "9.0", false},
		{"7.5+PTX", "9.0", true},
		{"7.5+PTX", "7.0", false},
		{"", "12.1", true}, // not known
	}
	for _, c := range cases {
		t.Run(c.built+" on "+c.gpu, func(t *testing.T) {
			t.Parallel()
			var device cudadriver.Device
			_, err := fmt.Sscanf(c.gpu, "%d.%d", &device.Major, &device.Minor)
			require.NoError(t, err)
			state := cudadriver.State{Version: 13000, Devices: []cudadriver.Device{device}}
			err = ortwrap.CheckDevice(strings.Fields(c.built), "13.0", state, 0)
			if c.runs {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ortwrap.ErrDevice)
			require.ErrorContains(t, err, "this build has no code for your GPU ("+c.gpu+"); it has ")
		})
	}
}

func TestWhyAGPUCannotBeUsed(t *testing.T) {
	t.Parallel()
	gpu := func(version cudadriver.Version, major, minor int) cudadriver.State {
		device := cudadriver.Device{Name: "Fake", Major: major, Minor: minor}
		return cudadriver.State{Version: version, Devices: []cudadriver.Device{device}}
	}
	both, ptx := []string{"9.0a", "12.0a"}, []string{"9.0", "9.0+PTX"}
	cases := []struct {
		name    string
		built   []string
		version string
		state   cudadriver.State
		number  int
		want    string
	}{
		{
			"no code", both, "13.0", gpu(13000, 12, 1), 0, `this build has no code for your GPU (12.1); it has 9.0a, 12.0a: ` +
				`build with ORT_CUDA_ARCHS="90;120;121"`,
		},
		{
			"no code, but PTX",
			[]string{"9.0", "12.0a", "12.0+PTX"},
			"13.0", gpu(13000, 8, 6), 0,
			`this build has no code for your GPU (8.6); it has 9.0, 12.0a and PTX of 12.0: build with ` +
				`ORT_CUDA_ARCHS="86;90;120"`,
		},
		{"PTX only", []string{"9.0+PTX"}, "12.8", gpu(13000, 8, 9), 0, "it has PTX of 9.0: build with"},
		{
			"driver too old", both, "13.0", gpu(12080, 9, 0), 0, "the NVIDIA driver is too old: it knows CUDA 12.8, this " +
				"build is made with CUDA 13.0: install a newer driver",
		},
		{
			"driver too old for PTX", ptx, "13.1", gpu(13000, 10, 0), 0, "this build has only PTX for your GPU (10.0), " +
				"which the NVIDIA driver can't translate: it knows CUDA 13.0, this build is made with CUDA 13.1: install a " +
				`newer driver, or build with ORT_CUDA_ARCHS="90;100"`,
		},
		{"driver old but good", both, "12.9", gpu(12040, 9, 0), 0, ""},
		{"driver newer", both, "12.8.1", gpu(13000, 9, 0), 0, ""},
		{"nothing known", nil, "", gpu(11080, 5, 0), 0, ""},
		{"no GPU", nil, "", cudadriver.State{Version: 13000}, 0, "there is none: the NVIDIA driver finds no GPU"},
		{"no such GPU", both, "13.0", gpu(13000, 9, 0), 1, "there is no GPU 1: the NVIDIA driver has 0 (Fake)"},
		{"strange architecture", []string{"nine"}, "", gpu(13000, 9, 0), 0, `unknown CUDA architecture "nine"`},
		{"strange version", nil, "new", gpu(13000, 9, 0), 0, `unknown CUDA version "new"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := ortwrap.CheckDevice(c.built, c.version, c.state, c.number)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}

// fakeDriver compiles a stand-in for the driver's library and returns its path.
func fakeDriver(t *testing.T, flags ...string) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the driver is asked on Linux only")
	}
	platformtest.SkipIfStatic(t)
	cc, err := exec.Command("go", "env", "CC").Output()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), cudadriver.Library)
	source := filepath.Join("internal", "cudadriver", "testdata", "fake.c")
	args := append([]string{"-shared", "-fPIC", "-o", path, source}, flags...)
	out, err := exec.Command(strings.TrimSpace(string(cc)), args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

func TestDevicesAreThoseOfTheDriver(t *testing.T) {
	t.Parallel()
	list, err := ortwrap.DevicesOf(fakeDriver(t, "-DFAKE_COUNT=2"))
	require.NoError(t, err)
	require.Equal(t, []ortwrap.Device{
		{Index: 0, Name: "Fake GPU", Capability: "9.0", Memory: 16 << 30, DriverCUDA: "13.0"},
		{Index: 1, Name: "Fake GPU", Capability: "9.0", Memory: 32 << 30, DriverCUDA: "13.0"},
	}, list)
	_, err = ortwrap.DevicesOf(fakeDriver(t, "-DFAKE_INIT=999"))
	require.ErrorIs(t, err, ortwrap.ErrDevice)
	require.ErrorContains(t, err, "the NVIDIA driver fails: cuInit: made up (999)")
}

func TestDevicesAreAskedFromTheSystemsDriver(t *testing.T) {
	if os.Getenv("DRIVER_FOLDER") == "" { // the search path is read when a process starts
		folder := filepath.Dir(fakeDriver(t, "-DFAKE_MAJOR=12", "-DFAKE_MINOR=1"))
		alone(t, "DRIVER_FOLDER="+folder, "LD_LIBRARY_PATH="+folder)
		return
	}
	list, err := ortwrap.Devices()
	require.NoError(t, err)
	require.Equal(t, "12.1", list[0].Capability)
}

func TestWithoutADriverDevicesAreAnError(t *testing.T) {
	t.Parallel()
	list, err := ortwrap.Devices()
	if err == nil {
		require.NotNil(t, list)
		t.Skip("this machine has a driver")
	}
	require.ErrorIs(t, err, ortwrap.ErrDevice)
	require.Equal(t, runtime.GOOS != "linux", errors.Is(err, errors.ErrUnsupported))
	require.ErrorContains(t, err, "no NVIDIA driver (libcuda.so.1)")
}

func TestAGPUWithoutCodeIsRefusedBeforeTheFirstRun(t *testing.T) {
	t.Parallel()
	newer, none := fakeDriver(t, "-DFAKE_MAJOR=12", "-DFAKE_MINOR=1"), filepath.Join(t.TempDir(), cudadriver.Library)
	hopper := []string{"9.0"}
	cases := []struct {
		name     string
		provider ortwrap.FakeCUDA
		want     string // "" where it is used
	}{
		{"good", ortwrap.FakeCUDA{Driver: newer, Architectures: []string{"12.0+PTX"}, Version: "13.0"}, ""},
		{"not known", ortwrap.FakeCUDA{Driver: newer}, ""},
		{"no code", ortwrap.FakeCUDA{Driver: newer, Architectures: hopper, Version: "13.0"}, "no code for your GPU (12.1)"},
		{"a driver where we don't look", ortwrap.FakeCUDA{Driver: none, Architectures: hopper}, ""},
		{
			"no driver",
			ortwrap.FakeCUDA{Driver: none, Architectures: hopper, Answer: "CUDA failure 35: too old ; GPU=0"},
			"No such file or directory: install the driver of your GPU, or do without (CPUOnly) (CUDA failure 35: too old)",
		},
		{
			"no library",
			ortwrap.FakeCUDA{Driver: newer, Answer: "Failed to load library libx.so with error: libcudnn.so.9"},
			"CUDAExecutionProvider: Failed to load library libx.so with error: libcudnn.so.9",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			builder := ortwrap.NewSession().FromMemory(read(t, "constant.onnx")).WithProvider(c.provider)
			session, err := builder.WithPreference(ortwrap.PreferGPU).Open()
			require.NoError(t, err)
			defer session.Close()
			second, required := builder.WithPreference(ortwrap.RequireGPU).Open()
			if c.want == "" {
				require.NoError(t, session.Fallback())
				require.NoError(t, required)
				require.NoError(t, second.Close())
				return
			}
			for _, err := range []error{session.Fallback(), required} {
				require.ErrorIs(t, err, ortwrap.ErrProvider)
				require.Equal(t, c.name != "no library", errors.Is(err, ortwrap.ErrDevice))
				require.ErrorContains(t, err, c.want)
			}
			require.Equal(t, []string{"CPUExecutionProvider"}, session.Providers())
			require.Regexp(t, "^(this build has|no NVIDIA driver|Failed to load)", ortwrap.Reason(c.provider))
		})
	}
}
