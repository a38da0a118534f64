package plan_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/audit"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cmake"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/cuda"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/fault"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/plan"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/settings"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

// machine is the root folder of one with so many MiB of memory.
func machine(total, free int) fstest.MapFS {
	text := fmt.Sprintf("MemTotal: %d kB\nMemAvailable: %d kB\n", total<<10, free<<10)
	return fstest.MapFS{"proc/meminfo": {Data: []byte(text)}}
}

// minimalCUDA returns a builder for a minimal build with CUDA on a machine with 8 cores, and what its console shows. A
// file of such a provider takes 1 GiB at the most.
func minimalCUDA(t *testing.T, total, free int, change func(*settings.Settings)) (*plan.Builder, fmt.Stringer) {
	t.Helper()
	home, runner := toolkit(t)
	b, shown := newBuilder(t, func(s *settings.Settings) {
		s.CUDA.Home, s.CUDA.Minimal = home, true
		if change != nil {
			change(s)
		}
	})
	b.Runner, b.Tools.Runner, b.System, b.Cores = runner, runner, machine(total, free), 8
	return b, shown
}

func configured(t *testing.T, b *plan.Builder) (definitions map[string]string, key store.Key) {
	t.Helper()
	o, key, err := b.Configured(t.Context(), amd64(spec.CUDA), tools(t))
	require.NoError(t, err)
	definitions = map[string]string{}
	for _, d := range cmake.Definitions(o) {
		definitions[d.Name] = d.Value
	}
	return definitions, key
}

func TestTheSettingsOfCUDAReachCMake(t *testing.T) {
	t.Parallel()
	b, _ := minimalCUDA(t, 64<<10, 64<<10, func(s *settings.Settings) {
		s.CUDA.Features, s.CUDA.Architectures = "-contrib,-nhwc", "90-real"
	})
	definitions, key := configured(t, b)
	require.Equal(t, "ON", definitions["onnxruntime_DISABLE_CONTRIB_OPS"])
	require.Equal(t, "OFF", definitions["onnxruntime_USE_CUDA_NHWC_OPS"])
	require.NotContains(t, definitions, "onnxruntime_USE_FLASH_ATTENTION", "it was not left out")
	require.Equal(t, "ON", definitions["onnxruntime_CUDA_MINIMAL"])
	require.Equal(t, "90-real", definitions["CMAKE_CUDA_ARCHITECTURES"])

	whole, _ := minimalCUDA(t, 64<<10, 64<<10, func(s *settings.Settings) { s.CUDA.Architectures = "90-real" })
	definitions, other := configured(t, whole)
	require.NotContains(t, definitions, "onnxruntime_DISABLE_CONTRIB_OPS")
	require.NotEqual(t, key.Text(), other.Text())
}

func TestTheMemoryDecidesHowManyFilesOfCUDACompile(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for total, want := range map[int]string{64 << 10: "8", 3 << 10: "3", 0: "8"} { // without a number the cores count
		b, _ := minimalCUDA(t, total, total, nil)
		if total == 0 {
			b.System = fstest.MapFS{}
		}
		definitions, key := configured(t, b)
		require.Equal(t, want, definitions["builder_cuda_jobs"], "%d MiB", total)
		keys[key.Text()] = true
	}
	require.Len(t, keys, 1, "the result is the same")
}

func TestFilesOfCUDAAndAllOthersShareTheMemory(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spec        spec.Spec
		total, free int // GiB
		set         int // ORT_JOBS
		all, device int
	}{
		{spec: amd64(), total: 33, free: 31, all: 15, device: 3},
		{spec: amd64(spec.CUDA), total: 33, free: 31, all: 3, device: 3}, // 13+13+5 GiB
		{spec: amd64(spec.CUDA), total: 33, free: 27, all: 2, device: 3},
		{spec: amd64(spec.CUDA), total: 256, free: 250, all: 16, device: 16},
		{spec: amd64(spec.CUDA), total: 33, free: 31, set: 9, all: 9, device: 3},
	} {
		b, _ := newBuilder(t, func(s *settings.Settings) { s.Jobs = c.set })
		b.System, b.Cores = machine(c.total<<10, c.free<<10), 16
		all, device := b.Jobs(c.spec, cuda.Work{Line: "1.23"})
		require.Equal(t, []int{c.all, c.device}, []int{all, device}, "%v", c)
	}
	b, _ := newBuilder(t, nil)
	b.System, b.Cores = fstest.MapFS{}, 16
	all, device := b.Jobs(amd64(spec.CUDA), cuda.Work{Line: "1.23"})
	require.Equal(t, []int{16, 16}, []int{all, device}, "nothing tells how much memory there is")
}

func TestATooSmallMachineIsToldBeforeTheCompile(t *testing.T) {
	t.Parallel()
	b, shown := minimalCUDA(t, 500, 500, nil)
	err := b.Make(t.Context(), amd64(spec.CUDA), tools(t))
	require.EqualError(t, err, "compile for CUDA: one compile job takes up to 1.0 GiB, and the machine has 0.5 GiB")
	require.NotContains(t, shown.String(), "fetch")

	b, shown = minimalCUDA(t, 2000, 2000, nil)
	require.Error(t, b.Make(t.Context(), amd64(spec.CUDA), tools(t)), "there is no network")
	const told = "for CUDA 12.9.86 with 9.0a 12.0a 12.0+PTX: about 10 min on 8 cores, less with a compiler cache\n"
	require.Contains(t, shown.String(), told)
	require.Contains(t, shown.String(), "fetch")
}

// Gigabytes are not fetched for a compile that cannot be.
func TestATooSmallMachineIsToldBeforeAToolkitIsFetched(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, func(s *settings.Settings) { s.CUDA.Version = "12.9" })
	b.System = machine(8<<10, 8<<10)
	_, err := b.Build(t.Context(), amd64(spec.CUDA))
	require.ErrorContains(t, err, "one compile job takes up to 13.0 GiB, and the machine has 8.0 GiB")
	require.True(t, strings.HasSuffix(fault.Format(err), "ORT_CUDA_FEATURES=-llm"))

	b.Settings.CUDA.Features = "-llm"
	_, err = b.Build(t.Context(), amd64(spec.CUDA))
	require.NotContains(t, err.Error(), "GiB", "it comes to what is missing without a network")

	b, _ = minimalCUDA(t, 500, 500, nil)
	_, err = b.Build(t.Context(), amd64(spec.CUDA))
	require.NotContains(t, err.Error(), "GiB", "the toolkit is here, and the store may have the build")
}

func TestTheAuditLooksForDeviceCodeWhereItIs(t *testing.T) {
	t.Parallel()
	b, _ := newBuilder(t, nil)
	for linking, want := range map[spec.Linking]audit.DeviceLibrary{
		spec.Shared: {Name: "libonnxruntime_providers_cuda.so", Path: "/build/libonnxruntime_providers_cuda.so"},
		spec.Static: {Name: "libonnxruntime.a", Path: "/job/cpu+cuda+dnnl-static/provider_cuda.o"},
	} {
		s := amd64(spec.CUDA, spec.DNNL)
		s.Linking, s.GPU.Capabilities = linking, "9.0 9.0+PTX"
		in := b.Audited(s)
		require.Equal(t, []audit.DeviceLibrary{want}, in.Device)
		require.Equal(t, "9.0 9.0+PTX", in.Capabilities)
		require.Equal(t, filepath.Join("/job", s.Kind(), "libonnxruntime.a"), in.Archive)
	}
	in := b.Audited(amd64(spec.DNNL))
	require.Empty(t, in.Device)
	require.Empty(t, in.Capabilities)
}
