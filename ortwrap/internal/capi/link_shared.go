//go:build (linux || darwin) && ortwrap_shared && !ortwrap_dlopen

package capi

// Tag ortwrap_shared: a shared library, found by the linker. Its folder is the user's to tell, with CGO_LDFLAGS
// (-L and -rpath).

// #cgo LDFLAGS: -lonnxruntime
import "C"

// Hint says how to give the program another library.
const Hint = "point -L and -rpath in CGO_LDFLAGS to the folder of a newer libonnxruntime and build the program again"

// What is known only of a library that onnxruntime-builder made and that is linked statically.
const StoreKey, GlibcFloor, CUDAArchitectures, CUDAVersion = "", "", "", ""
