//go:build (linux || darwin) && ortwrap_dlopen

package capi

// #include <stdlib.h>
// #include "opened.h"
import "C"

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"unsafe"
)

// Tag ortwrap_dlopen: a shared library that is opened when the program runs. Nothing of ORT is needed to build it.

// Hint says how to give the program another library.
const Hint = "give UseLibrary or the variable ORTWRAP_LIBRARY the path of a newer library"

// What is known only of a library that onnxruntime-builder made and that is linked statically.
const StoreKey, GlibcFloor, CUDAArchitectures, CUDAVersion = "", "", "", ""

// Runtime says whether the library is opened when the program runs.
const Runtime = true

// Load opens the library at a path, or where the path is "" the one that the system's loader finds by its usual names,
// and gets its table of functions. It must have succeeded before anything else of this package is called, and must not
// run twice at a time. After a failure it may be called again; after a success it does nothing.
func Load(path string) error {
	if C.ortwrap_api != nil {
		return nil
	}
	if path != "" {
		return open(path)
	}
	var failures error
	for _, name := range usualNames() {
		err := open(name)
		switch {
		case err == nil:
			return nil
		case failures == nil:
			failures = err
		default:
			failures = fmt.Errorf("%w; %w", failures, err)
		}
	}
	return failures
}

// usualNames are tried in this order. The first is missing where only a program's needs are installed, without what is
// needed to link one.
func usualNames() []string {
	if runtime.GOOS == "darwin" {
		return []string{"libonnxruntime.dylib"}
	}
	return []string{"libonnxruntime.so", "libonnxruntime.so.1"}
}

func open(path string) error {
	if strings.Contains(path, "/") { // the system's text for a missing file is the same as for one that needs another
		if _, err := os.Stat(path); err != nil {
			return err
		}
	}
	if strings.Contains(path, "\x00") { // C would end the path there
		return fmt.Errorf("%q has a zero byte", path)
	}
	cPath := C.CString(path)
	defer C.free(unsafe.Pointer(cPath))
	var why *C.char
	switch C.ortwrap_open(cPath, &why) {
	case C.ORTWRAP_NO_LIBRARY:
		defer C.free(unsafe.Pointer(why))
		return fmt.Errorf("the system can't open it: %s", C.GoString(why)) // which names the path
	case C.ORTWRAP_NOT_ORT:
		C.ortwrap_close()
		return fmt.Errorf("%q is not ONNX Runtime: it has no function OrtGetApiBase", path)
	}
	if err := load(); err != nil {
		C.ortwrap_close()
		return fmt.Errorf("%q: %w", path, err)
	}
	return nil
}
