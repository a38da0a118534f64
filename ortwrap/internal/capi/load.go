//go:build linux || darwin

package capi

// #include <stdlib.h>
// #include "api.h"
//
// static const char *version(void) { return ortwrap_base()->GetVersionString(); }
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

// Version is the version of the library, such as "1.21.0"; "" where none has been opened.
func Version() string { return C.GoString(C.version()) }

// API is the number of the API that the library implements: 21 for version "1.21.0".
func API() int { return int(C.ortwrap_api_of(C.version())) }

// TooOldError says that the library lacks functions that are needed.
type TooOldError struct {
	Version string
	Oldest  int // API of the oldest that will do
}

func (e *TooOldError) Error() string {
	return fmt.Sprintf("ONNX Runtime is version %q, but 1.%d is the oldest that can be used: %s",
		e.Version, e.Oldest, Hint)
}

// load gets the table of functions of the library that is there.
func load() error {
	C.ortwrap_load()
	if C.ortwrap_api == nil {
		return &TooOldError{Version: Version(), Oldest: OldestAPI}
	}
	return nil
}

// Path is the path of the shared library in use, as the system's loader tells it; "" where the library is part of the
// program.
func Path() string {
	path := C.ortwrap_path()
	defer C.free(unsafe.Pointer(path))
	return C.GoString(path)
}

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
