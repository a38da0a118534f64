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
// sequences, maps and optionals without content.
func Write(path string, outputs map[string]ortwrap.Value) error {
	err := write(path, outputs)
	var failure *os.PathError
	switch {
	case errors.As(err, &failure): // it may name a file that is renamed in the end
		return fmt.Errorf("writing %q: %w", path, failure.Err)
	case errors.Is(err, npy.ErrUnsupported):
		return fmt.Errorf("%w, or write to a .json file", err)
	default:
		return err
	}
}

func write(path string, outputs map[string]ortwrap.Value) error {
	if strings.EqualFold(filepath.Ext(path), ".npz") {
		return npy.WriteArchive(path, outputs)
	}
	text, err := JSON(outputs)
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return os.WriteFile(path, append(text, '\n'), 0o666)
}
