package plan

import (
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/release"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// kernels are functions of MLAS, ONNX Runtime's library of matrix products, that a build for a platform must have. Its
// CMake chooses the files by the name of the processor, and cross builds have lost those for half precision
// (microsoft/onnxruntime#25824). On Apple's systems MLAS has none of these itself.
func kernels(r release.Release, p spec.Platform) []string {
	if p.OS != "linux" {
		return nil
	}
	names := map[string][]string{
		"amd64": {"MlasGemmU8S8KernelAvx2", "MlasGemmFloatKernelAvx512F"},
		"arm64": {"MlasHalfGemmKernelNeon", "MlasGemmS8S8KernelSmmlaZero"},
	}[p.Arch]
	if slices.Contains(r.UsesFor(p.Arch), "kleidiai") {
		names = append(names, "kai_run_matmul_clamp_f32_qai8dxp4x8_qsi4c32p4x8_16x4x32_neon_i8mm")
	}
	return names
}
