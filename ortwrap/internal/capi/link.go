//go:build linux || darwin

package capi

// How the program is linked. Package libonnxruntime of pkg-config is what `mage buildCpu` installs; `mage env` prints
// the PKG_CONFIG_PATH that leads to it. Without it the go command stops with pkg-config's own words: "Package
// libonnxruntime was not found in the pkg-config search path".
//
// Every flag here is on the list that cgo accepts, so that no user has to set CGO_LDFLAGS_ALLOW.

// #cgo pkg-config: libonnxruntime
// #cgo linux LDFLAGS: -Wl,--wrap=dlopen -Wl,--wrap=dlsym -Wl,--wrap=dlclose
// #cgo darwin LDFLAGS: -rdynamic
import "C"
