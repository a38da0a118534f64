package ortwrap_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

func TestOptionsOfProvidersInTheWordsOfORT(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name         string
		provider     ortwrap.Provider
		keys, values []string
	}{
		{"CPU", ortwrap.CPU{NoArena: true}, nil, nil},
		{"CUDA", ortwrap.CUDA{}, []string{"device_id"}, []string{"0"}},
		{
			"all of CUDA",
			ortwrap.CUDA{
				Device: 1, MemoryLimit: 2 << 30, ArenaGrowth: ortwrap.GrowAsRequested, CudnnSearch: ortwrap.SearchHeuristic,
				NoTF32: true, Extra: map[string]string{"prefer_nhwc": "1", "do_copy_in_default_stream": "0"},
			},
			[]string{
				"arena_extend_strategy", "cudnn_conv_algo_search", "device_id", "do_copy_in_default_stream",
				"gpu_mem_limit", "prefer_nhwc", "use_tf32",
			},
			[]string{"kSameAsRequested", "HEURISTIC", "1", "0", "2147483648", "1", "0"},
		},
		{"CoreML", ortwrap.CoreML{}, nil, nil},
		{
			"all of CoreML",
			ortwrap.CoreML{
				ComputeUnits: ortwrap.UnitsCPUAndNeuralEngine, ModelFormat: ortwrap.FormatMLProgram,
				Extra: map[string]string{"ModelCacheDirectory": "/tmp/a b"},
			},
			[]string{"MLComputeUnits", "ModelCacheDirectory", "ModelFormat"},
			[]string{"CPUAndNeuralEngine", "/tmp/a b", "MLProgram"},
		},
		{"DNNL", ortwrap.DNNL{}, []string{"use_arena"}, []string{"1"}},
		{"DNNL without arena", ortwrap.DNNL{NoArena: true}, []string{"use_arena"}, []string{"0"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			keys, values, err := ortwrap.Settings(c.provider)
			require.NoError(t, err)
			require.Equal(t, c.keys, keys)
			require.Equal(t, c.values, values)
		})
	}
}

func TestWrongOptionsOfProvidersAreErrors(t *testing.T) {
	t.Parallel()
	extra := func(key, value string) map[string]string { return map[string]string{key: value} }
	cases := []struct {
		name     string
		provider ortwrap.Provider
		text     string
	}{
		{"device", ortwrap.CUDA{Device: -1}, "CUDAExecutionProvider: Device is -1: expected a number from 0"},
		{"growth", ortwrap.CUDA{ArenaGrowth: "fast"}, `ArenaGrowth is "fast": expected one of kNextPowerOfTwo, kSame`},
		{"search", ortwrap.CUDA{CudnnSearch: "all"}, `CudnnSearch is "all": expected one of EXHAUSTIVE, HEURISTIC, DEF`},
		{"unknown", ortwrap.CUDA{Extra: extra("speed", "1")}, `there is no "speed": expected one of cudnn_conv1d_pad_to`},
		{"flag", ortwrap.CUDA{Extra: extra("prefer_nhwc", "yes")}, `prefer_nhwc is "yes": expected one of 0, 1`},
		{"number", ortwrap.CUDA{Extra: extra("sdpa_kernel", "-1")}, `sdpa_kernel is "-1": expected a whole number from 0`},
		{"field", ortwrap.CUDA{Extra: extra("gpu_mem_limit", "1")}, `"gpu_mem_limit" has a field of its own`},
		{"units", ortwrap.CoreML{ComputeUnits: "TPU"}, `ComputeUnits is "TPU": expected one of ALL, CPUOnly, CPUAndGPU`},
		{"format", ortwrap.CoreML{ModelFormat: "x"}, `ModelFormat is "x": expected one of NeuralNetwork, MLProgram`},
		{"unknown in CoreML", ortwrap.CoreML{Extra: extra("x", "")}, `CoreMLExecutionProvider: there is no "x"`},
		{"empty path", ortwrap.CoreML{Extra: extra("ModelCacheDirectory", "")}, "expected a path"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			builder := ortwrap.NewSession().WithPreference(ortwrap.PreferGPU).WithProvider(c.provider)
			_, err := builder.FromMemory(read(t, "constant.onnx")).Open()
			require.ErrorIs(t, err, ortwrap.ErrProviderOption)
			require.ErrorContains(t, err, c.text)
		})
	}
}

func TestOptionsThatORTRefusesAreToldFromMissingDevices(t *testing.T) {
	t.Parallel()
	cases := map[string]error{
		`Unknown provider option: "sdpa_kernel"`:                               ortwrap.ErrProviderOption,
		`Failed to parse provider option "sdpa_kernel": too large`:             ortwrap.ErrProviderOption,
		`Invalid value for option ModelFormat: x`:                              ortwrap.ErrProviderOption,
		`Failed to parse provider option "device_id": CUDA failure 35: driver`: ortwrap.ErrProvider,
		`Failed to load library libonnxruntime_providers_cuda.so`:              ortwrap.ErrProvider,
	}
	for text, want := range cases {
		builder := ortwrap.NewSession().FromMemory(read(t, "constant.onnx")).WithProvider(ortwrap.FakeGPU{Refusal: text})
		_, err := builder.Open()
		require.ErrorIs(t, err, want)
		require.ErrorContains(t, err, ortwrap.Shorten(text))

		session, err := builder.WithPreference(ortwrap.PreferGPU).Open()
		if want == ortwrap.ErrProviderOption { // a mistake, whatever is preferred
			require.ErrorIs(t, err, want)
			continue
		}
		require.NoError(t, err)
		require.ErrorIs(t, session.Fallback(), want)
		require.NoError(t, session.Close())
	}
}

func TestReasonsAreShort(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"short": "short",
		"/src/bridge.cc:1505 onnxruntime::Provider& Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library " +
			"libx.so with error: libcudnn.so.9: cannot open shared object file\nstack": "Failed to load library libx.so " +
			"with error: libcudnn.so.9: cannot open shared object file",
		"utils.h:151 Parse parse_status.IsOK() was false. Failed to parse provider option \"device_id\": CUDA failure 35: " +
			"CUDA driver version is insufficient for CUDA runtime version ; GPU=0 ; hostname=x": "CUDA failure 35: CUDA " +
			"driver version is insufficient for CUDA runtime version",
		"CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=x ; file=y": "CUDA failure 100: no " +
			"CUDA-capable device is detected",
	}
	for text, want := range cases {
		require.Equal(t, want, ortwrap.Shorten(text))
	}
}

func TestProvidersTellWhatCanBeUsedAndWhyNot(t *testing.T) {
	t.Parallel()
	list, err := ortwrap.Providers()
	require.NoError(t, err)
	build, err := ortwrap.BuildInfo()
	require.NoError(t, err)
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Name
		require.Equal(t, s.Usable, s.Reason == "", "%+v", s)
		require.False(t, s.Usable && !s.Compiled, "%+v", s)
	}
	require.Equal(t, []string{"CUDAExecutionProvider", "CoreMLExecutionProvider", "DnnlExecutionProvider"}, names[:3])
	require.Subset(t, names, build.Providers)
	require.Equal(t, ortwrap.ProviderStatus{Name: "CPUExecutionProvider", Compiled: true, Usable: true}, list[len(list)-1])
	if cuda := list[0]; !cuda.Compiled && runtime.GOOS == "linux" {
		require.Equal(t, "CUDA execution provider is not enabled in this build: it takes a build of "+
			"ONNX Runtime with CUDA", cuda.Reason)
	}
}
