package ortwrap

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// cudaRefused are the options that ORT 1.21 to 1.23 takes but that are of no use here, and why.
// (UpdateProviderOptions in core/providers/cuda/cuda_provider_factory.cc; InferenceSession::Run)
var cudaRefused = map[string]string{
	"enable_cuda_graph": "runs of a captured graph read and write memory of the GPU only, where no value of ortwrap is: " +
		"they would leave the outputs as they were",
	"gpu_external_alloc":                forgotten,
	"gpu_external_empty_cache":          forgotten,
	"gpu_external_free":                 forgotten,
	"tunable_op_enable":                 forgotten,
	"tunable_op_max_tuning_duration_ms": forgotten,
	"tunable_op_tuning_enable":          forgotten,
}

const forgotten = "ONNX Runtime reads it and forgets it"

// settings have device_id always: ORT asks the driver only then.
func (c CUDA) settings() (settings, error) {
	if err := c.check(); err != nil {
		return settings{}, err
	}
	fields := map[string]string{
		"device_id":                          strconv.Itoa(c.Device),
		"gpu_mem_limit":                      "",
		"arena_extend_strategy":              string(c.ArenaGrowth),
		"cudnn_conv_algo_search":             string(c.CudnnSearch),
		"cudnn_conv_use_max_workspace":       unlessDefault(c.SmallWorkspace, "0"),
		"cudnn_conv1d_pad_to_nc1d":           unlessDefault(c.PadConv1D, "1"),
		"fuse_conv_bias":                     unlessDefault(c.FuseConvBias, "1"),
		"prefer_nhwc":                        unlessDefault(c.PreferNHWC, "1"),
		"use_tf32":                           unlessDefault(c.NoTF32, "0"),
		"enable_skip_layer_norm_strict_mode": unlessDefault(c.StrictLayerNorm, "1"),
		"sdpa_kernel":                        "",
		"do_copy_in_default_stream":          unlessDefault(c.CopyInOwnStream, "0"),
		"use_ep_level_unified_stream":        unlessDefault(c.OneStream, "1"),
		"user_compute_stream":                "",
		"has_user_compute_stream":            unlessDefault(c.Stream != 0, "1"), // else ORT forgets the stream
	}
	if c.MemoryLimit > 0 {
		fields["gpu_mem_limit"] = strconv.FormatUint(c.MemoryLimit, 10)
	}
	if c.Attention != 0 {
		fields["sdpa_kernel"] = strconv.Itoa(int(c.Attention))
	}
	if c.Stream != 0 {
		fields["user_compute_stream"] = strconv.FormatUint(uint64(c.Stream), 10)
	}
	return newSettings(c.Name(), fields, c.Extra, nil)
}

// check finds values that no GPU takes.
func (c CUDA) check() error {
	if c.Device < 0 {
		return fmt.Errorf("%w: %s: Device is %d: expected a number from 0", ErrProviderOption, c.Name(), c.Device)
	}
	if c.Attention < 0 {
		return fmt.Errorf("%w: %s: Attention is %d: expected kernels such as SDPAFlash|SDPAMath",
			ErrProviderOption, c.Name(), c.Attention)
	}
	if c.ArenaGrowth != "" {
		r := oneOf(string(GrowPowerOfTwo), string(GrowAsRequested))
		if err := r.check(c.Name(), "ArenaGrowth", string(c.ArenaGrowth)); err != nil {
			return err
		}
	}
	if c.CudnnSearch != "" {
		r := oneOf(string(SearchExhaustive), string(SearchHeuristic), string(SearchDefault))
		if err := r.check(c.Name(), "CudnnSearch", string(c.CudnnSearch)); err != nil {
			return err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.Extra)) {
		if why, ok := cudaRefused[key]; ok {
			return fmt.Errorf("%w: %s: %q: %s", ErrProviderOption, c.Name(), key, why)
		}
	}
	return nil
}

// unlessDefault is a value for an option that is set, and "", which leaves it out, for one that is not.
func unlessDefault(set bool, value string) string {
	if set {
		return value
	}
	return ""
}
