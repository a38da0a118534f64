package ortwrap_test

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// A program built with the tag ortwrap_dlopen takes the library that comes with it, or the one that is installed.
func ExampleUseLibrary() {
	err := ortwrap.UseLibrary("/opt/program/lib/libonnxruntime.so")
	if errors.Is(err, fs.ErrNotExist) {
		err = ortwrap.UseLibrary("")
	}
	if err != nil {
		fmt.Println(err) // every other call would fail too
	}
}
