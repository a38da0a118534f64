package capi

import (
	"fmt"
	"os"
)

// Library is the path by which onnxruntime_go opens the library that this program uses: that of a library opened at run
// time, or the program's own, since Apple's linker has no --wrap. The system finds the program among what it has loaded
// and opens nothing anew; OrtGetApiBase is found in it because it is exported (-rdynamic, see link.go).
//
// So onnxruntime_go gets the library's own base, which has no table for an API newer than itself: other than on Linux
// the library must be as new as onnxruntime_go.
//
// Not tested on a Mac yet.
func Library() (string, error) {
	if err := CheckBinding(Version(), API()); err != nil {
		return "", err
	}
	if Runtime {
		return Path(), nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the path of this program: %w", err)
	}
	return path, nil
}
