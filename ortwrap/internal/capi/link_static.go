//go:build (linux || darwin) && !ortwrap_shared && !ortwrap_dlopen

package capi

// The default: the library is what pkg-config knows as libonnxruntime, which is what `mage buildCpu` installs. `mage
// env` prints the PKG_CONFIG_PATH that leads to it. Without it the go command stops with pkg-config's own words:
// "Package libonnxruntime was not found in the pkg-config search path".

// #cgo pkg-config: libonnxruntime
import "C"

// Hint says how to give the program another library.
const Hint = "point PKG_CONFIG_PATH to a newer libonnxruntime.pc and build the program again"
