//go:build linux || darwin

package capi

// #include "api.h"
//
// static const char *version(void) { return OrtGetApiBase()->GetVersionString(); }
// static const char *build_info(void) { return ortwrap_api->GetBuildInfoString(); }
// static OrtStatus *available_providers(char ***names, int *n) { return ortwrap_api->GetAvailableProviders(names, n); }
// static OrtStatus *release_providers(char **names, int n) { return ortwrap_api->ReleaseAvailableProviders(names, n); }
import "C"

import (
	"fmt"
	"unsafe"
)

// OldestAPI is the oldest API that a library may have: 21, of ORT 1.21.
const OldestAPI = C.ORTWRAP_OLDEST_API

// Version is the version of the linked library, such as "1.21.0".
func Version() string { return C.GoString(C.version()) }

// API is the number of the API that the linked library implements: 21 for version "1.21.0".
func API() int { return int(C.ortwrap_api_of(C.version())) }

// TooOldError says that the linked library lacks functions that are needed.
type TooOldError struct{ Version string }

func (e *TooOldError) Error() string {
	return fmt.Sprintf("the linked ONNX Runtime is version %q, but 1.%d is the oldest that can be used: "+
		"point PKG_CONFIG_PATH to a newer libonnxruntime.pc and build the program again", e.Version, OldestAPI)
}

// Load gets the library's table of functions. It must have succeeded before anything below is called, and must not run
// twice at a time.
func Load() error {
	C.ortwrap_load()
	if C.ortwrap_api == nil {
		return &TooOldError{Version: Version()}
	}
	return nil
}

// Shared says whether the library is a shared one that the program was linked against, not part of the program.
func Shared() bool { return C.ortwrap_shared() != 0 }

// BuildInfo is what the library says about its own build: commit, build type and compiler flags.
func BuildInfo() string { return C.GoString(C.build_info()) }

// Providers are the execution providers that are compiled into the library, in ORT's order of preference, by the names
// that ORT uses ("CPUExecutionProvider").
func Providers() ([]string, error) {
	var list **C.char
	var n C.int
	if err := check(C.available_providers(&list, &n)); err != nil {
		return nil, err
	}
	names := make([]string, n)
	for i, name := range unsafe.Slice(list, int(n)) {
		names[i] = C.GoString(name)
	}
	return names, check(C.release_providers(list, n))
}
