package capi

import (
	"fmt"
	"os"
)

// Library is the path by which onnxruntime_go opens the library that this program uses: that of a library opened at run
// time, or the program's own, since Apple's linker has no --wrap. OrtGetApiBase has to be exported (-rdynamic, see
// link.go). onnxruntime_go gets the library's own base then, so the library must be as new as the API that
// onnxruntime_go asks for. Not tested on a Mac yet.
func Library() (string, error) {
	if Runtime {
		return Path(), nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the path of this program: %w", err)
	}
	return path, nil
}
