package ortwrap

import (
	"fmt"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// CUDA computes on a GPU of NVIDIA. The library must be built with it; the driver, the CUDA libraries and cuDNN must be
// on the machine.
type CUDA struct {
	Device      int         // number of the GPU, from 0
	MemoryLimit uint64      // bytes that the arena may take on the GPU; 0 is no limit. Weights and scratch space count too
	ArenaGrowth ArenaGrowth // how the arena grows; [GrowPowerOfTwo] unless set
	CudnnSearch CudnnSearch // how the algorithm of a convolution is chosen; [SearchExhaustive] unless set
	NoTF32      bool        // compute float32 in full precision, which is slower from the Ampere generation on
	// Extra has more options by ORT's names: cudnn_conv1d_pad_to_nc1d, cudnn_conv_use_max_workspace,
	// do_copy_in_default_stream, enable_cuda_graph, enable_skip_layer_norm_strict_mode, fuse_conv_bias, prefer_nhwc,
	// tunable_op_enable, tunable_op_tuning_enable and use_ep_level_unified_stream are "0" or "1"; sdpa_kernel and
	// tunable_op_max_tuning_duration_ms are numbers.
	Extra map[string]string
}

// ArenaGrowth says how much memory an arena takes when it has too little.
type ArenaGrowth string

// Ways for an arena to grow.
const (
	GrowPowerOfTwo  ArenaGrowth = "kNextPowerOfTwo"  // ever larger pieces: fast
	GrowAsRequested ArenaGrowth = "kSameAsRequested" // what is asked for: sparing
)

// CudnnSearch says how cuDNN's algorithm for a convolution is chosen.
type CudnnSearch string

// Ways to choose an algorithm.
const (
	SearchExhaustive CudnnSearch = "EXHAUSTIVE" // try all at the first run of each shape: slow start, fast runs
	SearchHeuristic  CudnnSearch = "HEURISTIC"  // let cuDNN guess
	SearchDefault    CudnnSearch = "DEFAULT"    // one algorithm for all
)

// cudaExtra are the options without a field. Those that are addresses of the program's memory are left out.
var cudaExtra = map[string]rule{
	"cudnn_conv1d_pad_to_nc1d":           flagRule,
	"cudnn_conv_use_max_workspace":       flagRule,
	"do_copy_in_default_stream":          flagRule,
	"enable_cuda_graph":                  flagRule,
	"enable_skip_layer_norm_strict_mode": flagRule,
	"fuse_conv_bias":                     flagRule,
	"prefer_nhwc":                        flagRule,
	"sdpa_kernel":                        numberRule,
	"tunable_op_enable":                  flagRule,
	"tunable_op_max_tuning_duration_ms":  numberRule,
	"tunable_op_tuning_enable":           flagRule,
	"use_ep_level_unified_stream":        flagRule,
}

// Name is "CUDAExecutionProvider".
func (CUDA) Name() string { return "CUDAExecutionProvider" }

func (CUDA) gpu() bool { return true }

func (c CUDA) settings() (settings, error) {
	fields := map[string]string{
		"device_id":              strconv.Itoa(c.Device), // always: ORT asks the driver only then
		"gpu_mem_limit":          "",
		"arena_extend_strategy":  string(c.ArenaGrowth),
		"cudnn_conv_algo_search": string(c.CudnnSearch),
		"use_tf32":               "",
	}
	if c.Device < 0 {
		return settings{}, fmt.Errorf("%w: %s: Device is %d: expected a number from 0",
			ErrProviderOption, c.Name(), c.Device)
	}
	if c.ArenaGrowth != "" {
		r := oneOf(string(GrowPowerOfTwo), string(GrowAsRequested))
		if err := r.check(c.Name(), "ArenaGrowth", string(c.ArenaGrowth)); err != nil {
			return settings{}, err
		}
	}
	if c.CudnnSearch != "" {
		r := oneOf(string(SearchExhaustive), string(SearchHeuristic), string(SearchDefault))
		if err := r.check(c.Name(), "CudnnSearch", string(c.CudnnSearch)); err != nil {
			return settings{}, err
		}
	}
	if c.MemoryLimit > 0 {
		fields["gpu_mem_limit"] = strconv.FormatUint(c.MemoryLimit, 10)
	}
	if c.NoTF32 {
		fields["use_tf32"] = "0"
	}
	return newSettings(c.Name(), fields, c.Extra, cudaExtra)
}

func (CUDA) register(o capi.Options, s settings) error { return o.AddCUDA(s.keys, s.values) }
