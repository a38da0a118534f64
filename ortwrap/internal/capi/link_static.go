//go:build (linux || darwin) && !ortwrap_shared && !ortwrap_dlopen

package capi

// The default: the library is what pkg-config knows as libonnxruntime, which is what `mage buildCpu` installs. `mage
// env` prints the PKG_CONFIG_PATH that leads to it. Without it the go command stops with pkg-config's own words:
// "Package libonnxruntime was not found in the pkg-config search path".

// #cgo pkg-config: libonnxruntime
//
// #if __has_include(<onnxruntime_builder.h>)
// #include <onnxruntime_builder.h>
// #endif
// #ifndef ONNXRUNTIME_BUILDER_STORE_KEY
// #define ONNXRUNTIME_BUILDER_STORE_KEY ""
// #define ONNXRUNTIME_BUILDER_GLIBC_FLOOR ""
// #endif
// #ifndef ONNXRUNTIME_BUILDER_CUDA_ARCHITECTURES
// #define ONNXRUNTIME_BUILDER_CUDA_ARCHITECTURES ""
// #define ONNXRUNTIME_BUILDER_CUDA_VERSION ""
// #endif
import "C"

// What the header of onnxruntime-builder says about the library; "" where there is no such header, and in the last two
// where the build has no CUDA: "9.0a 12.0a 12.0+PTX" and "13.0".
const (
	StoreKey          = C.ONNXRUNTIME_BUILDER_STORE_KEY
	GlibcFloor        = C.ONNXRUNTIME_BUILDER_GLIBC_FLOOR
	CUDAArchitectures = C.ONNXRUNTIME_BUILDER_CUDA_ARCHITECTURES
	CUDAVersion       = C.ONNXRUNTIME_BUILDER_CUDA_VERSION
)

// Hint says how to give the program another library.
const Hint = "point PKG_CONFIG_PATH to a newer libonnxruntime.pc and build the program again"
