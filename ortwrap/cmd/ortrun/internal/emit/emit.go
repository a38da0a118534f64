// Package emit writes the outputs of a model to files.
//
//	err := emit.Write("outputs.npz", outputs)
package emit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// Write writes outputs by name: to a NumPy archive where the file's name ends in .npz, else as JSON. Only JSON can hold
// sequences, maps and optionals without content. A file that can't be written to its end is removed.
func Write(path string, outputs map[string]ortwrap.Value) error {
	if strings.EqualFold(filepath.Ext(path), ".npz") {
		return npy.WriteArchive(path, outputs)
	}
	text, err := JSON(outputs)
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o666); err != nil {
		return errors.Join(err, removeFile(path))
	}
	return nil
}

// removeFile removes what was written of a file, and leaves devices alone.
func removeFile(path string) error {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return os.Remove(path)
}
