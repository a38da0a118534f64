// Package emit writes the outputs of a model to files.
//
//	err := emit.Write("outputs.npz", outputs)
package emit

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/wholefile"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// Write writes outputs by name: to a NumPy archive where the file's name ends in .npz, else as JSON. Only JSON can hold
// sequences, maps and optionals without content. The file has its name only when it is whole, as with [npy.WriteFile].
func Write(path string, outputs map[string]ortwrap.Value) error {
	err := write(path, outputs)
	if errors.Is(err, npy.ErrUnsupported) {
		return fmt.Errorf("%w, or write to a .json file", err)
	}
	return err
}

func write(path string, outputs map[string]ortwrap.Value) error {
	if strings.EqualFold(filepath.Ext(path), ".npz") {
		return npy.WriteArchive(path, outputs)
	}
	text, err := JSON(outputs)
	if err != nil {
		return fmt.Errorf("writing %q: %w", path, err)
	}
	return wholefile.Write(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}
