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
				SmallWorkspace: true, PadConv1D: true, FuseConvBias: true, PreferNHWC: true, NoTF32: true,
				StrictLayerNorm: true, Attention: ortwrap.SDPAFlash | ortwrap.SDPAMath, CopyInOwnStream: true, OneStream: true,
				Stream: 4096, Extra: map[string]string{"speed": "most"},
			},
			[]string{
				"arena_extend_strategy", "cudnn_conv1d_pad_to_nc1d", "cudnn_conv_algo_search", "cudnn_conv_use_max_workspace",
				"device_id", "do_copy_in_default_stream", "enable_skip_layer_norm_strict_mode", "fuse_conv_bias",
				"gpu_mem_limit", "has_user_compute_stream", "prefer_nhwc", "sdpa_kernel", "speed",
				"use_ep_level_unified_stream", "use_tf32", "user_compute_stream",
			},
			[]string{
				"kSameAsRequested", "1", "HEURISTIC", "0", "1", "0", "1", "1", "2147483648", "1", "1", "17", "most", "1",
				"0", "4096",
			},
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
		{"kernels", ortwrap.CUDA{Attention: -1}, "Attention is -1: expected kernels such as SDPAFlash|SDPAMath"},
		{"zero byte", ortwrap.CUDA{Extra: extra("speed", "\x00")}, `speed is "\x00": expected text without zero bytes`},
		{"no name", ortwrap.CUDA{Extra: extra("", "1")}, `there is no ""`},
		{"graph", ortwrap.CUDA{Extra: extra("enable_cuda_graph", "1")}, `"enable_cuda_graph": runs of a captured graph read`},
		{"forgotten", ortwrap.CUDA{Extra: extra("tunable_op_enable", "1")}, "ONNX Runtime reads it and forgets it"},
		{"flag", ortwrap.CoreML{Extra: extra("EnableOnSubgraphs", "yes")}, `EnableOnSubgraphs is "yes": expected one of 0, 1`},
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
			"ONNX Runtime with CUDA: go tool mage buildCuda (or buildCudaStatic)", cuda.Reason)
	}
}
