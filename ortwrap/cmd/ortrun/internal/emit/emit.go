// Package emit writes the outputs of a model to files.
//
//	err := emit.Write("outputs.npz", outputs)
package emit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// Write writes outputs by name: to a NumPy archive where the file's name ends in .npz, else as JSON. Only JSON can hold
// sequences, maps and optionals without content.
func Write(path string, outputs map[string]ortwrap.Value) error {
	if strings.EqualFold(filepath.Ext(path), ".npz") {
		return npy.WriteArchive(path, outputs)
	}
	text, err := JSON(outputs)
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o666)
}
