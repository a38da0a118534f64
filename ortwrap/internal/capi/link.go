//go:build linux || darwin

package capi

// How the program is linked is settled by build tags: see link_static.go, link_shared.go and link_runtime.go. These are
// the flags that all three need.
//
// Every flag is on the list that cgo accepts, so that no user has to set CGO_LDFLAGS_ALLOW.

// #cgo linux LDFLAGS: -Wl,--wrap=dlopen -Wl,--wrap=dlsym -Wl,--wrap=dlclose -ldl
// #cgo darwin LDFLAGS: -rdynamic
import "C"
