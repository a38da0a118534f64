package cmake

import (
	"strconv"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/spec"
)

// providers says what execution providers that are libraries of their own ask for. It is the same for both forms: one
// configured folder serves both, and must, because the tables through which core and providers call each other change
// their shape with these options.
func providers(o Options) map[string]string {
	if len(o.Spec.Separate()) == 0 {
		return nil
	}
	defs := map[string]string{}
	var roots []string
	if o.Spec.Has(spec.DNNL) {
		defs["onnxruntime_USE_DNNL"] = on
		defs["onnxruntime_DNNL_HOME"] = o.DNNL.Home
		roots = append(roots, o.DNNL.Home)
	}
	if o.Spec.Has(spec.CUDA) {
		cuda(o, defs)
		roots = append(roots, o.CUDA.Home)
		if o.CUDA.CUDNN != "" {
			roots = append(roots, o.CUDA.CUDNN)
		}
	}
	defs["builder_providers"] = modules(o.Spec)
	// The only folders of this machine in which CMake may find a header or a library: see toolchains/linux.cmake.
	defs["CMAKE_FIND_ROOT_PATH"] = strings.Join(roots, ";")
	return defs
}

func cuda(o Options, defs map[string]string) {
	defs["onnxruntime_USE_CUDA"] = on
	defs["onnxruntime_CUDA_HOME"] = o.CUDA.Home
	defs["CUDAToolkit_ROOT"] = o.CUDA.Home
	defs["CMAKE_CUDA_COMPILER"] = o.CUDA.NVCC
	defs["CMAKE_CUDA_HOST_COMPILER"] = o.Tools.CXX
	defs["CMAKE_CUDA_ARCHITECTURES"] = strings.Join(o.Spec.GPU.Architectures, ";")
	// Given, even empty, it wins over CUDAFLAGS in the environment.
	defs["CMAKE_CUDA_FLAGS"] = ""
	// More would help with many architectures only, and each takes memory that Jobs does not count.
	defs["onnxruntime_NVCC_THREADS"] = "1"
	// Its kernels come out of Python programs that are not there, and it looks for symbols of the whole process.
	defs["onnxruntime_USE_TRITON_KERNEL"] = off
	defs["builder_cuda_jobs"] = strconv.Itoa(max(o.CUDA.Jobs, 1))
	if o.Tools.Launcher != "" {
		defs["CMAKE_CUDA_COMPILER_LAUNCHER"] = o.Tools.Launcher
	}
	if o.Spec.GPU.Minimal {
		defs["onnxruntime_CUDA_MINIMAL"] = on
	} else {
		defs["onnxruntime_CUDNN_HOME"] = o.CUDA.CUDNN
	}
	for _, d := range o.CUDA.Definitions {
		defs[d.Name] = d.Value
	}
}
