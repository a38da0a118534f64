package ortwrap

import (
	"errors"
	"fmt"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/cudadriver"
)

// CUDA computes on a GPU of NVIDIA. The library must be built with it and for the GPU; the driver, the CUDA libraries
// and cuDNN must be on the machine. What ORT calls an option is named with each field.
type CUDA struct {
	Device      int         // number of the GPU, from 0; see [Devices] (device_id)
	MemoryLimit uint64      // bytes that the arena may take, for weights too; 0 is no limit (gpu_mem_limit)
	ArenaGrowth ArenaGrowth // how the arena grows; [GrowPowerOfTwo] unless set (arena_extend_strategy)

	// How convolutions are computed: how an algorithm is chosen, [SearchExhaustive] unless set (cudnn_conv_algo_search);
	// with at most 32 MiB of memory while that is tried (cudnn_conv_use_max_workspace = 0); with [N, C, D] made to
	// [N, C, 1, D] and not [N, C, D, 1] (cudnn_conv1d_pad_to_nc1d); joined with what follows, which is compiled at run
	// time (fuse_conv_bias); in layout NHWC, which tensor cores like (prefer_nhwc).
	CudnnSearch    CudnnSearch
	SmallWorkspace bool
	PadConv1D      bool
	FuseConvBias   bool
	PreferNHWC     bool

	NoTF32          bool       // compute float32 in full precision, slower from Ampere (8.0) on (use_tf32 = 0)
	StrictLayerNorm bool       // more precise SkipLayerNormalization (enable_skip_layer_norm_strict_mode)
	Attention       SDPAKernel // what computes attention; 0 leaves that to ORT (sdpa_kernel)

	CopyInOwnStream bool // copy to and from the GPU beside the kernels (do_copy_in_default_stream = 0)
	OneStream       bool // compute everything in one stream (use_ep_level_unified_stream)
	// Stream is a cudaStream_t of the program, which must live as long as the session; 0 is none (user_compute_stream).
	Stream uintptr

	// Extra has options by ORT's names, for those that only a newer ORT knows. ORT decides about them.
	//
	// These are refused, for they would do nothing or harm: gpu_external_alloc, gpu_external_empty_cache,
	// gpu_external_free, tunable_op_enable, tunable_op_max_tuning_duration_ms and tunable_op_tuning_enable, which ORT reads
	// and forgets; enable_cuda_graph, with which runs read and write memory of the GPU only, where values never are.
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

// SDPAKernel are the kernels for scaled dot-product attention that ORT may use, joined with "|". ORT uses the first
// that suits the operator and the GPU, in an order of its own; [SDPAMath] is the last one, always. (AttentionBackend in
// contrib_ops/cpu/bert/attention_common.h)
type SDPAKernel int

// The kernels for attention.
const (
	SDPAFlash     SDPAKernel = 1  // flash attention, of float16 and bfloat16
	SDPAEfficient SDPAKernel = 2  // memory-efficient attention of CUTLASS
	SDPAFused     SDPAKernel = 4  // TensorRT's fused kernels
	SDPACudnn     SDPAKernel = 8  // cuDNN's flash attention
	SDPAMath      SDPAKernel = 16 // matrix products and softmax, not fused
)

// Name is "CUDAExecutionProvider".
func (CUDA) Name() string { return "CUDAExecutionProvider" }

func (CUDA) gpu() bool { return true }

func (c CUDA) register(o capi.Options, s settings) error {
	compiled, err := capi.Providers()
	if err != nil {
		return err
	}
	if !slices.Contains(compiled, c.Name()) {
		return o.AddCUDA(s.keys, s.values) // ORT's words
	}
	code, err := linkedCode()
	if err != nil {
		return err
	}
	return c.registerOn(cudadriver.Library, code, func() error { return o.AddCUDA(s.keys, s.values) })
}

// registerOn adds the provider where neither the driver nor the build's code speaks against it.
func (c CUDA) registerOn(driver string, code deviceCode, add func() error) error {
	sure, problem := code.ask(driver, c.Device)
	if problem != nil && sure {
		return problem
	}
	err := add()
	if err == nil || problem == nil {
		return err
	}
	var e *capi.Error
	if errors.As(err, &e) {
		err = errors.New(shortenReason(e.Message))
	}
	return fmt.Errorf("%w (%w)", problem, err)
}
