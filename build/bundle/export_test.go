package bundle

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

// ScanNames returns the names of libraries that it reads.
func ScanNames(r io.Reader) ([]string, error) {
	found := map[string]bool{}
	err := scanNames(r, make([]byte, 0, chunk), found)
	return slices.Sorted(maps.Keys(found)), err
}

// SetRunPath is setRunPath.
func SetRunPath(ctx context.Context, r run.Runner, patchelf, path, want string) error {
	return setRunPath(ctx, r, patchelf, path, want)
}

// RunPaths returns the RPATH and the RUNPATH of a file.
func RunPaths(path string) (rpath, runpath []string, err error) {
	o, err := readObject(path)
	return o.rpath, o.runpath, err
}

// ReadObject is readObject.
func ReadObject(path string) error {
	_, err := readObject(path)
	return err
}
